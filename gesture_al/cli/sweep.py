"""A sweep: every point checked and planned before job 1, done runs skipped, unfinished ones resumed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gesture_al.active.records.run_paths import SweepPaths
from gesture_al.active.records.status import is_running, read_status
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines, write_lines
from gesture_al.core.settings import Settings, run_key
from gesture_al.data.clip_set import ClipSet
from gesture_al.runs.existing_runs import REUSE_OPTION, ExistingRun, Match, Notice, best_match, find_runs, sound
from gesture_al.studio.label.frontends import frontends


@dataclass(frozen=True)
class SweepJob:
    """One point of a sweep.

    Args:
        job: Its number.
        overrides: What was typed for it.
        key: Of its run.
        folder: Where its run is or will be.
        code: The code that it is planned with.
    """

    job: int
    overrides: list[str]
    key: str
    folder: str
    code: dict[str, str] = field(default_factory=dict)

    def state(self) -> str:
        """What its run's status says; `planned` before it was started, `stopped` after a kill, `failed` where it is damaged."""
        folder = Path(self.folder)
        try:
            state = str(read_status(folder).get("state", "planned"))
        except (UserError, OSError):
            return "failed"
        return "stopped" if state == "running" and not is_running(folder) else state

    def done(self) -> bool:
        """Whether its run has reached its end."""
        return self.state() == "done"


def plan(
    points: Sequence[Sequence[str]],
    settings: Sequence[Settings],
    folder: Path,
    reuse_other_code: bool = False,
    notice: Notice = lambda line: None,
) -> list[SweepJob]:
    """Check every point as far as that goes without training, and find the runs that are there already.

    Args:
        points: What each job overrides.
        settings: What that comes to, in the same order.
        folder: The sweep's folder; a new run gets a sub-folder with the number of its job.
        reuse_other_code: Take runs that were made with other code.
        notice: Is told of those, of runs that are made anew for that reason, and of damaged ones.

    Raises:
        UserError: A point cannot run, two points are the same run, or a run of the sweep that is resumed has other code; nothing
            was started.
    """
    from gesture_al.runs.assembly import assemble, check_parts, load_clips
    from gesture_al.runs.run_code import run_code

    loaded: dict[str, ClipSet] = {}
    jobs: dict[str, SweepJob] = {}
    existing = find_runs([*_statuses_below({Path(item.output_dir) for item in settings}), *folder.glob("*/status.json")], notice)
    matches: list[Match] = []
    for wanted in settings:
        check_parts(wanted)
    for number, (point, wanted) in enumerate(zip(points, settings, strict=True)):
        data = json.dumps(asdict(wanted.dataset), sort_keys=True)
        if data not in loaded:
            loaded[data] = load_clips(wanted.dataset)
        completed = assemble(wanted, loaded[data], frontends()).settings
        key, code = run_key(completed, loaded[data].fingerprint), run_code(completed)
        if key in jobs:
            raise UserError(f"sweep points {jobs[key].job} and {number} are the same run ({' '.join(point)}); remove one")
        match = best_match(sound(existing.get(key, []), notice), code, reuse_other_code)
        place = match.run.folder if match.run is not None else folder / str(number)
        if match.changes and match.run is None and any(run.folder.resolve() == place.resolve() for run in existing.get(key, [])):
            raise UserError(
                f"{place}: the code has changed since the run was started (changed: {match.changes}); "
                f"go on nevertheless with {REUSE_OPTION}, or start a new sweep with the command that started this one"
            )
        matches.append(match)
        jobs[key] = SweepJob(number, list(point), key, str(place), code)
    _tell_of_code(matches, notice)
    check_nets([wanted for wanted, job in zip(settings, jobs.values(), strict=True) if not job.done()], notice)
    return list(jobs.values())


def _tell_of_code(matches: Sequence[Match], notice: Notice) -> None:
    """A line for each change of code, however many runs it concerns."""
    changes = {match.changes for match in matches if match.changes}
    for change in sorted(changes):
        of_change = [match for match in matches if match.changes == change]
        for runs, ending in (
            ([match.other for match in of_change if match.other], f"run anew ({REUSE_OPTION} takes what is there)"),
            ([match.run for match in of_change if match.run], "taken as they are"),
        ):
            if runs:
                notice(f"{_how_many(runs)} these settings, but other code (changed: {change}); {ending}")
    unknown = [match.run for match in matches if match.run is not None and match.changes is None]
    if unknown:
        notice(f"{_how_many(unknown)} these settings and no record of its code, being of an older version; taken to be the same")


def _how_many(runs: Sequence[ExistingRun]) -> str:
    return f"{runs[0].folder} has" if len(runs) == 1 else f"{runs[0].folder} and {len(runs) - 1} more runs have"


def check_nets(settings: Sequence[Settings], notice: Notice) -> None:
    """Build every different net and trainer once; torch is loaded only if there is one.

    Raises:
        UserError: A parameter that a net or trainer does not take.
    """
    from gesture_al.runs.assembly import check_net

    def of_net(item: Settings) -> str:
        return json.dumps([asdict(item.model), asdict(item.trainer), asdict(item.strategy)], sort_keys=True)

    different = {of_net(item): item for item in settings}
    for remark in dict.fromkeys(remark for item in different.values() for remark in check_net(item)):
        notice(remark)


def _statuses_below(parents: Iterable[Path]) -> list[Path]:
    """status.json of the runs in these folders and in the sweeps in them."""
    return [path for parent in parents for pattern in ("*/status.json", "*/*/status.json") for path in parent.glob(pattern)]


def write_manifest(folder: Path, jobs: Sequence[SweepJob]) -> None:
    """Write down what the sweep consists of, before anything of it runs; folders are relative to the sweep's."""
    entries = [{**asdict(job), "folder": os.path.relpath(job.folder, folder), "state": job.state()} for job in jobs]
    write_lines(SweepPaths(folder).manifest, entries)


def read_manifest(folder: Path) -> list[SweepJob]:
    """The jobs of a sweep folder.

    Raises:
        UserError: The folder holds no sweep.
    """
    lines = read_lines(SweepPaths(folder).manifest)
    if not lines:
        raise UserError(f"{folder}: no sweep folder (manifest.jsonl is missing or empty)")
    return [
        SweepJob(
            line["job"], line["overrides"], line["key"], os.path.normpath(folder / line["folder"]), dict(line.get("code") or {})
        )
        for line in lines
    ]


def states(jobs: Sequence[SweepJob]) -> list[dict[str, Any]]:
    """How every job of a sweep stands now."""
    from gesture_al.runs.runner import summary

    return [{"job": job.job, "overrides": job.overrides, **summary(Path(job.folder))} for job in jobs]
