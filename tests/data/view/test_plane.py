"""Joints as places in a picture and on a page."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gesture_al import SKELETONS
from gesture_al.data.skeleton import generic
from gesture_al.data.view.plane import Side, bone_sides, fit, flatten, in_picture, joint_sides, page_joints, page_skeleton, spread


def test_the_picture_is_filled_and_x_and_y_keep_their_proportion():
    points = np.random.default_rng(0).normal(size=(5, 4, 2)) * [3, 1]
    placed = fit(points, 200, 100, margin=10)
    assert placed.min(axis=(0, 1)) == pytest.approx([10, placed[..., 1].min()])
    assert placed[..., 0].max() == pytest.approx(190)
    ratio = np.ptp(placed.reshape(-1, 2), axis=0) / np.ptp(points.reshape(-1, 2), axis=0)
    assert ratio[0] == pytest.approx(ratio[1])
    assert placed[..., 1].min() + placed[..., 1].max() == pytest.approx(100)


def test_unseen_joints_stay_unseen_and_do_not_move_the_others():
    points = np.random.default_rng(1).normal(size=(3, 4, 2))
    hidden = np.concatenate([points, np.full((3, 1, 2), np.nan)], axis=1)
    assert np.array_equal(fit(hidden, 50, 50, 5)[:, :4], fit(points, 50, 50, 5))
    assert np.isnan(fit(hidden, 50, 50, 5)[:, 4]).all()
    assert np.isnan(fit(np.full((2, 3, 2), np.nan), 50, 50, 5)).all()


def test_a_point_that_rests_stands_in_the_middle():
    assert fit(np.full((3, 1, 2), 7.0), 40, 20, 2)[0, 0].tolist() == [20, 10]


def test_jitter_of_a_track_is_not_blown_up():
    jitter = 0.5 + np.random.default_rng(2).uniform(-0.005, 0.005, size=(10, 1, 2))
    placed = in_picture(jitter, SKELETONS["track"], 1.0, (100, 100), 5)
    assert np.ptp(placed) < 10


def test_wide_pictures_are_wide_and_height_goes_up_where_it_does():
    points = np.array([[[0.5, 0.25, 0.0]]])
    assert flatten(points, generic(1), aspect=2.0).tolist() == [[[1.0, 0.25]]]
    natops = np.zeros((1, 8, 3))
    natops[0, 0, 1] = 1
    assert flatten(natops, SKELETONS["natops"])[0, 0, 1] == -1


def test_body_joints_guessed_outside_the_picture_are_not_drawn_but_hands_are():
    clip = np.full((1, 75, 2), 0.5)
    clip[0, 27] = clip[0, 40] = [0.5, 1.4]
    seen = np.isfinite(flatten(clip, SKELETONS["hands_pose"])).all(axis=-1)[0]
    assert not seen[27]
    assert seen.sum() == 74


def test_hands_have_sides_and_the_body_has_none():
    sides = joint_sides(SKELETONS["hands_pose"])
    assert (sides[:33] == Side.BODY).all()
    assert (sides[33:54] == Side.LEFT).all()
    assert (sides[54:] == Side.RIGHT).all()
    assert [side for _, _, side in bone_sides(SKELETONS["natops"])] == [Side.LEFT] * 3 + [Side.RIGHT] * 3


def test_a_bone_between_two_sides_belongs_to_the_body():
    assert set(joint_sides(generic(3))) == {Side.BODY}


@pytest.mark.parametrize(("frames", "count"), [(1, 4), (3, 4), (4, 4), (100, 4), (7, 1)])
def test_frames_are_spread_from_the_first_to_the_last(frames, count):
    chosen = list(spread(frames, count))
    assert chosen[0] == 0
    assert len(chosen) == min(frames, count)
    assert count == 1 or chosen[-1] == frames - 1


@pytest.mark.parametrize("name", sorted(SKELETONS))
def test_every_bone_and_joint_has_a_side_and_all_of_it_is_json(name):
    skeleton = SKELETONS[name]
    record = json.loads(json.dumps(page_skeleton(skeleton)))
    assert len(record["sides"]) == len(skeleton)
    assert [(a, b) for a, b, _ in record["bones"]] == [tuple(bone[:2]) for bone in skeleton.bones]
    assert {side for _, _, side in record["bones"]} <= {"left", "right", "body"}


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
