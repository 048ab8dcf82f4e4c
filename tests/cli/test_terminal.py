from __future__ import annotations

import io
import itertools
import re

import pytest
from rich.console import Console

from gesture_al.cli.terminal import Display, Pace, runs_table


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


def scored(console):
    """What a display shows of a scoring of 12 batches, one in 10 seconds; the last line of a live one as it stands then."""
    display = Display(budget=20, k=5, console=console)
    display._pace = Pace(60, itertools.count(0, 10).__next__)
    display.phase("selecting", 3)
    for batch in range(1, 12):
        display.scored(3, "predicting", batch * 256, 12 * 256)
    return display


def test_where_there_is_no_terminal_a_long_scoring_is_told_rarely():
    console = Console(file=io.StringIO(), width=200)
    scored(console)
    told = console.file.getvalue().splitlines()
    assert 1 <= len(told) <= 4, told
    assert all(re.fullmatch(r"round 3: predicting: [12],\d\d\d of 3,072, about \d+ (s|min) left", line) for line in told), told


def test_in_a_terminal_a_scoring_has_a_bar_that_goes_when_it_is_done():
    display = scored(Console(file=io.StringIO(), width=200, force_terminal=True))
    task = display._progress.tasks[1]
    assert (task.description, task.completed, task.total) == ("round 3: predicting", 11 * 256, 12 * 256)
    assert "left" in task.fields["note"]
    display.scored(3, "predicting", 12 * 256, 12 * 256)
    task = display._progress.tasks[1]
    assert (task.description, task.total, task.fields["note"]) == ("round 3: selecting", None, "")


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_what_is_left_follows_from_the_pace_since_the_first_batch(clock):
    pace = Pace(60, clock)
    clock.now = 1000.0
    assert pace.left("a", 10, 100) == 0
    clock.now += 4
    assert pace.left("a", 30, 100) == pytest.approx(4 / 20 * 70)
    clock.now += 2
    assert pace.left("a", 100, 100) == 0


@pytest.mark.parametrize("work", ["b", "a"])
def test_new_work_and_the_same_from_the_start_begin_anew(clock, work):
    pace = Pace(60, clock)
    pace.left("a", 10, 100)
    clock.now = 50.0
    pace.left("a", 90, 100)
    assert pace.left(work, 10, 100) == 0
    clock.now += 3
    assert pace.left(work, 20, 100) == pytest.approx(3 / 10 * 80)


def test_a_line_is_due_a_minute_after_the_start_and_after_the_last_one(clock):
    pace = Pace(60, clock)
    pace.left("a", 1, 100)
    due = []
    for clock.now in (10.0, 59.0, 61.0, 62.0, 120.0, 122.0):
        pace.left("a", int(clock.now), 1000)
        due.append(pace.due())
    assert due == [False, False, True, False, False, True]
    pace.left("b", 1, 100)
    assert not pace.due()
