from __future__ import annotations

import json

import numpy as np
import pytest

from gesture_al.data.skeleton import SKELETONS
from gesture_al.data.view.page_skeleton import page_joints, page_skeleton


@pytest.mark.parametrize("name", sorted(SKELETONS))
def test_every_bone_and_joint_has_a_side_and_all_of_it_is_json(name):
    skeleton = SKELETONS[name]
    told = json.loads(json.dumps(page_skeleton(skeleton)))
    assert len(told["sides"]) == len(skeleton)
    assert [(a, b) for a, b, _ in told["bones"]] == [tuple(bone[:2]) for bone in skeleton.bones]
    assert {side for _, _, side in told["bones"]} <= {"left", "right", "body"}


def test_a_joint_that_was_not_seen_is_nowhere():
    positions = np.full((42, 3), np.nan, np.float32)
    positions[21] = (0.25, 0.75, 0.1)
    joints = page_joints(positions, SKELETONS["hands"])
    assert joints[42:44] == [0.25, 0.75]
    assert joints.count(None) == 82
    assert json.dumps(joints, allow_nan=False)


def test_the_legs_that_are_guessed_below_the_picture_are_not_drawn():
    skeleton = SKELETONS["hands_pose"]
    positions = np.full((len(skeleton), 3), 0.5, np.float32)
    ankle = skeleton.parts["pose"].start + 27
    positions[ankle, 1] = 1.9
    joints = page_joints(positions, skeleton)
    assert joints[2 * ankle : 2 * ankle + 2] == [None, None]
    assert joints.count(None) == 2
