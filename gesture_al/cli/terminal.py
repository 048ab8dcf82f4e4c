"""Terminal display of runs and sweeps: live in a terminal, plain lines anywhere else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from gesture_al.active.records.round_row import RoundRow
from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.datasets.split_units import Splits
from gesture_al.learning.metrics import TOO_FEW
from gesture_al.runs.callbacks import NullCallback


class Display(NullCallback):
    """Progress of one run; use it in a `with`.

    Args:
        budget: Labels at which the run ends at the latest.
        k: Clips asked per round.
        console: Where to write; stderr by default, so that stdout holds only what programs read.
    """

    def __init__(self, budget: int, k: int, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._live = self._console.is_terminal
        self._budget, self._k = budget, k
        self._labels, self._began, self._rounds = 0, time.monotonic(), 0
        self._told: int | None = None
        self._doing, self._pace = "starting", Pace(every=60)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<34}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._live,
        )
        self._spent = self._progress.add_task("labels", total=budget, note="")
        self._work = self._progress.add_task("starting", total=None, note="")

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def phase(self, name: str, round: int) -> None:
        """The line that says what is being done."""
        if name == "training" and self._told is None:
            # The rounds that a resumed run tells again took no time.
            self._told, self._began = self._rounds, time.monotonic()
        self._doing = name if round < 0 or round > 100_000 else f"round {round}: {name}"
        self._begin(self._doing)

    def step(self, round: int, step: int, steps: int, loss: float) -> None:
        """The bar of a training."""
        if self._live:
            self._progress.update(self._work, completed=step, total=steps, note=f"loss {loss:.3f}")

    def scored(self, round: int, what: str, done: int, clips: int) -> None:
        """The bar of a scoring; where there is no terminal, a line a minute."""
        left = self._pace.left((round, what), done, clips)
        eta = f"about {_minutes(left)} left" if left >= 1 else ""
        if done == clips:
            self._begin(self._doing)
        elif self._live:
            self._progress.update(self._work, description=f"round {round}: {what}", completed=done, total=clips, note=eta)
        elif self._pace.due():
            self._say(f"round {round}: {what}: {done:,} of {clips:,}, {eta}")

    def round(self, row: RoundRow) -> None:
        """One line a round, and how long the rest may take at the most."""
        if self._rounds == 0:
            self._say(f"{'round':>5}  {'labels':>6}  {'test macro-F1':<26}  {'validation':>10}  {'train s':>7}  {'select s':>8}")
        self._rounds += 1
        self._labels = row.labels
        self._say(_line(row))
        left = max(0, self._budget - self._labels)
        taken = (time.monotonic() - self._began) / max(1, self._rounds - (self._told or 0))
        eta = taken * -(-left // self._k)
        self._progress.update(self._spent, completed=self._labels, note=f"at most {_minutes(eta)} left" if left else "")

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
            self._say(f"{len(clips.left_out)} clips left out, e.g. {clips.left_out[0].clip}: {clips.left_out[0].reason}")
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
        self._say(f"to use the best one: gesture-al export run={folder}")

    def _begin(self, text: str) -> None:
        """A line of work whose length is not known; a task that had one cannot lose it, so it is a new one."""
        self._progress.remove_task(self._work)
        self._work = self._progress.add_task(text, total=None, note="")

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


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


class SweepDisplay:
    """How many runs of a sweep have ended, looked up in their folders, since they run in other processes.

    Args:
        state_of: The state of every run, asked for once a second.
        console: Where to write.
    """

    def __init__(self, state_of: Callable[[], Sequence[str]], console: Console) -> None:
        self._state_of, self._console = state_of, console
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="sweep-display", daemon=True)

    def __enter__(self) -> SweepDisplay:
        self._watcher.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        began, before = time.monotonic(), _ended(self._state_of())
        shown = before
        over = False
        while not over:
            # One more look after the end, or a last run that ended within the second would never be told.
            over = self._over.wait(1.0)
            states = self._state_of()
            ended = _ended(states)
            if ended == shown:
                continue
            shown = ended
            eta = (time.monotonic() - began) / (ended - before) * (len(states) - ended)
            running = sum(state == "running" for state in states)
            self._console.print(
                f"{ended} of {len(states)} runs ended, {running} running" + (f", about {_minutes(eta)} left" if eta else ""),
                highlight=False,
            )


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


class Pace:
    """Follows one piece of work after the other.

    Args:
        every: Seconds from the start of a piece, and from the last line on it, to the next that is worth writing.
        clock: Seconds that never go back.
    """

    def __init__(self, every: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every, self._clock = every, clock
        self._work: Hashable = None
        self._done = 0
        self._began = self._spoken = 0.0
        self._from = 0

    def left(self, work: Hashable, done: int, total: int) -> float:
        """Seconds that the work may still take, after `done` of `total`; 0 where nothing can be said yet."""
        now = self._clock()
        if work != self._work or done <= self._done:
            # The clock starts with the first batch's end: what went before, such as reading a net, is no measure of the rest.
            self._work, self._began, self._spoken, self._from = work, now, now, done
        self._done = done
        return (now - self._began) / (done - self._from) * (total - done) if done > self._from else 0.0

    def due(self) -> bool:
        """Whether it is time for a line; asked after `left`, and True counts as one written."""
        now = self._clock()
        if now - self._spoken < self._every:
            return False
        self._spoken = now
        return True
