from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.skeleton import SKELETONS
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.overlay import HEIGHT, Overlay, Scene, mask_of

HANDS = SKELETONS["hands"]
CLASSES = ("Like", "Heart", "none")


def scene(positions=None, last=None, seconds=1.0, smoothed=(0.1, 0.2, 0.7), note=""):
    joints = np.full((42, 3), np.nan, np.float32) if positions is None else positions
    return Scene(seconds, joints, np.array(smoothed, np.float32), last, 0, 30.0, 0.02, note)


@pytest.fixture
def overlay():
    return Overlay(HANDS, CLASSES, OperatingPoint(threshold=0.6))


@pytest.fixture
def hand():
    positions = np.full((42, 3), np.nan, np.float32)
    positions[:21] = np.random.default_rng(0).uniform((0.1, 0.3, 0), (0.3, 0.6, 0.1), (21, 3))
    return positions


def test_it_draws_on_a_copy_of_the_frame(overlay, hand):
    frame = np.full((240, 320, 3), 200, np.uint8)
    picture = overlay.draw(frame, scene(hand))
    assert picture.shape == frame.shape
    assert (frame == 200).all()
    assert (picture != 200).any()


def test_a_large_frame_is_shrunk_and_a_phones_stays_upright(overlay):
    assert overlay.draw(np.zeros((2160, 3840, 3), np.uint8), scene()).shape == (HEIGHT, 853, 3)
    assert overlay.draw(np.zeros((1280, 720, 3), np.uint8), scene()).shape == (HEIGHT, 270, 3)


def test_without_a_picture_the_joints_stand_on_plain_ground(overlay, hand):
    assert (overlay.draw(None, scene(hand)) != overlay.draw(None, scene())).any()


def test_the_skeleton_stands_where_the_hand_is_and_mirrors_with_the_picture(hand):
    frame = np.zeros((240, 320, 3), np.uint8)
    plain, mirrored = (Overlay(HANDS, CLASSES, OperatingPoint(), mirror=mirror) for mirror in (False, True))

    def middle(overlay):
        changed = (overlay.draw(frame, scene(hand)) != overlay.draw(frame, scene())).any(axis=2)
        return np.argwhere(changed).mean(axis=0) / frame.shape[:2]

    assert middle(plain) == pytest.approx((0.45, 0.2), abs=0.06)
    assert middle(mirrored) == pytest.approx((0.45, 0.8), abs=0.06)


def test_a_bar_grows_with_its_probability(overlay):
    frame = np.zeros((480, 640, 3), np.uint8)
    low, high = (overlay.draw(frame, scene(smoothed=(p, 0.0, 1 - p))) for p in (0.1, 0.9))
    green = (high == (0, 158, 115)).all(axis=2)
    assert green.sum() > 500
    assert not (low == (0, 158, 115)).all(axis=2).any()


def test_an_event_is_shown_and_goes_away(overlay):
    frame = np.zeros((480, 640, 3), np.uint8)
    event = Event("Like", 1.0, 0.9)
    assert (overlay.draw(frame, scene(last=event, seconds=1.5)) != overlay.draw(frame, scene(seconds=1.5))).any()
    assert (overlay.draw(frame, scene(last=event, seconds=9.0)) == overlay.draw(frame, scene(seconds=9.0))).all()


def test_wild_joints_long_names_and_other_alphabets_are_survived():
    names = ("いいね", "a very long name of a gesture indeed", *(f"class {n}" for n in range(60)), "none")
    overlay = Overlay(HANDS, names, OperatingPoint(), keys="q " * 200)
    positions = np.full((42, 3), 1e9, np.float32)
    last = Event(names[1], 1.0, 1.0)
    picture = overlay.draw(np.zeros((120, 90, 3), np.uint8), scene(positions, last, smoothed=np.ones(len(names)), note="n" * 300))
    assert picture.shape == (120, 90, 3)


def test_a_text_is_rendered_once():
    mask_of.cache_clear()
    overlay = Overlay(HANDS, CLASSES, OperatingPoint())
    for _ in range(5):
        overlay.draw(None, scene())
    assert mask_of.cache_info().misses <= 8
    assert mask_of.cache_info().hits > 12
