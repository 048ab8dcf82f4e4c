"""What every augmentation promises; the changes that `standard` makes against closed forms and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from gesture_al.core.errors import UserError
from gesture_al.data.geometry.normalisation import centre, size
from gesture_al.data.skeleton import SKELETONS, generic
from gesture_al.learning.augmentation.base import AUGMENTATIONS
from gesture_al.learning.augmentation.standard import drop_block, mirrored, part_sizes, rotations, warped_frames

OFF = dict.fromkeys(("crop", "warp", "rotation", "scale", "offset", "jitter", "shift", "drop_hand", "mirror"), 0.0)


def clips_of(skeleton, coordinates=3, clips=40, frames=12):
    return np.random.default_rng(0).normal(size=(clips, frames, len(skeleton), coordinates)).astype(np.float32)


def augment(positions, skeleton, seed=1, **settings):
    return AUGMENTATIONS.build("standard", {**OFF, **settings})(positions, skeleton, np.random.default_rng(seed))


@pytest.mark.parametrize("coordinates", [2, 3])
@pytest.mark.parametrize("skeleton", [*SKELETONS.values(), generic(5)], ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize("name", AUGMENTATIONS.names())
def test_contract(name, skeleton, coordinates):
    positions = clips_of(skeleton, coordinates, clips=4)
    positions[0, :, 0] = np.nan
    positions[1] = np.nan
    before = positions.copy()
    part = AUGMENTATIONS.build(name)
    result = part(positions, skeleton, np.random.default_rng(5))
    assert result.dtype == np.float32
    assert result.shape == positions.shape
    assert np.isnan(result[0, :, 0]).all(), "an unseen joint appeared"
    assert np.isnan(result[1]).all()
    assert np.isfinite(result[2:]).any()
    assert np.array_equal(positions, before, equal_nan=True), "the input was changed"
    assert np.array_equal(result, part(positions, skeleton, np.random.default_rng(5)), equal_nan=True)


def test_all_off_is_the_clip():
    positions = clips_of(SKELETONS["hands"])
    assert np.allclose(augment(positions, SKELETONS["hands"]), positions, atol=1e-5)


def test_rotation_keeps_distances_and_the_centre():
    positions = clips_of(SKELETONS["natops"])
    turned = augment(positions, SKELETONS["natops"], rotation=0.35)
    assert np.allclose(size(turned), size(positions), rtol=1e-4)
    assert np.allclose(centre(turned), centre(positions), atol=1e-4)
    assert not np.allclose(turned, positions, atol=0.05)


def test_scale_is_one_factor_an_axis_within_the_limit():
    positions = clips_of(SKELETONS["natops"])
    factor = (augment(positions, SKELETONS["natops"], scale=0.2) - centre(positions)) / (positions - centre(positions))
    assert np.allclose(factor, np.median(factor, axis=(1, 2), keepdims=True), atol=0.05)
    assert 0.79 < np.median(factor, axis=(1, 2)).min() < 0.9
    assert 1.1 < np.median(factor, axis=(1, 2)).max() < 1.21


def test_offset_stays_with_a_joint_and_jitter_does_not():
    positions = clips_of(SKELETONS["natops"], clips=200)
    constant = (augment(positions, SKELETONS["natops"], offset=0.05) - positions) / size(positions)
    assert np.allclose(constant, constant[:, :1], atol=1e-4)
    assert constant.std() == pytest.approx(0.05, rel=0.1)
    noise = (augment(positions, SKELETONS["natops"], jitter=0.02) - positions) / size(positions)
    assert noise.std() == pytest.approx(0.02, rel=0.05)
    assert abs(np.corrcoef(noise[:, 0].ravel(), noise[:, 1].ravel())[0, 1]) < 0.05


def test_shift_moves_the_clip_as_a_whole():
    positions = clips_of(SKELETONS["natops"])
    moved = (augment(positions, SKELETONS["natops"], shift=0.1) - positions) / size(positions)
    assert np.allclose(moved, moved[:, :1, :1], atol=1e-4)
    assert 0.05 < abs(moved).max() < 0.1001


def test_mirror_and_lost_hands_come_as_often_as_asked():
    skeleton = SKELETONS["hands"]
    positions = clips_of(skeleton, clips=400, frames=6)
    share = (abs(augment(positions, skeleton, mirror=0.3) - positions) > 1e-3).any(axis=(1, 2, 3)).mean()
    assert share == pytest.approx(0.3, abs=0.08)
    gone = np.isnan(augment(positions, skeleton, drop_hand=0.25)).all(axis=3)
    assert gone[..., :21].any(axis=(1, 2)).mean() == pytest.approx(0.25, abs=0.08)
    assert (gone[..., :21].all(axis=2) == gone[..., :21].any(axis=2)).all(), "a hand goes as a whole"
    assert gone[..., 21:].any()


@pytest.mark.parametrize(
    ("key", "value"), [("crop", 0.5), ("warp", 0.2), ("mirror", 1.5), ("jitter", -1), ("drop_hand", float("nan"))]
)
def test_a_setting_out_of_range_is_refused(key, value):
    with pytest.raises(UserError, match=key):
        AUGMENTATIONS.build("standard", {key: value})


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
