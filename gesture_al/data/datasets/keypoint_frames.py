"""Frames of MediaPipe's numbers in .npy files, and which numbers are which joints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.missing import NO_FRAME, ONLY_NAN
from gesture_al.data.skeleton import Skeleton

LAYOUTS = {1662: "pose with visibility, face, hands", 258: "pose with visibility, hands", 126: "hands"}


class UnreadableFrameError(Exception):
    """A frame that costs its clip the place in the set; the message is the reason."""


def frame_width(paths: list[Path], root: Path) -> int:
    """How many numbers a frame of this set holds: that of its first readable frame.

    Raises:
        UserError: No frame can be read, or the first that can is of no known layout.
    """
    failure = ""
    for path in paths:
        try:
            width = _read(path).size
        except UnreadableFrameError as err:
            failure = failure or f"{path}: {err}"
            continue
        if width not in LAYOUTS:
            known = ", ".join(f"{size} ({what})" for size, what in LAYOUTS.items())
            raise UserError(f"{path}: a frame of {width} numbers; known are {known}")
        return width
    raise UserError(f"{root}: no frame can be read, first {failure}; record the clips again")


def _read(path: Path) -> NDArray[np.float32]:
    try:
        frame = np.load(path, allow_pickle=False)
        if frame.dtype.kind not in "fiu":
            raise ValueError(f"holds {frame.dtype}")
    except (OSError, EOFError, ValueError) as err:
        raise UnreadableFrameError(f"unreadable frame {path.name}") from err
    # A number too large for float32 becomes infinite, and infinite numbers are reported.
    with np.errstate(over="ignore"):
        return np.asarray(frame, dtype=np.float32).ravel()


def read_clip(paths: list[Path], width: int) -> NDArray[np.float32]:
    """The numbers of one clip's frames, float32 (T, width).

    Raises:
        UnreadableFrameError: The clip must be left out: no frame, a damaged one, numbers that are none.
        UserError: A frame of another layout than the set's.
    """
    if not paths:
        raise UnreadableFrameError(NO_FRAME)
    read = [_read(path) for path in paths]
    for path, frame in zip(paths, read, strict=True):
        if frame.size != width:
            raise UserError(f"{path}: {frame.size} numbers, but the first frame of the set holds {width}; use one layout for all")
    numbers = np.stack(read)
    finite = np.isfinite(numbers).all(axis=1)
    if np.isnan(numbers).all():
        raise UnreadableFrameError(ONLY_NAN)
    if not finite.all():
        raise UnreadableFrameError(f"NaN or an infinite number in frame {paths[int(finite.argmin())].name}")
    return numbers


def joint_positions(numbers_T_F: NDArray[np.float32], skeleton: Skeleton) -> NDArray[np.float32]:
    """Positions of a skeleton's joints out of the frames' numbers.

    Args:
        numbers_T_F: Frames of 1662, 258 or 126 numbers.
        skeleton: `hands`, `hands_pose` or `holistic`; the frames hold all its parts.

    Returns:
        float32 (T, J, 3); visibility is dropped.
    """
    count = len(numbers_T_F)
    parts = [numbers_T_F[:, -126:].reshape(count, 42, 3)]
    if "face" in skeleton.parts:
        parts.insert(0, numbers_T_F[:, 132:1536].reshape(count, 468, 3))
    if "pose" in skeleton.parts:
        parts.insert(0, numbers_T_F[:, :132].reshape(count, 33, 4)[..., :3])
    return np.concatenate(parts, axis=1)
