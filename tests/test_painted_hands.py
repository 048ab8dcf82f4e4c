"""Painted hands are pictures in which a detector of real hands sees hands, on the right side and in the right places."""

from __future__ import annotations

import numpy as np
import pytest
from painted_hands import painted

from gesture_al.capture.landmarks.base import LANDMARKS
from gesture_al.capture.video.frame import Frame
from gesture_al.data.synthesis.hand_model import BONES_5_3, PALM_6_3, SHAPE_ANGLES, SHAPES, pose_hand

WIDTH, HEIGHT = 640, 480
PALM = 0.2


def two_hands(shape: str) -> np.ndarray:
    """Both hands with their palms to the camera, fingers up, (42, 3)."""
    right = (
        pose_hand(SHAPE_ANGLES[SHAPES.index(shape)], PALM_6_3, BONES_5_3)
        * [1, -1, -1]
        * PALM
        * [HEIGHT / WIDTH, 1, HEIGHT / WIDTH]
    )
    left = right * [-1, 1, 1]
    return np.concatenate([left + np.array([0.72, 0.7, 0]), right + np.array([0.28, 0.7, 0])]).astype(np.float32)


@pytest.mark.parametrize("shape", ["open", "victory"])
def test_a_detector_of_real_hands_sees_painted_ones(shape, hand_model):
    joints = two_hands(shape)
    image = painted(joints, WIDTH, HEIGHT)
    with LANDMARKS.build("hands", {"hand_model": str(hand_model)}).track() as tracker:
        seen = [tracker.see(Frame(image, n / 30)) for n in range(2)][-1]
    away = np.hypot(*((seen.positions - joints)[:, :2] * [WIDTH / HEIGHT, 1]).T) / PALM
    # Some joints of a painted hand lie where a real one's would not: a quarter of a palm in the mean.
    assert away.mean() < 0.25


def test_an_unseen_hand_is_not_painted():
    joints = two_hands("open")
    joints[:21] = np.nan
    one, none = painted(joints, 320, 240), painted(np.full((42, 3), np.nan, dtype=np.float32), 320, 240)
    assert np.array_equal(one[:, 240:], none[:, 240:])
    assert not np.array_equal(one[:, :160], none[:, :160])


def test_the_same_joints_give_the_same_picture():
    joints = two_hands("fist")
    one = painted(joints, 320, 240)
    assert one.shape == (240, 320, 3)
    assert one.dtype == np.uint8
    assert np.array_equal(one, painted(joints, 320, 240))
