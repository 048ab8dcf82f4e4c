"""Each change of a clip against its closed form or SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from gesture_al.data.geometry.normalisation import size
from gesture_al.data.skeleton import SKELETONS
from gesture_al.learning.augmentation.transforms import drop_block, mirrored, part_sizes, rotations, warped_frames


def test_rotations_are_scipys():
    angles = np.random.default_rng(0).uniform(-1, 1, (5, 3)).astype(np.float32)
    assert np.allclose(rotations(angles, 3), Rotation.from_euler("xyz", angles).as_matrix(), atol=1e-6)
    plane = rotations(angles, 2)
    assert np.allclose(plane @ np.swapaxes(plane, 1, 2), np.eye(2), atol=1e-6)
    assert np.allclose(plane[:, 1, 0], np.sin(angles[:, 2]), atol=1e-6)


def test_no_crop_and_no_bend_is_every_frame():
    zero, one = np.zeros(2, np.float32), np.ones(2, np.float32)
    assert np.allclose(warped_frames(zero, one, zero, np.array([1, 2]), 9), np.arange(9))


@pytest.mark.parametrize("bend", [-0.15, 0.15])
@pytest.mark.parametrize("waves", [1, 2])
def test_time_never_runs_backwards(bend, waves):
    frames = warped_frames(np.array([0.1]), np.array([0.8]), np.array([bend]), np.array([waves]), 50)[0]
    assert (np.diff(frames) > 0).all()
    assert frames[0] == pytest.approx(0.1 * 49)
    assert frames[-1] == pytest.approx(0.8 * 49)


def test_a_hand_is_measured_by_itself():
    skeleton = SKELETONS["hands_pose"]
    positions = np.random.default_rng(1).normal(size=(2, 5, 75, 3)).astype(np.float32)
    positions[:, :, 33:54] *= 0.1
    sizes = part_sizes(positions, skeleton)
    assert np.allclose(sizes[:, 40], size(positions[:, :, 33:54])[:, 0, 0])
    assert (sizes[:, 40] < 0.2 * sizes[:, 0]).all()


def test_mirror_twice_is_the_clip():
    skeleton, rng = SKELETONS["natops"], np.random.default_rng(2)
    positions = rng.normal(size=(3, 4, 8, 3)).astype(np.float32)
    middle = rng.normal(size=(3, 3)).astype(np.float32)
    once = mirrored(positions, middle, skeleton)
    assert np.allclose(once[0, 0, 0, 0], 2 * middle[0, 0] - positions[0, 0, 1, 0])
    assert np.array_equal(once[..., 0, 1:], positions[..., 1, 1:])
    assert np.allclose(mirrored(once, middle, skeleton), positions, atol=1e-5)


def test_a_dropped_block_is_what_was_asked_for():
    positions = np.zeros((2, 6, 42, 2), np.float32)
    dropped = drop_block(positions, range(21), np.array([1, 3]), np.array([4, 3]))
    gone = np.isnan(dropped).all(axis=3)
    assert gone[0, 1:4, :21].all()
    assert gone.sum() == 3 * 21
    assert np.isfinite(positions).all()
