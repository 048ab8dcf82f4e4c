"""Reading a clip between its frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]


def sample(positions_N_T_J_C: Float, at_N_F: NDArray[np.floating]) -> Float:
    """Positions at fractional frame numbers, linear between neighbours.

    Args:
        positions_N_T_J_C: (N, T, J, C), NaN where unseen.
        at_N_F: Frame numbers, (N, F), 0 to T - 1; what lies outside is moved to the end.

    Returns:
        (N, F, J, C). A number with one unseen neighbour is the other neighbour where that is the nearer one, else NaN; half-way
        the later one counts as the nearer.
    """
    clips, frames, joints, coordinates = positions_N_T_J_C.shape
    at_N_F = np.clip(at_N_F, 0, frames - 1)
    low_N_F = np.floor(at_N_F).astype(np.int64)
    weight = (at_N_F - low_N_F).astype(np.float32).reshape(-1, 1)
    first_N_1 = frames * np.arange(clips)[:, None]
    rows = np.ascontiguousarray(positions_N_T_J_C, dtype=np.float32).reshape(clips * frames, joints * coordinates)
    low = rows[(first_N_1 + low_N_F).ravel()]
    high = rows[(first_N_1 + np.minimum(low_N_F + 1, frames - 1)).ravel()]
    between = high - low
    between *= weight
    between += low
    unseen = np.isnan(between)
    if unseen.any():
        np.copyto(between, np.where(weight < 0.5, low, high), where=unseen)
    return np.asarray(between.reshape(clips, at_N_F.shape[1], joints, coordinates), dtype=np.float32)


def differences(values_N_T_F: Float, lag: int) -> Float:
    """What changed since `lag` frames ago, 0 in the first `lag` frames; NaN where either side is NaN.

    >>> differences(np.array([[[1.0], [4.0], [9.0]]], np.float32), 1).ravel().tolist()
    [0.0, 3.0, 5.0]
    """
    change = np.zeros_like(values_N_T_F)
    np.subtract(values_N_T_F[:, lag:], values_N_T_F[:, :-lag], out=change[:, lag:])
    return change


def with_changes(values_N_T_F: Float) -> list[Float]:
    """The values, and what changed since one and since two frames ago."""
    return [values_N_T_F, differences(values_N_T_F, 1), differences(values_N_T_F, 2)]
