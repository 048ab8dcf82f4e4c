"""Shapes against landmarks that MediaPipe found on real photos."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.synthesis.hand_model import BONES_5_3, PALM_6_3, pose_hand
from gesture_al.data.synthesis.hand_shapes import SHAPE_ANGLES, SHAPES

JOINTS = dict(zip(SHAPES, pose_hand(SHAPE_ANGLES, PALM_6_3, BONES_5_3), strict=True))
PHOTOS = {
    "thumb_up": "thumb_up",
    "thumb_up_rotated": "thumb_up",
    "fist": "fist",
    "pointing_up": "point",
    "victory": "victory",
}


@pytest.mark.parametrize(("photo", "shape"), PHOTOS.items())
def test_shape_is_close_to_the_photo_of_it(photo, shape, real_hands, misfit):
    assert misfit(JOINTS[shape], real_hands(photo)["world"]) < 0.11


@pytest.mark.parametrize(("photo", "shape"), PHOTOS.items())
def test_no_other_shape_is_closer(photo, shape, real_hands, misfit):
    variants = {"fist": ("fist", "loose_fist"), "thumb_up": ("thumb_up", "thumb_up_hitched")}.get(shape, (shape,))
    distance = {name: misfit(joints, real_hands(photo)["world"]) for name, joints in JOINTS.items()}
    assert min(distance, key=distance.get) in variants


def test_a_left_hand_does_not_fit_a_right_one(real_hands, misfit):
    real = real_hands("thumb_up")["world"]
    assert misfit(JOINTS["thumb_up"] * [-1, 1, 1], real) > 3 * misfit(JOINTS["thumb_up"], real)


def test_angles_are_those_of_fingers():
    flexion = np.degrees(SHAPE_ANGLES[:, 6:].reshape(-1, 4, 4))
    assert np.abs(flexion[..., 0]).max() <= 25, "spread"
    for joint, least, most in ((1, -5, 95), (2, 0, 125), (3, 0, 85)):
        assert flexion[..., joint].min() >= least
        assert flexion[..., joint].max() <= most


def test_open_hand_is_that_of_people_who_wave(shared_data, misfit):
    with np.load(shared_data / "hello3.npz") as archive:
        hello, subject = archive["y"] == 0, archive["subject"]
        right = archive["X"][hello & (subject == 2)][:, :, 54:75]
    # The pictures are 640 x 480.
    hands = right[right.any(axis=(2, 3))].astype(float) * [4 / 3, 1, 4 / 3]
    bones = np.diff(hands.reshape(-1, 21, 3)[:, 1:].reshape(-1, 5, 4, 3), axis=2)[:, 1:]
    straight = np.linalg.norm(bones.sum(axis=2), axis=-1) / np.linalg.norm(bones, axis=-1).sum(axis=2)
    stretched = hands[(straight > 0.985).all(axis=1)][::5]
    assert len(stretched) > 20
    distance = {name: np.median([misfit(joints, hand) for hand in stretched]) for name, joints in JOINTS.items()}
    assert min(distance, key=distance.get) in ("open", "closed_palm")
    assert distance["open"] < 0.2
