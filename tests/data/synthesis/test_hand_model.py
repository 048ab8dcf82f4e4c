"""Bones, chains and rotations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from gesture_al.data.synthesis.hand_model import ANGLES, BONES_5_3, PALM_6_3, SHAPE_ANGLES, SHAPES, pose_hand, turn_matrix


def chains() -> list[tuple[int, int, int, int]]:
    return [(1 + 4 * digit, 2 + 4 * digit, 3 + 4 * digit, 4 + 4 * digit) for digit in range(5)]


def test_bones_keep_their_length_whatever_the_angles():
    angles = np.random.default_rng(0).uniform(-2, 2, (50, 3, ANGLES)).astype(np.float32)
    joints = pose_hand(angles, PALM_6_3, BONES_5_3)
    assert joints.shape == (50, 3, 21, 3)
    for digit, chain in enumerate(chains()):
        lengths = np.linalg.norm(np.diff(joints[..., chain, :], axis=-2), axis=-1)
        np.testing.assert_allclose(lengths, np.broadcast_to(BONES_5_3[digit], lengths.shape), rtol=1e-5)
    np.testing.assert_allclose(joints[..., (0, 1, 5, 9, 13, 17), :], np.broadcast_to(PALM_6_3, (50, 3, 6, 3)))


def test_each_clip_has_its_own_proportions():
    bones = np.stack([BONES_5_3, 2 * BONES_5_3])
    joints = pose_hand(np.zeros((2, ANGLES), np.float32), np.stack([PALM_6_3, PALM_6_3]), bones)
    np.testing.assert_allclose(joints[1, 12] - joints[1, 9], 2 * (joints[0, 12] - joints[0, 9]), rtol=1e-6)


def test_flexed_finger_follows_from_rotations_joint_by_joint():
    flexion = np.radians([30.0, 80.0, 40.0])
    angles = np.zeros(ANGLES, np.float32)
    angles[7:10] = flexion
    expected, direction = PALM_6_3[2].astype(float), np.array([0.0, 1.0, 0.0])
    for bone, angle in zip(BONES_5_3[1], flexion, strict=True):
        direction = Rotation.from_rotvec([angle, 0, 0]).apply(direction)
        expected = expected + bone * direction
    np.testing.assert_allclose(pose_hand(angles, PALM_6_3, BONES_5_3)[8], expected, atol=1e-6)


def test_rotation_equals_scipys():
    aim = np.random.default_rng(1).uniform(-3, 3, (20, 4)).astype(np.float32)
    for angles, matrix in zip(aim, turn_matrix(aim), strict=True):
        turn, pitch, yaw, tilt = angles
        forearm = Rotation.from_euler("x", pitch) * Rotation.from_euler("y", turn)
        expected = Rotation.from_euler("z", -tilt) * Rotation.from_euler("y", yaw) * forearm
        np.testing.assert_allclose(matrix, expected.as_matrix(), atol=2e-6)


@pytest.mark.parametrize("name", ["thumb_up", "thumb_up_rotated", "fist", "victory", "pointing_up"])
def test_palm_is_that_of_real_hands(name, real_hands):
    real = real_hands(name)["world"]
    unit = np.linalg.norm(real[9] - real[0])
    for a, b in ((0, 1), (0, 5), (0, 13), (0, 17), (5, 9), (9, 13), (13, 17)):
        ratio = np.linalg.norm(real[a] - real[b]) / unit
        roots = {0: 0, 1: 1, 5: 2, 9: 3, 13: 4, 17: 5}
        made = np.linalg.norm(PALM_6_3[roots[a]] - PALM_6_3[roots[b]])
        assert made == pytest.approx(ratio, abs=0.09), (a, b)


@pytest.mark.parametrize(("name", "fingers"), [("victory", (1, 2)), ("pointing_up", (1,))])
def test_stretched_fingers_are_a_little_longer_than_foreshortened_ones(name, fingers, real_hands):
    real = real_hands(name)["image"]
    for finger in fingers:
        seen = np.linalg.norm(np.diff(real[list(chains()[finger])], axis=0), axis=-1).sum() / np.linalg.norm(real[9] - real[0])
        assert seen < BONES_5_3[finger].sum() < 1.3 * seen


def test_fingers_are_divided_as_in_radiographs():
    # Millimetres, Buryanov and Kotiuk (2010), table I: proximal, middle, distal phalanx with the pulp of the tip.
    radiographs = np.array([(39.8, 22.4, 19.6), (44.6, 26.3, 21.4), (41.4, 25.7, 21.3), (32.7, 18.1, 19.7)])
    made = BONES_5_3[1:] / BONES_5_3[1:].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(made, radiographs / radiographs.sum(axis=1, keepdims=True), atol=0.04)
    lengths = radiographs.sum(axis=1)
    np.testing.assert_allclose(BONES_5_3[1:].sum(axis=1) / BONES_5_3[2].sum(), lengths / lengths[1], atol=0.06)


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
