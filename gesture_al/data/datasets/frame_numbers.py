"""Frames as webcam tutorials flatten MediaPipe's results: 1662, 258 or 126 numbers each."""

from __future__ import annotations

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.data.skeleton import Skeleton

LAYOUTS = {1662: "pose with visibility, face, hands", 258: "pose with visibility, hands", 126: "hands"}
"""Numbers of a frame: pose 33 x (x, y, z, visibility), face 468 x 3, left and right hand 21 x 3."""


def joint_positions(numbers_T_F: Float32, skeleton: Skeleton) -> Float32:
    """Joint positions from the numbers of frames.

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
