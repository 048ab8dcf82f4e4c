"""One job of a sweep, in whatever process the launcher put it."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

from gesture_al.commands.sweep import Job, read_manifest
from gesture_al.config import DatasetPart, Settings
from gesture_al.datasets.base import ClipSet
from gesture_al.durable import write_atomic
from gesture_al.errors import Paused, UserError
from gesture_al.lifeline import die_with
from gesture_al.records.status import is_running, read_status, update_status


@dataclass(frozen=True)
class Home:
    """The process that launched a sweep, so that its workers can tell when it is gone."""

    pid: int
    host: str

    @classmethod
    def here(cls) -> Home:
        """This process."""
        return cls(os.getpid(), platform.node())


def run_job(settings: Settings, folder: Path, number: int, home: Home) -> str:
    """Run one job of a sweep, or go on with it; what goes wrong stays in its folder and never reaches its neighbours.

    Args:
        settings: Of this point.
        folder: The sweep's folder, with a manifest.
        number: Of the job.
        home: Who launched the sweep.

    Returns:
        Why the job is not done; empty where it is.

    Raises:
        KeyboardInterrupt: The person stopped it; the job is resumable.
    """
    if home.host == platform.node() and home.pid != os.getpid():
        die_with(home.pid)
    job = read_manifest(folder)[number]
    if job.done():
        return ""
    if is_running(Path(job.folder)):
        return "another process is running it"
    from gesture_al.experiment import assemble
    from gesture_al.runner import run
    from gesture_al.watching import Quiet

    try:
        assembly = assemble(settings, _clips(repr(settings.dataset), settings.dataset))
        run(assembly, Path(job.folder), Quiet(), group=folder.name)
    except Paused:
        # Hydra would take any other exception for a failed job and start the next one.
        raise KeyboardInterrupt from None
    except (UserError, OSError) as err:
        return note_failure(job, str(err))
    except Exception as err:
        return note_failure(job, f"{type(err).__name__}: {err}", traceback.format_exc())
    return ""


_loaded: dict[str, ClipSet] = {}


def _clips(name: str, part: DatasetPart) -> ClipSet:
    """The data set; the last one stays loaded, since most sweeps have only one."""
    if name not in _loaded:
        from gesture_al.experiment import load_clips

        _loaded.clear()
        _loaded[name] = load_clips(part)
    return _loaded[name]


def note_failure(job: Job, reason: str, trace: str = "") -> str:
    """Note it in the job's folder, where the run itself did not get that far, and say it at once."""
    folder = Path(job.folder)
    reason = " ".join(reason.split())
    try:
        if trace:
            write_atomic(folder / "error.txt", trace)
        if read_status(folder).get("state") != "failed":
            folder.mkdir(parents=True, exist_ok=True)
            update_status(folder, state="failed", reason=reason, key=job.key)
    except OSError as err:
        reason = f"{reason} (and its folder cannot be written: {err.strerror})" if str(err) != reason else reason
    print(f"job {job.job} ({' '.join(job.overrides)}) failed: {reason}", file=sys.stderr, flush=True)
    return reason
