"""Sequences with gaps: means, fill-ins, numbers between frames, resampling and windows."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.geometry.sampling import bridge, mean_seen, median_seen, resample, windows


@pytest.fixture
def holed():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(5, 9, 4, 3)).astype(np.float32)
    values[rng.random(values.shape[:3]) < 0.3] = np.nan
    values[0, 0, 0] = 1.0
    return values


@pytest.mark.parametrize("axis", [1, 2, (1, 2), 3])
def test_mean_is_numpys_nanmean(holed, axis):
    filled = np.nan_to_num(holed, nan=0.5)
    assert np.allclose(mean_seen(filled, axis), filled.mean(axis=axis, keepdims=True), atol=1e-6)
    seen = ~np.isnan(holed)
    some = seen.any(axis=axis, keepdims=True)
    total, count = np.nansum(holed, axis=axis, keepdims=True), seen.sum(axis=axis, keepdims=True)
    assert np.allclose(mean_seen(holed, axis), np.where(some, total / np.maximum(count, 1), 0), atol=1e-6)


def test_median_is_numpys_nanmedian(holed):
    rows = holed[..., 0].reshape(5, -1)
    assert np.allclose(median_seen(rows), np.nanmedian(rows, axis=1))
    assert median_seen(np.full((2, 3), np.nan, np.float32)).tolist() == [0, 0]


def test_bridge_is_numpys_interp():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(40, 12, 2)).astype(np.float32)
    seen = rng.random((40, 12)) < 0.4
    seen[0] = False
    filled = bridge(np.where(seen[..., None], values, np.nan).astype(np.float32), seen)
    frame = np.arange(12)
    for n in range(40):
        if not seen[n].any():
            assert np.isnan(filled[n]).all()
            continue
        for f in range(2):
            assert np.allclose(filled[n, :, f], np.interp(frame, frame[seen[n]], values[n, seen[n], f]), atol=1e-5)
    assert np.isnan(filled[0]).all()


def ramp(seconds):
    """One joint whose x is the time."""
    return np.asarray(seconds, dtype=np.float32)[:, None, None] * np.ones((1, 1, 2), np.float32)


@pytest.mark.parametrize("fps", [9, 15, 30, 120])
def test_a_window_shows_the_same_whatever_the_frame_rate(fps):
    seconds = np.arange(0, 4, 1 / fps)
    cut = windows(ramp(seconds), seconds, np.array([seconds[-1]]), 1.0, 11)
    np.testing.assert_allclose(cut[0, :, 0, 0], seconds[-1] - 1 + np.linspace(0, 1, 11), atol=1e-5)


def test_uneven_frames_are_read_by_their_times():
    seconds = np.array([0.0, 0.1, 0.15, 0.3, 0.5])
    cut = windows(ramp(seconds), seconds, np.array([0.5]), 0.4, 5)
    np.testing.assert_allclose(cut[0, :, 0, 0], [0.1, 0.2, 0.3, 0.4, 0.5], atol=1e-6)


def test_before_the_first_frame_nothing_was_seen():
    seconds = np.arange(0, 0.5, 0.1)
    cut = windows(ramp(seconds), seconds, np.array([0.4]), 1.0, 11)[0, :, 0, 0]
    assert np.isnan(cut[:6]).all()
    assert np.isfinite(cut[6:]).all()


def test_a_long_gap_is_unseen_and_a_short_one_is_bridged():
    seconds = np.array([0.0, 0.1, 0.3, 0.4, 1.0, 1.1])
    cut = windows(ramp(seconds), seconds, np.array([1.1]), 1.1, 12)[0, :, 0, 0]
    assert np.isfinite(cut[[0, 1, 2, 3, 4, 10, 11]]).all()
    assert np.isnan(cut[5:10]).all()


def test_many_windows_are_the_single_ones():
    seconds = np.arange(0, 3, 0.07)
    positions = np.random.default_rng(0).random((len(seconds), 3, 2), dtype=np.float32)
    ends = np.array([1.0, 1.7, 2.2])
    together = windows(positions, seconds, ends, 0.8, 7)
    for row, end in enumerate(ends):
        np.testing.assert_array_equal(together[row], windows(positions, seconds, np.array([end]), 0.8, 7)[0])


@pytest.fixture
def clips():
    rng = np.random.default_rng(0)
    return rng.normal(size=(7, 15, 3, 2)).astype(np.float32), rng.integers(1, 16, 7), rng


@pytest.mark.parametrize("timed", [False, True])
@pytest.mark.parametrize("frames", [1, 5, 24])
def test_is_numpys_interp(clips, timed, frames):
    positions, lengths, rng = clips
    times = np.cumsum(rng.uniform(0.01, 0.2, (7, 15)), axis=1).astype(np.float32) if timed else None
    positions = positions.copy()
    for n, length in enumerate(lengths):
        positions[n, length:] = np.nan
        if times is not None:
            times[n, length:] = np.nan
    result = resample(positions, lengths, times, frames)
    assert result.shape == (7, frames, 3, 2)
    assert result.dtype == np.float32
    for n, length in enumerate(lengths):
        clock = np.arange(length) if times is None else times[n, :length].astype(float)
        wanted = np.linspace(clock[0], clock[-1], frames)
        for j in range(3):
            for c in range(2):
                assert np.allclose(result[n, :, j, c], np.interp(wanted, clock, positions[n, :length, j, c]), atol=1e-4)


def test_the_nearer_neighbour_decides_whether_a_joint_is_seen():
    positions = np.array([0.0, np.nan, 2.0], np.float32).reshape(1, 3, 1, 1).repeat(2, axis=3)
    result = resample(positions, np.array([3]), None, 9)[0, :, 0, 0]
    assert np.array_equal(result, [0, 0, np.nan, np.nan, np.nan, np.nan, 2, 2, 2], equal_nan=True)


def test_same_frames_are_the_same_clip(clips):
    positions, _, _ = clips
    assert np.allclose(resample(positions, np.full(7, 15), None, 15), positions, atol=1e-6)


def test_frames_at_one_instant_do_no_harm(clips):
    positions, _, _ = clips
    assert np.isfinite(resample(positions, np.full(7, 15), np.ones((7, 15), np.float32), 6)).all()
