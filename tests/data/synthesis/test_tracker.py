"""Which errors a tracker makes, and that it makes none at noise 0."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.synthesis.hand_model import BONES_5_3, PALM_6_3, SHAPE_ANGLES, SHAPES, pose_hand
from gesture_al.data.synthesis.tracker import track

CLIPS, FRAMES = 80, 40


@pytest.fixture
def apart() -> np.ndarray:
    """Two open hands at rest, a palm of a tenth of the picture, left hand at the right side."""
    hand = pose_hand(SHAPE_ANGLES[SHAPES.index("open")], PALM_6_3, BONES_5_3) * [0.1, -0.1, -0.1]
    left, right = np.array([0.75, 0.6, 0]), np.array([0.25, 0.6, 0])
    hands = np.stack([hand * [-1, 1, 1] + left, hand + right])
    return np.broadcast_to(hands, (CLIPS, FRAMES, 2, 21, 3)).astype(np.float32)


def tracked(positions, noise, times=None):
    if times is None:
        times = np.broadcast_to(np.arange(FRAMES, dtype=np.float32) / 20, (CLIPS, FRAMES))
    return track(positions, times, np.full(CLIPS, FRAMES), np.ones(CLIPS, np.float32), noise, np.random.default_rng(0))


def test_without_noise_nothing_changes(apart):
    exact = apart.copy()
    exact[..., 2] -= exact[..., :1, 2]
    np.testing.assert_allclose(tracked(apart, 0.0), exact, atol=1e-6)


def test_jitter_is_that_of_public_recordings(apart):
    landmarks = tracked(apart, 1.0)
    second = (landmarks[:, 2:] - 2 * landmarks[:, 1:-1] + landmarks[:, :-2])[:, :, :, (8, 12, 16, 20), :2]
    jitter = np.nanmedian(np.abs(second)) / 0.6745 / np.sqrt(6) / 0.1
    assert 0.006 < jitter < 0.025


def test_hands_get_lost_in_blocks_and_rarely_at_rest(apart):
    lost = np.isnan(tracked(apart, 1.0)).any(axis=(3, 4))
    assert np.array_equal(lost, np.isnan(tracked(apart, 1.0)).all(axis=(3, 4)))
    assert 0.002 < lost.mean() < 0.06
    again = lost[:, 1:][lost[:, :-1]].mean()
    assert again > 5 * lost.mean()


def test_fast_and_touching_and_outside_hands_get_lost_more(apart):
    usual = np.isnan(tracked(apart, 1.0)[..., 0, 0]).mean()
    fast = apart.copy()
    fast[:, 1::2, ..., 1] -= 0.15
    assert np.isnan(tracked(fast, 1.0)[..., 0, 0]).mean() > 5 * usual
    touching = apart.copy()
    touching[:, :, 0, :, 0] -= 0.4
    assert np.isnan(tracked(touching, 1.0)[..., 0, 0]).mean() > 3 * usual
    outside = apart.copy()
    outside[:, :, 0, :, 1] += 0.6
    assert np.isnan(tracked(outside, 0.0)[:, :, 0]).all()


def test_swaps_are_more_frequent_when_hands_touch(apart):
    close = apart.copy()
    close[:, :, 0, :, 0] -= 0.42

    def swapped(positions):
        landmarks = tracked(positions, 1.0)
        both = ~np.isnan(landmarks[..., 0, 0]).any(axis=-1)
        return (landmarks[:, :, 0, 9, 0] < landmarks[:, :, 1, 9, 0])[both].mean()

    assert 0.001 < swapped(apart) < 0.05
    assert swapped(close) > 2 * swapped(apart)


def test_a_clip_is_never_without_any_hand(apart):
    away = apart + np.array([0, 0.9, 0], np.float32)
    assert (~np.isnan(tracked(away, 1.0))).any(axis=(1, 2, 3, 4)).all()
