"""Resampling against numpy.interp, gaps, and the unit of the picture."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.learning.features.resample import resample, square


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


def test_square_scales_x_and_z():
    ones = np.ones((2, 1, 1, 3), np.float32)
    assert square(ones, np.array([2.0, 0.5], np.float32))[:, 0, 0].tolist() == [[2, 1, 2], [0.5, 1, 0.5]]
    assert square(ones[..., :2], np.array([2.0, 1.0], np.float32))[0, 0, 0].tolist() == [2, 1]
    assert square(ones, None) is ones
