"""One job of a sweep, in whatever process the launcher put it."""

from __future__ import annotations

import functools
import os
import platform
import select
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from gesture_al.commands.sweep import Job, read_manifest
from gesture_al.config import DatasetPart, Settings
from gesture_al.datasets.base import ClipSet
from gesture_al.durable import write_atomic
from gesture_al.errors import Paused, UserError
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


@functools.cache
def die_with(launcher: int) -> None:
    """End this worker when the launcher is gone: a kill -9 leaves it no chance to tell."""

    def watch() -> None:
        _wait_for_end(launcher)
        os._exit(1)

    threading.Thread(target=watch, name="die-with-launcher", daemon=True).start()


def _wait_for_end(pid: int) -> None:
    """Block until no process has this id; where the system offers it, the kernel says so."""
    if hasattr(os, "pidfd_open"):
        try:
            select.select([os.pidfd_open(pid)], [], [])
            return
        except ProcessLookupError:
            return
        except OSError:
            pass  # An old kernel, or one that forbids it: look from time to time.
    while _exists(pid):
        time.sleep(0.5)


def _exists(pid: int) -> bool:
    # On Windows signal 0 is Ctrl-C, so there only a direct parent could be looked up, and its id outlives it.
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
