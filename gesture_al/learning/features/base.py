"""What features do, their registry, and the statistics by which a learner standardises them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

import numpy as np
from annotated_types import Ge, Le

from gesture_al.core.arrays import Float32, Floating, Int64
from gesture_al.core.registry import Registry
from gesture_al.data.skeleton import Skeleton

Frames = Annotated[int, Ge(2), Le(10_000)]
"""Frames that every clip is resampled to."""
if TYPE_CHECKING:
    FramesSetting = int | None
else:
    FramesSetting = Frames | Literal["auto"] | None
"""The same as settings may have it. What makes features never meets `auto`: the assembly of a run puts `fitting_frames` there."""


class Features(Protocol):
    """From positions to the numbers a net reads.

    Attributes:
        frames: Frames every clip is resampled to before the call; None leaves clips as they are, padded behind their end.
        standardise: Whether the learner brings each channel to mean 0 and deviation 1 by the statistics of the pool.
    """

    @property
    def frames(self) -> int | None: ...  # noqa: D102  described above

    @property
    def standardise(self) -> bool: ...  # noqa: D102  described above

    def __call__(self, positions_N_T_J_C: Float32, skeleton: Skeleton) -> Float32:
        """Features (N, T, F) without NaN, of positions (N, T, J, C) in units of the picture's height with NaN where unseen."""

    def width(self, skeleton: Skeleton, coordinates: int) -> int:
        """F for clips of that skeleton in 2 or 3 coordinates."""


FEATURES: Registry[Features] = Registry("features", "gesture_al.learning.features.base:FEATURES")


_FEWEST_FRAMES, _MOST_FRAMES = 24, 64
_LONG_CLIP = 64
_CAMERA_RATE = 30


def fitting_frames(lengths_N: Int64, seconds_N: Floating | None = None) -> int:
    """How many frames clips of that length should be brought to, the number that `frames: auto` stands for.

    24 up to a median of 64 frames, beyond that in proportion to its square root, and 64 at the most (decision note 32).

    Args:
        lengths_N: Frames of each clip, (N,), N at least 1.
        seconds_N: How long each lasts, (N,), in seconds; a camera of more than 30 frames a second then counts as one of 30.
            None: not known.

    >>> fitting_frames(np.array([30, 51])), fitting_frames(np.array([300])), fitting_frames(np.array([300]), np.array([2.5]))
    (24, 52, 26)
    """
    length_N = lengths_N if seconds_N is None else np.minimum(lengths_N, _CAMERA_RATE * seconds_N)
    frames = round(_FEWEST_FRAMES * math.sqrt(float(np.median(length_N)) / _LONG_CLIP))
    return min(max(frames, _FEWEST_FRAMES), _MOST_FRAMES)


def width_by_trial(features: Features, skeleton: Skeleton, coordinates: int) -> int:
    """F, found by asking for the features of one unseen frame."""
    unseen = np.full((1, 1, len(skeleton), coordinates), np.nan, dtype=np.float32)
    return int(features(unseen, skeleton).shape[2])


def channel_statistics(features_N_T_F: Float32, lengths_N: Int64 | None = None) -> tuple[Float32, Float32]:
    """Mean and deviation of each channel over all frames of all clips.

    Args:
        features_N_T_F: Features of the pool, (N, T, F).
        lengths_N: Frames of each clip that count, where T is padded; None counts all.

    Returns:
        Mean (F,) and deviation (F,). A channel that hardly varies (under 1% of the median channel) gets the median deviation, so
        that a presence flag that was always 1 does not explode when it is 0 for the first time.
    """
    frames = features_N_T_F.shape[1]
    rows = features_N_T_F.reshape(-1, features_N_T_F.shape[2])
    if lengths_N is not None and (lengths_N < frames).any():
        rows = rows[(np.arange(frames) < lengths_N[:, None]).ravel()]
    mean = rows.mean(axis=0, dtype=np.float64)
    # The pool's features are large: one more array of their size is enough.
    off = rows - mean.astype(np.float32)
    deviation = np.sqrt(np.square(off, out=off).mean(axis=0, dtype=np.float64))
    varying = deviation[deviation > 1e-12]
    typical = float(np.median(varying)) if len(varying) else 1.0
    return mean.astype(np.float32), np.where(deviation < 0.01 * typical, typical, deviation).astype(np.float32)
