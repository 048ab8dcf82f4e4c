from __future__ import annotations

import pytest

from gesture_al.data.datasets.stream import Gesture
from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.scoring import EARLY, LATE, match, merged, total

GESTURES = (Gesture("Like", 10.0, 11.0), Gesture("Heart", 20.0, 21.0), Gesture("Like", 30.0, 31.0))


def judged(*events, gestures=GESTURES, end=3600.0):
    return total([match([Event(name, at, 1.0) for name, at in events], gestures, 0.0, end)])


def test_every_gesture_once_is_perfect():
    score = judged(("Like", 10.2), ("Heart", 20.4), ("Like", 30.3))
    assert score.f1 == score.precision == score.recall == 1
    assert score.latency_median == pytest.approx(0.3)
    assert score.false_per_hour == 0


def test_a_second_event_for_a_gesture_is_false():
    score = judged(("Like", 10.2), ("Like", 10.8), ("Heart", 20.4), ("Like", 30.3))
    assert score.counts == {"hits": 3, "missed": 0, "false": 1, "false_in_ordinary_movement": 0}
    assert score.f1 == pytest.approx(2 * 3 / (4 + 3))


def test_the_wrong_class_is_a_miss_and_a_false_fire_but_no_ordinary_movement():
    score = judged(("Heart", 10.2), ("Heart", 20.4), ("Like", 30.3))
    assert score.counts == {"hits": 2, "missed": 1, "false": 1, "false_in_ordinary_movement": 0}
    assert score.f1 == pytest.approx(2 * 2 / (3 + 3))


@pytest.mark.parametrize(
    ("at", "hit"), [(10 - EARLY + 0.01, True), (10 - EARLY - 0.01, False), (11 + LATE - 0.01, True), (11 + LATE + 0.01, False)]
)
def test_an_event_counts_from_a_little_before_the_nucleus_to_a_little_after(at, hit):
    score = judged(("Like", at), gestures=GESTURES[:1])
    assert score.recall == hit
    assert score.counts["false"] == (not hit)


def test_latency_counts_from_the_start_of_the_nucleus():
    score = judged(("Like", 9.9), ("Heart", 20.4), ("Like", 31.2))
    assert score.latency_median == pytest.approx(0.4)
    assert score.latency_p95 == pytest.approx(0.4 + 0.9 * 0.8)


def test_false_fires_are_counted_by_the_hour_of_ordinary_movement():
    # Three gestures with a second around each take 9 s off the hour.
    score = judged(("Like", 100.0), ("Heart", 200.0), ("Heart", 21.7))
    assert score.quiet_hours == pytest.approx((3600 - 9) / 3600)
    assert score.counts["false"] == 3
    assert score.false_per_hour == pytest.approx(2 / score.quiet_hours)


def test_streams_are_added_up():
    one = match([Event("Like", 10.2, 1.0)], GESTURES[:1], 0.0, 1800.0)
    other = match([Event("Like", 5.0, 1.0)], (), 0.0, 1800.0)
    score = total([one, other])
    assert score.gestures == 1
    assert score.quiet_hours == pytest.approx((3600 - 3) / 3600)
    assert score.f1 == pytest.approx(2 / 3)


def test_nothing_to_find_and_nothing_found_is_no_fault():
    score = judged(gestures=())
    assert (score.f1, score.latency_median, score.false_per_hour) == (1.0, None, 0.0)


def test_a_figure_that_cannot_be_had_is_none():
    assert total([match([], GESTURES[:1], 9.5, 11.5)]).false_per_hour is None


def test_overlapping_spans_count_once():
    assert merged([(0, 2), (1, 3), (5, 6), (5, 5)]) == [(0, 3), (5, 6)]
