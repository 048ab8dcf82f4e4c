from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.geometry.window import windows


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
