"""Status of a run on disk, for anyone who asks: running, done, failed or paused."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from gesture_al import __version__
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.atomic_io import read_json, sweep_drafts, write_sealed_json
from gesture_al.core.errors import UserError

_RECORDED = (
    *("torch", "pytorch-lightning", "hydra-core", "numpy", "scikit-learn", "scipy", "mediapipe", "opencv-python", "av"),
    *("tensorboard", "wandb", "matplotlib"),
)


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_status(folder: Path) -> dict[str, Any]:
    """What status.json says; empty where there is none."""
    return read_json(RunPaths(folder).status)


def update_status(folder: Path, **changes: Any) -> None:
    """Change some of what status.json says, in one step."""
    write_sealed_json(RunPaths(folder).status, {**read_status(folder), **changes})


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder against a second process; the lock dies with the process that holds it.

    Raises:
        UserError: Another process is at work in it, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError, PermissionError) as err:
        raise UserError(f"output_dir: {folder} cannot be made ({err.strerror}); name a folder that you may write to") from err
    # Whoever only asks `is_running` holds it for an instant.
    lock = FileLock(RunPaths(folder).lock, timeout=0.3)
    try:
        with lock:
            sweep_drafts(folder)
            yield
    except Timeout:
        raise UserError(f"{folder}: another process is running this run; wait for it or stop it first") from None


def is_running(folder: Path) -> bool:
    """Whether a process holds the folder at this moment."""
    if not (RunPaths(folder).lock).exists():
        return False
    try:
        with FileLock(RunPaths(folder).lock, blocking=False):
            return False
    except Timeout:
        return True


def environment() -> dict[str, Any]:
    """What environment.json holds: versions, commit and machine."""
    return {
        "gesture_al": __version__,
        "git": _commit(),
        "python": sys.version.split()[0],
        "machine": platform.platform(),
        "processor": platform.machine(),
        "packages": {name: _version(name) for name in _RECORDED},
        "started": now(),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of the checkout that the code runs from, with a plus where it was changed; None outside one."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        return None
    try:
        head = subprocess.run(["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        dirty = subprocess.run(["git", "-C", str(root), "status", "--porcelain"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return head.stdout.strip() + ("+" if dirty.stdout.strip() else "")
