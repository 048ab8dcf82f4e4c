"""Coordinates as they come: what the reference system feeds its net, and the same brought to one scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.data.skeleton import Skeleton
from gesture_al.learning.features.base import FEATURES, FramesSetting


@FEATURES.register("raw")
@dataclass(frozen=True)
class Raw:
    """Each frame's coordinates in a row, 0 where a joint was not seen.

    Args:
        frames: Frames to resample to, 2 or more; None keeps each clip's own.
        standardise: Whether channels are standardised by the pool's statistics.
    """

    frames: FramesSetting = None
    standardise: bool = False

    def __call__(self, positions_N_T_J_C: Float32, skeleton: Skeleton) -> Float32:
        """(N, T, J * C): joint after joint."""
        clips, frames, joints, coordinates = positions_N_T_J_C.shape
        return np.nan_to_num(positions_N_T_J_C).reshape(clips, frames, joints * coordinates)

    def width(self, skeleton: Skeleton, coordinates: int) -> int:
        """J * C."""
        return len(skeleton) * coordinates


@FEATURES.register("standardised")
def standardised(frames: FramesSetting = 24, standardise: bool = True) -> Raw:
    """Raw coordinates, resampled and standardised channel by channel: the least that helps, for comparison."""
    return Raw(frames, standardise)
