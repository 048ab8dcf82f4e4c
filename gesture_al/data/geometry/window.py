"""The last seconds of a stream at a fixed number of instants, whatever the rate at which its frames came."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.geometry.timing import sample

Float = NDArray[np.float32]

LONGEST_GAP = 0.25
"""Seconds without a frame that are bridged; in a longer gap nothing was seen."""


def windows(
    positions_T_J_C: Float, seconds_T: NDArray[np.float64], ends_N: NDArray[np.float64], length: float, frames: int
) -> Float:
    """Windows of a stream.

    Args:
        positions_T_J_C: Frames of the stream, NaN where not seen.
        seconds_T: When each was taken, rising.
        ends_N: When each window ends, seconds.
        length: Of a window, seconds.
        frames: Instants in it, evenly spread, both ends included; 2 or more.

    Returns:
        (N, frames, J, C), linear between the stream's frames; NaN before its first, behind its last, and in gaps of more than
        `LONGEST_GAP` seconds.
    """
    at_N_F = ends_N[:, None] - length + np.linspace(0, length, frames)
    last = len(seconds_T) - 1
    low_N_F = np.clip(np.searchsorted(seconds_T, at_N_F, side="right") - 1, 0, last)
    high_N_F = np.minimum(low_N_F + 1, last)
    step_N_F = seconds_T[high_N_F] - seconds_T[low_N_F]
    share_N_F = np.clip((at_N_F - seconds_T[low_N_F]) / np.where(step_N_F > 0, step_N_F, 1), 0, 1)
    found = sample(positions_T_J_C[None], (low_N_F + share_N_F).reshape(1, -1)).reshape(*at_N_F.shape, *positions_T_J_C.shape[1:])
    between = (share_N_F > 0) & (share_N_F < 1)
    found[(at_N_F < seconds_T[0] - 1e-6) | (at_N_F > seconds_T[-1] + 1e-6) | (between & (step_N_F > LONGEST_GAP))] = np.nan
    return found
