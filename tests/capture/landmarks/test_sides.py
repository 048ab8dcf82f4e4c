"""Left and right slot of one person: filled by side when a hand is new, by continuity afterwards, never two of a side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from capture.landmarks.hand_shapes import a_hand

from gesture_al.capture.landmarks.base import LEFT, RIGHT
from gesture_al.capture.landmarks.sides import Sides

DT = 1 / 30


class Scene:
    """Feeds a `Sides` frame by frame at 30 fps, 640 x 480."""

    def __init__(self):
        self.sides, self.now = Sides(), 0.0

    def frame(self, *hands, dt=DT):
        self.now += dt
        return self.sides.place(hands, self.now, 640, 480)

    def frames(self, count, *hands, dt=DT):
        return [self.frame(*hands, dt=dt) for _ in range(count)][-1]


@pytest.fixture
def scene():
    return Scene()


def wrists(joints):
    """Where the wrists are in the picture, left first; None where not seen."""
    return [None if np.isnan(x) else pytest.approx(float(x), abs=1e-5) for x in joints.positions[[0, 21], 0]]


def left(x, **more):
    return a_hand(x, side=LEFT, **more)


def right(x, **more):
    return a_hand(x, side=RIGHT, **more)


def test_left_goes_into_slot_0_and_right_into_slot_1(scene):
    for hands in ((left(0.7), right(0.3)), (right(0.3), left(0.7))):
        joints = scene.frame(*hands)
        assert wrists(joints) == [0.7, 0.3]
        assert joints.flags == ()
        assert joints.handedness == pytest.approx([0.95, 0.95])
        assert joints.positions.shape == (42, 3)
        assert joints.positions.dtype == np.float32


def test_what_is_not_seen_is_nan(scene):
    joints = scene.frame(right(0.3))
    assert np.isnan(joints.positions[:21]).all()
    assert np.isnan(joints.handedness[LEFT])
    nothing = scene.frame()
    assert np.isnan(nothing.positions).all()
    assert nothing.flags == ()


def test_a_hand_alone_goes_into_the_slot_of_its_side(scene):
    assert wrists(scene.frame(left(0.4))) == [0.4, None]


def test_a_slip_of_the_detector_does_not_move_a_hand_to_the_other_slot(scene):
    scene.frames(10, right(0.3))
    slip = scene.frame(left(0.31))
    assert wrists(slip) == [None, 0.31]
    assert slip.handedness[RIGHT] == pytest.approx(0.05)


def test_a_side_that_lasts_moves_the_hand(scene):
    scene.frames(3, left(0.3))
    joints = scene.frames(30, right(0.3))
    assert wrists(joints) == [None, 0.3]


def test_two_hands_exchanged_at_the_start_are_put_right(scene):
    scene.frames(2, left(0.3), right(0.7))
    joints = scene.frames(30, right(0.3), left(0.7))
    assert wrists(joints) == [0.7, 0.3]


def test_hands_that_cross_keep_their_slots_though_the_labels_slip(scene):
    for step in range(41):
        x = 0.3 + 0.01 * step
        labels = (right, left) if step not in (19, 20, 21) else (left, right)
        joints = scene.frame(labels[0](x, y=0.55), labels[1](1 - x, y=0.75))
    assert wrists(joints) == [pytest.approx(0.3), pytest.approx(0.7)]


def test_of_two_new_hands_with_the_same_side_one_is_left_out(scene):
    joints = scene.frame(left(0.35), left(0.7, palm=0.1))
    assert wrists(joints) == [0.35, None]
    assert "same_side_twice" in joints.flags


def test_the_hand_that_was_the_right_one_stays_so_when_it_is_called_left_for_a_moment(scene):
    scene.frames(10, left(0.7), right(0.3))
    joints = scene.frame(left(0.7), left(0.3))
    assert wrists(joints) == [0.7, 0.3]
    assert joints.flags == ("same_side_twice",)


def test_a_hand_that_keeps_looking_left_is_not_kept_as_the_right_one(scene):
    scene.frames(2, left(0.7), right(0.3))
    joints = scene.frames(60, left(0.7), left(0.3))
    assert wrists(joints) == [0.7, None]
    assert "same_side_twice" in joints.flags


def test_the_largest_pair_is_followed_and_the_others_are_said_to_be_there(scene):
    near, far = (right(0.15, palm=0.2), left(0.45, palm=0.2)), (right(0.65, palm=0.08, y=0.4), left(0.8, palm=0.08, y=0.4))
    joints = scene.frame(*far, *near)
    assert wrists(joints) == [0.45, 0.15]
    assert "several_people" in joints.flags


def test_of_pairs_of_one_size_the_central_one_is_followed(scene):
    joints = scene.frame(right(0.02), left(0.18), right(0.42), left(0.58), right(0.82), left(0.98))
    assert wrists(joints) == [0.58, 0.42]


def test_two_people_side_by_side_do_not_lend_each_other_a_hand(scene):
    joints = scene.frame(right(0.1), left(0.32), right(0.6), left(0.85))
    assert wrists(joints) in ([0.32, 0.1], [0.85, 0.6])


def test_the_person_is_kept_when_someone_larger_steps_in(scene):
    scene.frames(10, right(0.2), left(0.4))
    joints = scene.frames(30, right(0.2), left(0.4), right(0.6, palm=0.3), left(0.9, palm=0.3))
    assert wrists(joints) == [0.4, 0.2]
    assert "several_people" in joints.flags


def test_a_lost_hand_is_not_replaced_by_somebody_elses(scene):
    other = (right(0.7), left(0.95))
    scene.frames(10, right(0.1), left(0.35), *other)
    joints = scene.frames(60, left(0.35), *other)
    assert wrists(joints) == [0.35, None]


def test_who_leaves_is_let_go_after_a_while(scene):
    scene.frames(10, right(0.2, palm=0.2), left(0.4, palm=0.2))
    other = (right(0.6, palm=0.07), left(0.7, palm=0.07))
    joints = scene.frame(*other)
    assert wrists(joints) == [None, None]
    assert joints.flags == ("several_people",)
    scene.frames(90)
    assert wrists(scene.frame(*other)) == [0.7, 0.6]


def test_a_hand_that_comes_back_takes_its_slot_again(scene):
    scene.frames(10, right(0.3), left(0.7))
    scene.frames(30, left(0.7))
    assert wrists(scene.frame(right(0.2, y=0.9), left(0.7))) == [0.7, 0.2]


def test_the_same_hand_found_twice_is_one(scene):
    joints = scene.frame(right(0.3), replace(right(0.3), side=LEFT, score=0.6))
    assert wrists(joints) == [None, 0.3]
    assert joints.flags == ()


def test_touching_hands_are_two(scene):
    joints = scene.frame(right(0.45), left(0.52))
    assert wrists(joints) == [0.52, 0.45]


@pytest.mark.parametrize(
    ("hand", "flag"),
    [(right(0.5, palm=0.03), "small_hand"), (right(0.98), "cut_hand"), (left(0.5, y=0.1), "cut_hand")],
)
def test_small_and_cut_hands_are_flagged(scene, hand, flag):
    assert scene.frame(hand).flags == (flag,)


def test_a_fast_hand_is_followed_at_a_low_rate(scene):
    for x in (0.2, 0.35, 0.5, 0.65, 0.8):
        joints = scene.frame(right(x, palm=0.1), dt=0.1)
        assert wrists(joints) == [None, x]


def test_equal_times_do_no_harm(scene):
    for _ in range(5):
        assert wrists(scene.frame(right(0.3), left(0.7), dt=0.0)) == [0.7, 0.3]
