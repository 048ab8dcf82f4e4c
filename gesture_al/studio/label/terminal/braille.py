"""Skeletons in braille characters, each of which is 2 x 4 dots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.skeleton import Skeleton
from gesture_al.data.view.plane import in_picture

# Bits of a braille character by row (0 to 3) and column (0, 1) of its dots.
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_BLANK = 0x2800


def frames_of(
    positions_T_J_C: NDArray[np.float32], skeleton: Skeleton, aspect: float, columns: int, rows: int
) -> list[list[str]]:
    """Every frame of a clip as lines of text, all at one scale, so that movement is seen as movement.

    Args:
        positions_T_J_C: The clip; NaN where a joint was not seen.
        skeleton: What the joints are; one without bones is drawn as points.
        aspect: Width / height of the picture that positions are fractions of.
        columns: Characters a line, 1 or more.
        rows: Lines, 1 or more.

    Returns:
        T frames of `rows` lines.
    """
    # A dot is about as high as it is wide.
    placed = in_picture(positions_T_J_C, skeleton, aspect, (2 * columns - 1, 4 * rows - 1), 0)
    bones = skeleton.bones or [(joint, joint) for joint in range(len(skeleton))]
    return [_lines(frame, bones, columns, rows) for frame in placed]


def _lines(joints_J_2: NDArray[np.floating], bones: Sequence[tuple[int, int]], columns: int, rows: int) -> list[str]:
    cells = np.zeros((rows, columns), dtype=np.int64)
    seen = np.isfinite(joints_J_2).all(axis=1)
    for a, b in bones:
        if seen[a] and seen[b]:
            x, y = _line(joints_J_2[a], joints_J_2[b])
            np.bitwise_or.at(cells, (y // 4, x // 2), _BITS[y % 4, x % 2])
    return ["".join(chr(_BLANK + cell) if cell else " " for cell in row) for row in cells.tolist()]


def _line(start: NDArray[np.floating], end: NDArray[np.floating]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The dots between two points, both included."""
    steps = int(np.abs(end - start).max()) + 2
    points = np.rint(np.linspace(start, end, steps)).astype(np.int64)
    return points[:, 0], points[:, 1]
