"""The same number of frames for every clip, and the same unit on both axes of the picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.geometry.sampling import sample

Float = NDArray[np.float32]


def resample(positions_N_T_J_C: Float, lengths_N: NDArray[np.int64], times_N_T: Float | None, frames: int) -> Float:
    """Clips at `frames` instants evenly spread over their duration, by linear interpolation in time.

    Args:
        positions_N_T_J_C: (N, T, J, C), NaN where unseen.
        lengths_N: Frames of each clip, 1 to T; frames behind them are not read.
        times_N_T: Seconds of each frame, rising along a clip; None for evenly spaced frames.
        frames: How many to make, 1 or more.

    Returns:
        (N, frames, J, C). Between a seen and an unseen neighbour the nearer one decides whether a joint is seen.
    """
    share_F = np.linspace(0, 1, frames)
    last_N_1 = lengths_N[:, None] - 1
    if times_N_T is None:
        return sample(positions_N_T_J_C, last_N_1 * share_F)
    inside_N_T = np.arange(times_N_T.shape[1]) <= last_N_1
    start_N_1 = times_N_T[:, :1].astype(np.float64)
    end_N_1 = np.take_along_axis(times_N_T, last_N_1, axis=1)
    clock_N_T = np.where(inside_N_T, times_N_T, np.inf)
    wanted_N_F = start_N_1 + (end_N_1 - start_N_1) * share_F
    passed_N_F = (clock_N_T[:, None, :] <= wanted_N_F[:, :, None]).sum(axis=2) - 1
    low_N_F = np.clip(passed_N_F, 0, np.maximum(last_N_1 - 1, 0))
    high_N_F = np.minimum(low_N_F + 1, last_N_1)
    low_time = np.take_along_axis(clock_N_T, low_N_F, axis=1)
    span = np.take_along_axis(clock_N_T, high_N_F, axis=1) - low_time
    share_N_F = np.clip((wanted_N_F - low_time) / np.where(span > 0, span, 1), 0, 1)
    return sample(positions_N_T_J_C, low_N_F + share_N_F * (high_N_F - low_N_F))


def square(positions_N_T_J_C: Float, aspect_N: Float | None) -> Float:
    """Positions in units of the picture's height, from fractions of its width and height.

    Args:
        positions_N_T_J_C: x as a fraction of the width, y of the height, and z, if there, in the scale of x, as MediaPipe
            gives it.
        aspect_N: Width / height of each clip's picture; None leaves the positions as they are.

    Returns:
        (N, T, J, C): x and z times the aspect.
    """
    if aspect_N is None:
        return positions_N_T_J_C
    scale_N_C = np.ones((len(aspect_N), positions_N_T_J_C.shape[3]), dtype=np.float32)
    scale_N_C[:, [c for c in (0, 2) if c < scale_N_C.shape[1]]] = aspect_N[:, None]
    return np.asarray(positions_N_T_J_C * scale_N_C[:, None, None, :], dtype=np.float32)
