"""A sweep: every point checked and planned before job 1, done runs skipped, unfinished ones resumed."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gesture_al.commands.composition import compose_settings, sweep_points
from gesture_al.config import Settings, run_key
from gesture_al.datasets.base import ClipSet
from gesture_al.durable import read_lines, write_atomic
from gesture_al.errors import UserError
from gesture_al.records.status import is_running, read_status

LAUNCHER_PID = "GESTURE_AL_LAUNCHER_PID"


@dataclass(frozen=True)
class Job:
    """One point of a sweep: what was overridden, its run key, and the folder where it is or will be."""

    job: int
    overrides: list[str]
    key: str
    folder: str

    def state(self) -> str:
        """What its run's status says; `planned` before it was started."""
        return str(read_status(Path(self.folder)).get("state", "planned"))

    def done(self) -> bool:
        """Whether its run has reached its end."""
        return self.state() == "done"


def plan(arguments: Sequence[str], folder: Path) -> tuple[list[Job], list[Settings]]:
    """Compose and check every point, and find the runs that are there already.

    Args:
        arguments: What was typed after `gesture-al run -m`.
        folder: The sweep's folder; a new run gets a sub-folder with the number of its job.

    Raises:
        UserError: A point cannot run, or two points are the same run; nothing was started.
    """
    from gesture_al.experiment import assemble, check_net, load_clips

    points = sweep_points(arguments)
    settings = [compose_settings(point) for point in points]
    loaded: dict[str, ClipSet] = {}
    nets: set[str] = set()
    jobs: list[Job] = []
    known: dict[str, Path] = {}
    for parent in {item.output_dir for item in settings}:
        known |= find_runs(Path(parent))
    for number, (point, wanted) in enumerate(zip(points, settings, strict=True)):
        data = json.dumps(asdict(wanted.dataset), sort_keys=True)
        if data not in loaded:
            loaded[data] = load_clips(wanted.dataset)
        assemble(wanted, loaded[data])
        key = run_key(wanted, loaded[data].fingerprint)
        twin = next((job for job in jobs if job.key == key), None)
        if twin is not None:
            raise UserError(f"sweep points {twin.job} and {number} are the same run ({' '.join(point)}); remove one")
        jobs.append(Job(number, point, key, str(known.get(key, folder / str(number)))))
    for wanted, job in zip(settings, jobs, strict=True):
        net = json.dumps([asdict(wanted.model), asdict(wanted.trainer)], sort_keys=True)
        if net not in nets and not job.done():
            check_net(wanted)
            nets.add(net)
    return jobs, settings


def find_runs(parent: Path) -> dict[str, Path]:
    """Runs under a folder by key, those that are done before those that are not."""
    found: dict[str, tuple[bool, Path]] = {}
    for path in sorted(parent.glob("**/status.json")):
        status = read_status(path.parent)
        done = status.get("state") == "done"
        if "key" in status and (status["key"] not in found or done > found[status["key"]][0]):
            found[status["key"]] = (done, path.parent)
    return {key: folder for key, (_, folder) in found.items()}


def write_manifest(folder: Path, jobs: Sequence[Job]) -> None:
    """Write down what the sweep consists of, before anything of it runs; folders are relative to the sweep's."""
    entries = [{**asdict(job), "folder": os.path.relpath(job.folder, folder), "state": job.state()} for job in jobs]
    write_atomic(folder / "manifest.jsonl", "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries))


def read_manifest(folder: Path) -> list[Job]:
    """The jobs of a sweep folder.

    Raises:
        UserError: The folder holds no sweep.
    """
    lines = read_lines(folder / "manifest.jsonl")
    if not lines:
        raise UserError(f"{folder}: no sweep folder (manifest.jsonl is missing or empty)")
    return [Job(line["job"], line["overrides"], line["key"], os.path.normpath(folder / line["folder"])) for line in lines]


def run_job(settings: Settings, job: Job, group: str) -> str:
    """One job, in whatever process the launcher put it: what went wrong goes into its folder, never into its neighbours.

    Returns:
        The state in which it ended.
    """
    die_with_launcher()
    if job.done():
        return "done"
    folder = Path(job.folder)
    if is_running(folder):
        return "running elsewhere"
    from gesture_al.runner import run
    from gesture_al.watching import Quiet

    try:
        run(settings, folder, Quiet(), group=group)
    except (UserError, OSError) as err:
        print(f"job {job.job} ({' '.join(job.overrides)}) failed: {err}", flush=True)
    except Exception as err:  # noqa: BLE001 - the traceback is in the run's error.txt; the other jobs go on
        print(f"job {job.job} ({' '.join(job.overrides)}) failed: {type(err).__name__}: {err}; see {folder}/error.txt", flush=True)
    return str(read_status(folder).get("state", "failed"))


def die_with_launcher() -> None:
    """End this worker when the process that launched the sweep is gone: kill -9 leaves no chance to tell it."""
    launcher = os.environ.get(LAUNCHER_PID)
    if launcher is None or os.getppid() != int(launcher):
        return

    def wait() -> None:
        while os.getppid() == int(launcher):
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=wait, name="die-with-launcher", daemon=True).start()


def states(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """How every job of a sweep stands now."""
    from gesture_al.runner import summary

    return [{"job": job.job, "overrides": job.overrides, **summary(Path(job.folder))} for job in jobs]
