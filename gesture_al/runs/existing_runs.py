"""Runs that are on disk already, looked up by their key; a damaged folder costs a line and is passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.status import read_status
from gesture_al.core.code_fingerprint import code_changes
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines
from gesture_al.core.messages import in_shell

REUSE_OPTION = "--reuse-other-code"

Notice = Callable[[str], None]
"""Is given a line for the person."""


@dataclass(frozen=True)
class ExistingRun:
    """A run's folder, and what its status.json says."""

    folder: Path
    status: Mapping[str, Any]

    @property
    def done(self) -> bool:
        """Whether it has reached its end."""
        return self.status.get("state") == "done"

    def fault(self) -> str:
        """Why its result cannot be used though its status can be read; empty where it can."""
        paths = RunPaths(self.folder)
        try:
            rows = read_lines(paths.rounds)
            if self.done and not rows:
                return f"{paths.rounds}: no round in it, of a run that is done"
            if self.done and not (paths.config.is_file() and paths.config.stat().st_size):
                return f"{paths.config}: missing or empty, of a run that is done"
        except (UserError, OSError) as err:
            return " ".join(str(err).split())
        return ""


@dataclass(frozen=True)
class Match:
    """What there is of a run on disk.

    Args:
        run: The run to take; None: it is to be run anew.
        other: One with the same settings and other code that is not taken.
        changes: What differs in the code of `run` or `other`, in words; empty: nothing; None: a version that did not record it.
    """

    run: ExistingRun | None = None
    other: ExistingRun | None = None
    changes: str | None = ""


def find_runs(status_files: Iterable[Path], notice: Notice) -> dict[str, list[ExistingRun]]:
    """Runs by key, in the order of their folders.

    Args:
        status_files: Their status.json.
        notice: Is told of every one that cannot be read.
    """
    found: dict[str, list[ExistingRun]] = {}
    # A folder that is named in two ways counts once.
    for path in sorted({path.resolve(): path for path in status_files}.values()):
        try:
            status = read_status(path.parent)
        except (UserError, OSError) as err:
            notice(passed_over(path.parent, err))
            continue
        if isinstance(status.get("key"), str):
            found.setdefault(status["key"], []).append(ExistingRun(path.parent, status))
    return found


def sound(runs: Iterable[ExistingRun], notice: Notice) -> list[ExistingRun]:
    """Those whose rounds can be read; of the others `notice` is told."""
    kept = []
    for run in runs:
        fault = run.fault()
        if fault:
            notice(passed_over(run.folder, UserError(fault)))
        else:
            kept.append(run)
    return kept


def best_match(runs: Sequence[ExistingRun], code: Mapping[str, str], reuse_other_code: bool) -> Match:
    """Which of the runs with one key is taken: one with this code before one of unknown code, one that is done before others.

    Args:
        runs: Their order is kept between equals.
        code: The code of today.
        reuse_other_code: Take one with other code where there is no better.
    """
    matches = [Match(run, None, code_changes(run.status, code)) for run in runs]
    taken = [one for one in matches if not one.changes or reuse_other_code]
    if taken:
        return min(taken, key=lambda one: (bool(one.changes), one.run is not None and not one.run.done, one.changes is None))
    return Match(None, matches[0].run, matches[0].changes) if matches else Match()


def passed_over(folder: Path, err: Exception) -> str:
    """The line about a run's folder with a file that cannot be read."""
    status = RunPaths(folder).status
    said = " ".join(str(err).split())
    where = "" if str(folder) in said else f"{status}: "
    return f"{where}{said}; the run is passed over: {in_shell('repair', folder)} keeps what is whole"
