"""Means, medians and fill-ins of numbers with gaps (NaN), without the warnings and the slowness of NumPy's nan-functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]


def mean_seen(values: Float, axis: int | tuple[int, ...]) -> Float:
    """Mean of the finite numbers along axes, which stay with length 1; 0 where there are none.

    >>> mean_seen(np.array([[1.0, np.nan, 3.0], [np.nan] * 3], np.float32), axis=1).tolist()
    [[2.0], [0.0]]
    """
    unseen = np.isnan(values)
    if not unseen.any():
        total = _total(values, axis)
        return np.asarray(total / max(values.size // max(total.size, 1), 1), dtype=np.float32)
    count = _total((~unseen).astype(np.float32), axis)
    return np.asarray(_total(np.where(unseen, np.float32(0), values), axis) / np.maximum(count, 1), dtype=np.float32)


def _total(values: Float, axis: int | tuple[int, ...]) -> Float:
    """Sum along axes, which stay: `reduceat` is ten times as fast as `sum` where the last axis is two or three coordinates."""
    for along in sorted((axis,) if isinstance(axis, int) else axis, reverse=True):
        values = np.add.reduceat(values, [0], axis=along)
    return values


def median_seen(values_N_T: Float) -> Float:
    """Median of the finite numbers of each row, shape (N,); 0 where there are none.

    >>> median_seen(np.array([[5.0, np.nan, 1.0, 2.0], [np.nan] * 4], np.float32)).tolist()
    [2.0, 0.0]
    """
    ordered_N_T = np.sort(values_N_T, axis=1)  # NaN goes last
    count_N = np.count_nonzero(~np.isnan(ordered_N_T), axis=1)
    rows = np.arange(len(ordered_N_T))
    low_N = ordered_N_T[rows, np.maximum(count_N - 1, 0) // 2]
    high_N = ordered_N_T[rows, np.minimum(count_N // 2, ordered_N_T.shape[1] - 1)]
    return np.where(count_N > 0, (low_N + high_N) / 2, 0).astype(np.float32)


def bridge(values_N_T_F: Float, seen_N_T: NDArray[np.bool_]) -> Float:
    """Fill unseen frames: a straight line between seen ones, before the first and after the last the nearest.

    Args:
        values_N_T_F: Numbers, (N, T, F); what stands in unseen frames is ignored.
        seen_N_T: Which frames count, (N, T).

    Returns:
        (N, T, F), NaN throughout a clip of which no frame was seen.
    """
    if seen_N_T.all():
        return values_N_T_F
    frames = seen_N_T.shape[1]
    number_T = np.arange(frames)
    before_N_T = np.maximum.accumulate(np.where(seen_N_T, number_T, -1), axis=1)
    after_N_T = np.minimum.accumulate(np.where(seen_N_T, number_T, frames)[:, ::-1], axis=1)[:, ::-1]
    before_N_T, after_N_T = (
        np.where(before_N_T < 0, after_N_T, before_N_T).clip(0, frames - 1),
        np.where(after_N_T >= frames, before_N_T, after_N_T).clip(0, frames - 1),
    )
    weight_N_T = (number_T - before_N_T) / np.maximum(after_N_T - before_N_T, 1)
    low = np.take_along_axis(values_N_T_F, before_N_T[..., None], axis=1)
    high = np.take_along_axis(values_N_T_F, after_N_T[..., None], axis=1)
    filled = low + (high - low) * weight_N_T[..., None].astype(np.float32)
    filled[~seen_N_T.any(axis=1)] = np.nan
    return np.asarray(filled, dtype=np.float32)
