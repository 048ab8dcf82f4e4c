"""One job of a sweep, in whatever process the launcher put it."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.status import is_running, read_status, update_status
from gesture_al.cli.commands.sweep import SweepJob, read_manifest
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.parent_watchdog import die_with_parent
from gesture_al.core.settings import DatasetPart, Settings
from gesture_al.data.datasets.base import ClipSet
from gesture_al.studio.label.frontends import frontends


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
        die_with_parent(home.pid)
    job = read_manifest(folder)[number]
    if job.done():
        return ""
    if is_running(Path(job.folder)):
        return "another process is running it"
    from gesture_al.runs.assembly import assemble
    from gesture_al.runs.callbacks import NullCallback
    from gesture_al.runs.runner import run

    try:
        assembly = assemble(settings, _clips(repr(settings.dataset), settings.dataset), frontends())
        run(assembly, Path(job.folder), NullCallback(), group=folder.name)
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
        from gesture_al.runs.assembly import load_clips

        _loaded.clear()
        _loaded[name] = load_clips(part)
    return _loaded[name]


def note_failure(job: SweepJob, reason: str, trace: str = "") -> str:
    """Note it in the job's folder, where the run itself did not get that far, and say it at once."""
    folder = Path(job.folder)
    reason = " ".join(reason.split())
    try:
        if trace:
            write_atomic(RunPaths(folder).error, trace)
        if read_status(folder).get("state") != "failed":
            folder.mkdir(parents=True, exist_ok=True)
            update_status(folder, state="failed", reason=reason, key=job.key)
    except OSError as err:
        reason = f"{reason} (and its folder cannot be written: {err.strerror})" if str(err) != reason else reason
    print(f"job {job.job} ({' '.join(job.overrides)}) failed: {reason}", file=sys.stderr, flush=True)
    return reason
