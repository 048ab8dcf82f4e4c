from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn

from gesture_al.active.records.round_row import RoundRow
from gesture_al.cli.terminal import Display, SweepDisplay, runs_table, time_left, work_bar


def test_brackets_in_settings_and_reasons_are_shown_as_they_are():
    console = Console(file=io.StringIO(), width=200)
    runs = [
        {"job": 0, "overrides": ["dataset.params.classes=[a,b]"], "last": {}, "state": "failed", "reason": "no class [/b]"},
        {"job": 1, "overrides": ["dataset.params.classes=[a,c]"], "last": {}, "state": "done"},
    ]
    runs_table(runs, console)
    shown = console.file.getvalue()
    assert "[a,b]" in shown
    assert "no class [/b]" in shown


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def scored(console, clock):
    """A display after 11 of 12 batches of a scoring, one in 10 seconds."""
    display = Display(budget=20, console=console)
    display.phase("selecting", 3)
    for batch in range(1, 12):
        display.scored(3, "predicting", batch * 256, 12 * 256)
        clock.now += 10
    return display


def test_where_there_is_no_terminal_a_long_scoring_is_told_rarely(clock):
    console = Console(file=io.StringIO(), width=200, get_time=clock)
    scored(console, clock)
    assert console.file.getvalue().splitlines() == ["round 3: predicting: 1,792 of 3,072, about 50 s left"]


def test_in_a_terminal_a_scoring_has_a_bar_that_goes_when_it_is_done(clock):
    display = scored(Console(file=io.StringIO(), width=200, force_terminal=True, get_time=clock), clock)
    task = display._progress.tasks[1]
    assert (task.description, task.completed, task.total) == ("round 3: predicting", 11 * 256, 12 * 256)
    assert time_left(task) == "about 10 s left"
    display.scored(3, "predicting", 12 * 256, 12 * 256)
    task = display._progress.tasks[1]
    assert (task.description, task.total, time_left(task)) == ("round 3: selecting", None, "")


def test_new_work_begins_anew(clock):
    display = scored(Console(file=io.StringIO(), get_time=clock), clock)
    display.scored(3, "asking the committee", 10, 100)
    assert time_left(display._progress.tasks[1]) == ""
    clock.now += 3
    display.scored(3, "asking the committee", 20, 100)
    assert time_left(display._progress.tasks[1]) == "about 24 s left"


def row(number, labels):
    return RoundRow(round=number, labels=labels)


def test_rounds_that_a_resumed_run_tells_again_took_no_time(clock):
    display = Display(budget=100, console=Console(file=io.StringIO(), get_time=clock))
    for number in range(3):
        display.round(row(number, 10 * (number + 1)))
    display.phase("training", 3)
    labels = display._progress.tasks[0]
    assert (labels.completed, time_left(labels)) == (30, "")
    clock.now += 60
    display.round(row(3, 40))
    assert time_left(labels) == "about 6 min left"


def test_a_sweep_says_how_long_the_rest_takes(clock):
    states = ["done", "planned", "planned"]
    console = Console(file=io.StringIO(), width=200, get_time=clock)
    display = SweepDisplay(lambda: states, console)
    display.look()
    assert console.file.getvalue() == ""
    clock.now, states[1:] = 40.0, ["failed", "running"]
    display.look()
    clock.now, states[2] = 50.0, "done"
    display.look()
    assert console.file.getvalue().splitlines() == [
        "2 of 3 runs ended, 1 running, about 40 s left",
        "3 of 3 runs ended, 0 running",
    ]


def test_a_bar_of_an_extraction_is_drawn_with_its_time(clock):
    console = Console(file=io.StringIO(), width=80, force_terminal=True, get_time=clock)
    bar = work_bar(console, TextColumn("{task.description}"), BarColumn(bar_width=10), TaskProgressColumn())
    task = bar.add_task("2 of 5 videos", total=1.0)
    bar.advance(task, 0)
    clock.now = 30.0
    bar.update(task, completed=0.25)
    with console.capture() as drawn:
        console.print(bar.get_renderable())
    assert re.search(r"2 of 5 videos .* 25% about 2 min left 0:00:30", re.sub(r"\x1b\[[0-9;?]*[a-z]", "", drawn.get()))
