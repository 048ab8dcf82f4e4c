"""What every reader checks of the things it was given: paths that exist, classes that can be learned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.base import UNKNOWN, LeftOut


def existing_file(path: str | Path | None, key: str) -> Path:
    """The file that a setting names.

    Args:
        path: As the user wrote it; `~` is expanded.
        key: The setting, for the message, e.g. `dataset.params.path`.

    Raises:
        UserError: The setting is empty, nothing is there, or it is no file, or an empty one.
    """
    found = _existing(path, key)
    if not found.is_file():
        raise UserError(f"{key}: {found} is a folder; name a file")
    if found.stat().st_size == 0:
        raise UserError(f"{key}: {found} is empty; write or download it again")
    return found


def existing_folder(path: str | Path | None, key: str) -> Path:
    """The folder that a setting names.

    Raises:
        UserError: The setting is empty, nothing is there, or it is no folder.
    """
    found = _existing(path, key)
    if not found.is_dir():
        raise UserError(f"{key}: {found} is a file; name a folder")
    return found


def _existing(path: str | Path | None, key: str) -> Path:
    if path is None or not str(path).strip():
        raise UserError(f"{key} is not set; type {key}=<path>")
    found = Path(path).expanduser()
    if not found.exists():
        raise UserError(f"{key}: nothing at {found}; check the path")
    return found


def check_classes(where: str, labels: NDArray[np.int64], classes: Sequence[str], left_out: Sequence[LeftOut] = ()) -> None:
    """Refuse classes that nobody can learn to tell apart.

    Args:
        where: The file or folder, for the message.
        labels: int (N,), -1 unknown.
        classes: Class names.
        left_out: Clips that were refused, so that the message can say why a class is empty.

    Raises:
        UserError: No clip, fewer than two classes, a class that stands twice, or one that no clip has although all clips
            are labelled (with unlabelled clips in the set, answers may still bring it).
    """
    because = f" ({len(left_out)} left out, first {left_out[0].clip}: {left_out[0].reason})" if left_out else ""
    if len(labels) == 0:
        raise UserError(f"{where}: no usable clip{because}; add clips")
    if len(set(classes)) != len(classes):
        twice = next(name for name in classes if list(classes).count(name) > 1)
        raise UserError(f"{where}: class {twice!r} stands twice; rename one")
    anyone_unknown = bool((labels == UNKNOWN).any())
    if len(classes) < 2 and not (anyone_unknown and not classes):
        raise UserError(f"{where}: only one class ({', '.join(classes)}); add clips of at least one other class")
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))
    if not anyone_unknown and (counts == 0).any():
        raise UserError(
            f"{where}: class {classes[int(np.argmin(counts))]!r} has no usable clip{because}; add clips or drop the class"
        )
