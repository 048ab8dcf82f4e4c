"""Terminal display of runs and sweeps: live in a terminal, plain lines anywhere else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text
from typing_extensions import override

from gesture_al.active.records.round_row import RoundRow
from gesture_al.core.messages import in_shell
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.split_units import Splits
from gesture_al.data.left_out import told
from gesture_al.learning.metrics import TOO_FEW
from gesture_al.runs.callbacks import NullCallback

# Where there is no terminal, long work is told this often.
_LINE_EVERY_S = 60.0


class Display(NullCallback):
    """Progress of one run; use it in a `with`.

    Args:
        budget: Labels at which the run ends at the latest.
        console: Where to write; stderr by default, so that stdout holds only what programs read.
    """

    def __init__(self, budget: int, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._live = self._console.is_terminal
        self._rounds, self._resumed = 0, True
        self._doing, self._due = "starting", Due(_LINE_EVERY_S, self._console.get_time)
        self._progress = work_bar(
            self._console,
            TextColumn("{task.description:<34}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
        )
        self._spent = self._progress.add_task("labels (at most)", total=budget, note="")
        self._work = self._progress.add_task("starting", total=None, note="")

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def phase(self, name: str, round: int) -> None:
        """The line that says what is being done."""
        if name == "training" and self._resumed:
            # The rounds that a resumed run tells again took no time.
            self._resumed = False
            self._progress.reset(self._spent, completed=int(self._task(self._spent).completed))
            self._progress.advance(self._spent, 0)
        self._doing = name if round < 0 or round > 100_000 else f"round {round}: {name}"
        self._begin(self._doing)

    def step(self, round: int, step: int, steps: int, loss: float) -> None:
        """The bar of a training."""
        self._progress.update(self._work, completed=step, total=steps, note=f"loss {loss:.3f}")

    def scored(self, round: int, what: str, done: int, clips: int) -> None:
        """The bar of a scoring; where there is no terminal, a line a minute."""
        text = f"round {round}: {what}"
        if done == clips:
            self._begin(self._doing)
            return
        task = self._task(self._work)
        if task.description != text or done < task.completed:
            self._begin(text, total=clips)
            self._due = Due(_LINE_EVERY_S, self._console.get_time)
        self._progress.update(self._work, completed=done)
        if not self._live and self._due():
            self._say(", ".join(filter(None, [f"{text}: {done:,} of {clips:,}", time_left(self._task(self._work))])))

    def round(self, row: RoundRow) -> None:
        """One line a round."""
        if self._rounds == 0:
            self._say(f"{'round':>5}  {'labels':>6}  {'test macro-F1':<26}  {'validation':>10}  {'train s':>7}  {'select s':>8}")
        self._rounds += 1
        self._say(_line(row))
        self._progress.update(self._spent, completed=row.labels)

    def opening(self, clips: ClipSet, splits: Splits, shape: str, warnings: Sequence[str]) -> None:
        """What the run works on, and what the person should know before it starts."""
        what = "synthetic clips" if clips.synthetic else "clips"
        self._say(
            f"{len(clips)} {what} of {len(clips.classes)} classes ({', '.join(clips.classes)}): {len(splits.train)} in the pool, "
            f"{len(splits.test)} for the test (split: {splits.rule or 'none'}), {len(splits.validation)} for validation"
        )
        self._say(shape)
        if clips.source:
            self._say(clips.source)
        if clips.left_out:
            words = f"read {len(clips)} clips, left out {len(clips.left_out)}: {told(clips.left_out)}"
            self._say(f"{words}; all of them in dataset.json")
        for warning in warnings:
            self._console.print(f"note: {warning}", style="yellow", highlight=False, markup=False, soft_wrap=True)

    def closing(self, reason: str, last: RoundRow, kept: RoundRow, folder: Path) -> None:
        """Why it ended, what it cost and scored, and where everything is."""
        cost = f"{last.labels} labels" + (f" + {last.validation_labels} for validation" if last.validation_labels else "")
        self._say(f"\nstopped: {reason}")
        if kept.test_macro_f1 is not None:
            which = "" if kept.round == last.round else f", by the model of round {kept.round}, the best on the validation clips"
            self._say(f"test macro-F1 {kept.test_macro_f1:.3f} ({kept.test_interval()}) for {cost}{which}")
            if kept.test_unscored:
                self._say(f"not in the score, for want of test clips: {kept.test_unscored}")
        else:
            self._say(f"{cost}; no labelled test clips to score on")
        self._say(f"report: {folder / 'report.html'}")
        self._say(f"models: {folder / 'checkpoints'} (initial, best, last)")
        self._say(f"to use the best one: {in_shell('export', f'run={folder}')}")

    def _begin(self, text: str, total: int | None = None) -> None:
        """A line of work; a task whose length was known cannot lose it, so it is a new one."""
        self._progress.remove_task(self._work)
        self._work = self._progress.add_task(text, total=total, note="")

    def _task(self, task: TaskID) -> Task:
        return next(one for one in self._progress.tasks if one.id == task)

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)


def _line(row: RoundRow) -> str:
    test, validation = row.test_macro_f1, row.val_macro_f1
    low, high = row.test_macro_f1_low, row.test_macro_f1_high
    interval = TOO_FEW if low is None or high is None else f"[{low:.3f}, {high:.3f}]"
    score = "-" if test is None else f"{test:.3f}  {interval}"
    checked = "-" if validation is None else f"{validation:.3f}"
    note = f"  {row.fit_note}" if row.fit_note else ""
    trained, selected = f"{row.fit_seconds:>7.1f}", f"{row.select_seconds:>8.2f}"
    return f"{row.round:>5}  {row.labels:>6}  {score:<26}  {checked:>10}  {trained}  {selected}{note}"


class SweepDisplay:
    """How many runs of a sweep have ended, looked up in their folders, since they run in other processes.

    Args:
        state_of: The state of every run, asked for once a second.
        console: Where to write.
    """

    def __init__(self, state_of: Callable[[], Sequence[str]], console: Console) -> None:
        self._state_of, self._console = state_of, console
        # Never shown, since the runs of a sweep may write to the same terminal: it knows how long the rest takes.
        self._bar = Progress(console=console, disable=True, speed_estimate_period=float("inf"))
        states = state_of()
        self._runs = self._bar.add_task("runs", total=len(states), completed=_ended(states))
        self._bar.advance(self._runs, 0)
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="sweep-display", daemon=True)

    def __enter__(self) -> SweepDisplay:
        self._watcher.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(1.0):
            self.look()
        # A last run that ended within the second would never be told.
        self.look()

    def look(self) -> None:
        """A line where another run has ended."""
        states, runs = self._state_of(), self._bar.tasks[0]
        ended = _ended(states)
        if ended == runs.completed:
            return
        self._bar.update(self._runs, completed=ended)
        running = sum(state == "running" for state in states)
        told = f"{ended} of {len(states)} runs ended, {running} running"
        self._console.print(", ".join(filter(None, [told, time_left(runs)])), highlight=False)


def _ended(states: Sequence[str]) -> int:
    return sum(state in ("done", "failed") for state in states)


def runs_table(runs: list[dict[str, Any]], console: Console | None = None) -> None:
    """A line per run of a sweep: what it was, how it ended, what it cost and scored."""
    common = set.intersection(*(set(run["overrides"]) for run in runs)) if len(runs) > 1 else set()
    table = Table(box=None, pad_edge=False)
    for heading in ("job", "settings", "state", "labels", "test macro-F1", "why"):
        table.add_column(heading, justify="right" if heading in ("job", "labels") else "left", overflow="fold")
    for run in runs:
        score = run["last"].get("test_macro_f1")
        table.add_row(
            str(run["job"]),
            " ".join(override for override in run["overrides"] if override not in common),
            run.get("state", "not started"),
            str(run["last"].get("labels", "")),
            "" if score is None else f"{score:.3f}",
            run.get("reason", ""),
        )
    # What stands in brackets is a list that was typed, not markup.
    (console or Console(stderr=True)).print(table, markup=False)


def time_left(task: Task) -> str:
    """How long a task may still take, in words; empty where nothing can be said yet, or at its end."""
    seconds = None if task.finished else task.time_remaining
    if not seconds:
        return ""
    return f"about {seconds:.0f} s left" if seconds < 90 else f"about {seconds / 60:.0f} min left"


class TimeLeftColumn(ProgressColumn):
    """`time_left` as a column."""

    @override
    def render(self, task: Task) -> Text:
        return Text(time_left(task))


def work_bar(console: Console, *columns: ProgressColumn) -> Progress:
    """A bar that goes when its work is done; it follows the work also where there is no terminal to show it in.

    Args:
        console: Where it is shown.
        columns: What stands between the spinner and the time.
    """
    return Progress(
        SpinnerColumn(),
        *columns,
        TimeLeftColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
        # Over all of the work: a round takes longer than the half minute that rich would look back.
        speed_estimate_period=float("inf"),
    )


class Due:
    """Whether it is time for another line: so many seconds after the start of the work, or after the line before.

    Args:
        every: Seconds.
        clock: Seconds that never go back.
    """

    def __init__(self, every: float, clock: Callable[[], float]) -> None:
        self._every, self._clock, self._last = every, clock, clock()

    def __call__(self) -> bool:
        """Asked as often as one likes; True counts as a line written."""
        now = self._clock()
        if now - self._last < self._every:
            return False
        self._last = now
        return True
