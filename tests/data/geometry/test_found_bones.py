"""Bones found from movement: the trees of all layouts, and what noise, size, gaps and rigid parts do to them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from skeleton_world import moving, tree_of

from gesture_al import SKELETONS
from gesture_al.data.geometry.found_bones import MOST_JOINTS, found_bones

WITH_BONES = [name for name, skeleton in SKELETONS.items() if skeleton.bones]


def found(positions, rows=None, **more):
    rows = np.arange(len(positions)) if rows is None else rows
    return set(found_bones(positions, np.full(len(positions), positions.shape[1]), rows, np.random.default_rng(0), **more))


@pytest.mark.parametrize("name", WITH_BONES)
def test_the_bones_of_a_layout_are_found_from_its_movement(name):
    """All of them where they are a tree (of the loop in a hand, the tree that moved); nothing between hands and body."""
    parents, order, bones = tree_of(SKELETONS[name])
    assert found(moving(parents, order, np.random.default_rng(1))) == bones


@pytest.mark.parametrize("name", ["natops", "hand", "ntu", "openpose_body_25"])
@pytest.mark.parametrize("noise", [0.02, 0.05])
def test_noise_of_a_twentieth_of_a_bone_changes_nothing(name, noise):
    parents, order, bones = tree_of(SKELETONS[name])
    assert found(moving(parents, order, np.random.default_rng(2), noise=noise)) == bones


def test_of_a_rigid_part_some_tree_is_found():
    """Shoulders and hips of a stiff trunk: which of its equally constant pairs are bones cannot be told; only such are taken."""
    rng = np.random.default_rng(3)
    trunk = rng.normal(size=(4, 3))
    turns = np.linalg.qr(rng.normal(size=(40, 12, 3, 3)))[0]
    rigid = trunk @ turns
    arm = rng.normal(size=(40, 12, 1, 3))
    arm = rigid[:, :, 3:] + 0.8 * arm / np.linalg.norm(arm, axis=3, keepdims=True)
    bones = found(np.concatenate([rigid, arm], axis=2).astype(np.float32))
    assert (3, 4) in bones
    assert len(bones) == 4
    assert bones <= {*combinations(range(4), 2), (3, 4)}


def test_gaps_padding_and_unseen_joints_are_no_movement():
    parents, order, bones = tree_of(SKELETONS["ntu"])
    rng = np.random.default_rng(4)
    positions = moving(parents, order, rng, clips=120)
    positions[rng.random(positions.shape[:3]) < 0.3] = np.nan
    positions[5] = np.nan
    assert found(positions) == bones
    positions[:, :, 24] = np.nan
    assert found(positions) == {bone for bone in bones if 24 not in bone}


def test_only_the_clips_that_may_be_looked_at_count():
    parents, order, bones = tree_of(SKELETONS["natops"])
    positions = moving(parents, order, np.random.default_rng(5), clips=60)
    positions[30:] = np.random.default_rng(6).normal(size=positions[30:].shape)
    assert found(positions, np.arange(30)) == bones
    assert found(positions, np.arange(30, 60)) != bones


def test_fractions_of_a_wide_picture_are_brought_to_one_unit():
    """A bone that turns, among joints that keep their distance only if a picture eight times as wide as high were square."""
    rng = np.random.default_rng(7)
    turn = rng.uniform(0, 2 * np.pi, (60, 12, 6, 1))
    ways = np.concatenate([np.cos(turn), np.sin(turn)], axis=3)
    ways[:, :, 1:, 0] *= 8
    joints = np.concatenate([np.zeros((60, 12, 1, 2)), ways], axis=2) + rng.normal(0, 9, (60, 12, 1, 2))
    fractions = (joints / [8, 1]).astype(np.float32)
    assert (0, 1) in found(fractions, aspect_N=np.full(60, 8, np.float32))
    assert (0, 1) not in found(fractions)


@pytest.mark.parametrize(
    "positions",
    [
        np.zeros((5, 4, 3, 2), np.float32),
        np.full((5, 4, 3, 3), np.nan, np.float32),
        np.ones((3, 1, 2, 3), np.float32),
        np.ones((3, 4, 1, 3), np.float32),
        np.zeros((2, 2, MOST_JOINTS + 1, 2), np.float32),
        np.full((3, 4, 3, 3), 1e30, np.float32),
    ],
    ids=["all at one point", "never seen", "one frame", "one joint", "too many joints", "huge"],
)
@pytest.mark.filterwarnings("error")
def test_what_does_not_move_has_no_bones_that_break_anything(positions):
    assert all(a < b for a, b in found(positions))


def test_channels_that_are_no_places_have_no_bones():
    channels = np.zeros((20, 10, 4, 2), np.float32)
    channels[..., 0] = np.random.default_rng(9).normal(10, 1, channels.shape[:3])
    assert found(channels) == set()


def test_no_clips_have_no_bones():
    assert found(np.zeros((5, 4, 3, 2), np.float32), np.empty(0, np.int64)) == set()


def test_the_same_clips_give_the_same_bones():
    parents, order, _ = tree_of(SKELETONS["ntu"])
    positions = moving(parents, order, np.random.default_rng(8), clips=400, noise=0.3)
    assert found(positions) == found(positions)
