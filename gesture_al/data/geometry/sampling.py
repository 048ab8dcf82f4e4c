"""Sequences with gaps (NaN): means and fill-ins, numbers between frames, changes, and windows of a stream at fixed instants."""

from __future__ import annotations

import numpy as np

from gesture_al.core.arrays import Bool, Float32, Float64, Floating, Int64


def mean_seen(values: Float32, axis: int | tuple[int, ...]) -> Float32:
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


def _total(values: Float32, axis: int | tuple[int, ...]) -> Float32:
    """Sum along axes, which stay: `reduceat` is ten times as fast as `sum` where the last axis is two or three coordinates."""
    for along in sorted((axis,) if isinstance(axis, int) else axis, reverse=True):
        values = np.add.reduceat(values, [0], axis=along)
    return values


def median_seen(values_N_T: Float32) -> Float32:
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


def bridge(values_N_T_F: Float32, seen_N_T: Bool) -> Float32:
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


def sample(positions_N_T_J_C: Float32, at_N_F: Floating) -> Float32:
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


def differences(values_N_T_F: Float32, lag: int) -> Float32:
    """What changed since `lag` frames ago, 0 in the first `lag` frames; NaN where either side is NaN.

    >>> differences(np.array([[[1.0], [4.0], [9.0]]], np.float32), 1).ravel().tolist()
    [0.0, 3.0, 5.0]
    """
    change = np.zeros_like(values_N_T_F)
    np.subtract(values_N_T_F[:, lag:], values_N_T_F[:, :-lag], out=change[:, lag:])
    return change


def with_changes(values_N_T_F: Float32) -> list[Float32]:
    """The values, and what changed since one and since two frames ago."""
    return [values_N_T_F, differences(values_N_T_F, 1), differences(values_N_T_F, 2)]


LONGEST_GAP = 0.25
"""Seconds without a frame that are bridged; in a longer gap nothing was seen."""


def windows(positions_T_J_C: Float32, seconds_T: Float64, ends_N: Float64, length: float, frames: int) -> Float32:
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
    result = sample(positions_T_J_C[None], (low_N_F + share_N_F).reshape(1, -1)).reshape(
        *at_N_F.shape, *positions_T_J_C.shape[1:]
    )
    between = (share_N_F > 0) & (share_N_F < 1)
    result[(at_N_F < seconds_T[0] - 1e-6) | (at_N_F > seconds_T[-1] + 1e-6) | (between & (step_N_F > LONGEST_GAP))] = np.nan
    return result


def resample(positions_N_T_J_C: Float32, lengths_N: Int64, times_N_T: Float32 | None, frames: int) -> Float32:
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
