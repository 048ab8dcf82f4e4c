"""Detection of two hands at the price of two, and of other people's hands from time to time."""

from __future__ import annotations

import numpy as np
import pytest
from capture.landmarks.hand_shapes import a_hand

from gesture_al.capture.landmarks.base import LEFT, RIGHT
from gesture_al.capture.landmarks.hand_detection import HandDetector
from gesture_al.capture.video.frame import Frame

FRAME = Frame(np.zeros((4, 4, 3), dtype=np.uint8), 0.0)
PAIR = [a_hand(0.3, side=RIGHT), a_hand(0.7, side=LEFT)]
CROWD = [*PAIR, a_hand(0.1, side=RIGHT), a_hand(0.9, side=LEFT)]


class Stage:
    """Detectors of a scene that can be changed; lists the open ones and all calls."""

    def __init__(self):
        self.hands, self.calls, self.open = PAIR, [], []

    def open_detector(self, most, follows):
        stage, name = self, (most, follows)

        class Fake:
            def see(self, frame, milliseconds):
                stage.calls.append(name)
                return stage.hands[:most]

            def close(self):
                stage.open.remove(name)

        self.open.append(name)
        return Fake()


@pytest.fixture
def stage():
    return Stage()


def test_a_pair_is_followed_at_the_price_of_a_pair(stage):
    detector = HandDetector(stage.open_detector, 4)
    for now in range(180):
        assert detector.see(FRAME, now) == PAIR
    assert stage.calls.count((2, True)) == 180
    assert stage.calls.count((4, False)) == 2
    assert (4, True) not in stage.calls


def test_one_hand_needs_no_glance(stage):
    stage.hands = PAIR[:1]
    detector = HandDetector(stage.open_detector, 4)
    for now in range(200):
        detector.see(FRAME, now)
    assert set(stage.calls) == {(2, True)}


def test_several_people_are_noticed_and_all_followed_until_they_have_gone(stage):
    stage.hands = CROWD
    detector = HandDetector(stage.open_detector, 4)
    for now in range(10):
        assert detector.see(FRAME, now) == CROWD
    assert stage.calls[-1] == (4, True)
    assert (2, True) not in stage.open
    stage.hands = PAIR
    for now in range(10, 100):
        assert detector.see(FRAME, now) == PAIR
    assert stage.calls[-1] == (2, True)
    assert (4, True) not in stage.open


def test_somebody_who_comes_later_is_noticed_at_the_next_glance(stage):
    detector = HandDetector(stage.open_detector, 4)
    for now in range(10):
        detector.see(FRAME, now)
    stage.hands = CROWD
    assert len([now for now in range(10, 110) if len(detector.see(FRAME, now)) == 4]) >= 10


def test_two_hands_of_one_side_make_it_look_at_once(stage):
    detector = HandDetector(stage.open_detector, 4)
    for now in range(5):
        detector.see(FRAME, now)
    stage.hands = [PAIR[0], a_hand(0.7, side=RIGHT)]
    detector.see(FRAME, 5)
    assert stage.calls[-2:] == [(2, True), (4, False)]


def test_with_two_at_the_most_there_is_no_glance(stage):
    stage.hands = CROWD
    detector = HandDetector(stage.open_detector, 2)
    for now in range(100):
        assert detector.see(FRAME, now) == PAIR
    assert set(stage.calls) == {(2, True)}


def test_closing_closes_all(stage):
    detector = HandDetector(stage.open_detector, 4)
    detector.see(FRAME, 0)
    detector.close()
    detector.close()
    assert stage.open == []
