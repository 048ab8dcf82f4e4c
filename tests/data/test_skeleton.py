"""Layouts: their sizes, what counts as not seen, and what a mirror swaps."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gesture_al import SKELETONS, Skeleton, UserError
from gesture_al.data.skeleton import generic, skeleton_for


@pytest.mark.parametrize(
    ("joints", "name"), [(42, "hands"), (75, "hands_pose"), (543, "holistic"), (1, "track"), (8, "generic"), (5, "generic")]
)
def test_the_layout_is_inferred_from_the_number_of_joints(joints, name):
    skeleton = skeleton_for(joints)
    assert skeleton.name == name
    assert len(skeleton) == joints


def test_a_named_layout_must_fit():
    assert skeleton_for(8, "natops").name == "natops"
    with pytest.raises(UserError, match="'hands' has 42 joints, but the clips have 8"):
        skeleton_for(8, "hands")
    with pytest.raises(UserError, match="no skeleton 'octopus'; there are: generic, hands"):
        skeleton_for(8, "octopus")


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS.keys())
def test_bones_and_pairs_name_joints_that_exist_once(skeleton):
    assert len(set(skeleton.joints)) == len(skeleton)
    assert all(0 <= joint < len(skeleton) for bone in skeleton.bones for joint in bone)
    swapped = [joint for pair in skeleton.mirror_pairs for joint in pair]
    assert len(set(swapped)) == len(swapped)
    for left, right in skeleton.mirror_pairs:
        assert skeleton.joints[left].replace("left", "right") == skeleton.joints[right]


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS.keys())
def test_mirroring_twice_changes_nothing(skeleton):
    positions = np.random.default_rng(0).random((4, len(skeleton), 3)).astype(np.float32)
    assert np.array_equal(skeleton.mirrored(skeleton.mirrored(positions)), positions)


def test_a_block_of_zeros_is_a_hand_that_was_not_seen_and_one_zero_is_not():
    skeleton = SKELETONS["hands"]
    positions = np.full((2, 42, 3), 0.5, dtype=np.float32)
    positions[0, :21] = 0
    positions[1, 30] = 0
    marked = skeleton.mark_missing(positions)
    assert np.isnan(marked[0, :21]).all()
    assert np.array_equal(marked[0, 21:], positions[0, 21:])
    assert np.array_equal(marked[1], positions[1])
    assert not np.isnan(positions).any()


def test_where_zero_is_a_place_nothing_is_missing():
    positions = np.zeros((3, 8, 3), dtype=np.float32)
    assert np.array_equal(SKELETONS["natops"].mark_missing(positions), positions)


@pytest.mark.parametrize("skeleton", [*SKELETONS.values(), generic(5)], ids=[*SKELETONS, "generic"])
def test_a_skeleton_comes_back_from_json_as_it_was(skeleton):
    assert Skeleton.from_json(json.loads(json.dumps(skeleton.to_json()))) == skeleton


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS.keys())
def test_a_record_of_an_earlier_version_is_completed_from_the_layout(skeleton):
    record = {key: value for key, value in skeleton.to_json().items() if key not in ("mirror_pairs", "zero_is_missing")}
    assert Skeleton.from_json(record) == skeleton


def test_a_layout_of_other_joints_lends_nothing():
    assert Skeleton.from_json({"name": "hands", "joints": ["a", "b"]}) == Skeleton("hands", ("a", "b"))
