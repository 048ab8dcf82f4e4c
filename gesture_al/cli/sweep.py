"""A sweep: every point checked and planned before job 1, done runs skipped, unfinished ones resumed."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gesture_al.active.records.run_paths import SweepPaths
from gesture_al.active.records.status import is_running, read_status
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines, write_lines
from gesture_al.core.settings import Settings, run_key
from gesture_al.data.clip_set import ClipSet
from gesture_al.studio.label.frontends import frontends


@dataclass(frozen=True)
class SweepJob:
    """One point of a sweep: what was overridden, its run key, and the folder where it is or will be."""

    job: int
    overrides: list[str]
    key: str
    folder: str

    def state(self) -> str:
        """What its run's status says; `planned` before it was started, `stopped` after a kill."""
        folder = Path(self.folder)
        state = str(read_status(folder).get("state", "planned"))
        return "stopped" if state == "running" and not is_running(folder) else state

    def done(self) -> bool:
        """Whether its run has reached its end."""
        return self.state() == "done"


def plan(points: Sequence[Sequence[str]], settings: Sequence[Settings], folder: Path) -> list[SweepJob]:
    """Check every point as far as that goes without training, and find the runs that are there already.

    Args:
        points: What each job overrides.
        settings: What that comes to, in the same order.
        folder: The sweep's folder; a new run gets a sub-folder with the number of its job.

    Raises:
        UserError: A point cannot run, or two points are the same run; nothing was started.
    """
    from gesture_al.runs.assembly import assemble, load_clips

    loaded: dict[str, ClipSet] = {}
    jobs: dict[str, SweepJob] = {}
    known: dict[str, Path] = {}
    for parent in {item.output_dir for item in settings}:
        known |= find_runs(Path(parent))
    for number, (point, wanted) in enumerate(zip(points, settings, strict=True)):
        data = json.dumps(asdict(wanted.dataset), sort_keys=True)
        if data not in loaded:
            loaded[data] = load_clips(wanted.dataset)
        assemble(wanted, loaded[data], frontends())
        key = run_key(wanted, loaded[data].fingerprint)
        if key in jobs:
            raise UserError(f"sweep points {jobs[key].job} and {number} are the same run ({' '.join(point)}); remove one")
        jobs[key] = SweepJob(number, list(point), key, str(known.get(key, folder / str(number))))
    check_nets([wanted for wanted, job in zip(settings, jobs.values(), strict=True) if not job.done()])
    return list(jobs.values())


def check_nets(settings: Sequence[Settings]) -> None:
    """Build every different net and trainer once; torch is loaded only if there is one.

    Raises:
        UserError: A parameter that a net or trainer does not take.
    """
    from gesture_al.runs.assembly import check_net

    different = {json.dumps([asdict(item.model), asdict(item.trainer)], sort_keys=True): item for item in settings}
    for item in different.values():
        check_net(item)


def find_runs(parent: Path) -> dict[str, Path]:
    """Runs of a folder and of the sweeps in it by key, those that are done before those that are not."""
    found: dict[str, tuple[bool, Path]] = {}
    for path in sorted([*parent.glob("*/status.json"), *parent.glob("*/*/status.json")]):
        status = read_status(path.parent)
        done = status.get("state") == "done"
        if "key" in status and (status["key"] not in found or done > found[status["key"]][0]):
            found[status["key"]] = (done, path.parent)
    return {key: folder for key, (_, folder) in found.items()}


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
    return [SweepJob(line["job"], line["overrides"], line["key"], os.path.normpath(folder / line["folder"])) for line in lines]


def states(jobs: Sequence[SweepJob]) -> list[dict[str, Any]]:
    """How every job of a sweep stands now."""
    from gesture_al.runs.runner import summary

    return [{"job": job.job, "overrides": job.overrides, **summary(Path(job.folder))} for job in jobs]
