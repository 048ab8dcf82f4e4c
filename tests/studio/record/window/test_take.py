from __future__ import annotations

import numpy as np
import pytest

from gesture_al.studio.record.replay import Replay
from gesture_al.studio.record.take import Take, missing


@pytest.mark.parametrize(
    ("seconds", "count"),
    [([], 0), ([0.0, 5.0], 0), ([0.0, 0.1, 0.2, 0.3], 0), ([0.0, 0.1, 0.3, 0.4], 1), ([0.0, 0.1, 0.2, 0.6, 0.7, 0.9], 4)],
)
def test_frames_that_are_missing_show_in_the_times(seconds, count):
    assert missing(seconds) == count


def test_a_camera_that_is_slow_all_the_time_misses_none():
    assert missing(np.cumsum([0.066, 0.07, 0.06, 0.066, 0.08, 0.055]).tolist()) == 0


def test_times_of_a_take_begin_at_nothing(tools):
    take = Take("Like")
    written = [take.add(tools.Frame(tools.picture(), 100 + number / 10), tools.hand(left=number == 1)) for number in range(3)]
    assert [frame.seconds for frame in written] == pytest.approx([0, 0.1, 0.2])
    assert take.hands.tolist() == [[False, True], [True, True], [False, True]]
    assert take.seen == 3


def test_a_replay_shows_every_frame_of_a_short_take_and_goes_round(tools):
    replay = Replay()
    for number in range(10):
        replay.add(tools.Frame(tools.picture(number), 0), tools.hand(), number / 10)
    shown = [replay.at(step / 10 + 0.01, 1.0).seconds for step in range(12)]
    assert shown[0] == shown[10] == 0
    assert shown == sorted(shown[:10]) + shown[10:]
    assert replay.at(0.95, 1.0).seconds > 0.8


def test_a_replay_of_a_long_take_stays_small_and_spans_it(tools):
    replay = Replay(most=20)
    for number in range(1000):
        replay.add(tools.Frame(tools.picture(), 0), tools.hand(), number / 10)
    assert 10 <= len(replay) <= 20
    assert replay.at(0, 10.0).seconds == 0
    assert replay.at(9.99, 10.0).seconds > 85


def test_a_wide_picture_is_thinned(tools):
    replay = Replay(width=32)
    replay.add(tools.Frame(tools.picture(), 0), tools.hand(), 0.0)
    assert replay.at(0, 1.0).image.shape == (24, 32, 3)


def test_a_replay_of_one_frame_shows_it(tools):
    replay = Replay()
    replay.add(tools.Frame(tools.picture(), 0), tools.hand(), 0.0)
    assert replay.at(3.0, 0.0).seconds == 0
