from __future__ import annotations

import numpy as np
import pytest

from gesture_al.deploy.live.events import EventDetector, fired_events, smooth
from gesture_al.deploy.live.operating_point import OperatingPoint

CLASSES = ("Like", "Heart", "none")
PLAIN = OperatingPoint(smoothing=0, threshold=0.6, agree=2, of=3, refractory=0.5)


def detect(seconds, probs, classes, point):
    """All events of a stream at once, as tuning finds them."""
    return fired_events(seconds, smooth(seconds, probs, point.smoothing), classes, point)


def predictions(*parts, hop=0.1):
    """Predictions from parts: a class name, how long it lasts, and how sure the model is."""
    names = [(name, sure) for name, seconds, sure in parts for _ in range(round(seconds / hop))]
    probs = np.full((len(names), 3), 0.0, dtype=np.float32)
    for row, (name, sure) in enumerate(names):
        probs[row] = (1 - sure) / 2
        probs[row, CLASSES.index(name)] = sure
    return hop * np.arange(len(names)), probs


def fired(parts, point=PLAIN, hop=0.1):
    return [(event.name, round(event.seconds, 2)) for event in detect(*predictions(*parts, hop=hop), CLASSES, point)]


def test_a_gesture_fires_once_however_long_it_is_held():
    assert fired([("none", 1, 0.9), ("Like", 5, 0.9), ("none", 1, 0.9)]) == [("Like", 1.1)]


def test_two_gestures_fire_twice():
    parts = [("none", 1, 0.9), ("Like", 0.6, 0.9), ("none", 0.5, 0.9), ("Like", 0.6, 0.9), ("none", 0.4, 0.9)]
    assert [name for name, _ in fired(parts)] == ["Like", "Like"]


def test_a_dip_that_stays_above_half_the_threshold_does_not_fire_again():
    parts = [("Like", 1, 0.9), ("Like", 0.3, 0.4), ("Like", 1, 0.9)]
    assert len(fired(parts)) == 1
    assert len(fired([("Like", 1, 0.9), ("none", 0.3, 0.9), ("Like", 1, 0.9)])) == 2


def test_one_look_alone_is_not_enough_where_two_must_agree():
    flash = [("none", 1, 0.9), ("Like", 0.1, 0.99), ("none", 1, 0.9)]
    assert fired(flash) == []
    assert len(fired(flash, OperatingPoint(smoothing=0, threshold=0.6, agree=1, of=1))) == 1


def test_votes_need_not_be_in_a_row():
    parts = [("none", 1, 0.9), ("Like", 0.1, 0.9), ("none", 0.1, 0.9), ("Like", 0.1, 0.9), ("none", 1, 0.9)]
    assert len(fired(parts)) == 1
    assert fired(parts, OperatingPoint(smoothing=0, threshold=0.6, agree=2, of=2)) == []


def test_another_class_waits_for_the_refractory_time():
    parts = [("none", 1, 0.9), ("Like", 0.3, 0.9), ("Heart", 1, 0.9)]
    (_, first), (name, second) = fired(parts)
    assert name == "Heart"
    assert second - first == pytest.approx(0.5)
    assert len(fired(parts, OperatingPoint(smoothing=0, threshold=0.6, agree=2, of=3, refractory=2))) == 1


def test_none_never_fires():
    assert fired([("none", 10, 0.999)]) == []


def test_below_the_threshold_nothing_fires_and_a_class_may_have_its_own():
    parts = [("none", 1, 0.9), ("Heart", 1, 0.7), ("none", 1, 0.9)]
    assert len(fired(parts)) == 1
    assert fired(parts, OperatingPoint(smoothing=0, threshold=0.6, thresholds={"Heart": 0.8}, agree=2, of=3)) == []


def test_smoothing_is_by_time_and_not_by_look():
    point = OperatingPoint(smoothing=0.3, threshold=0.6, agree=1, of=1)
    parts = [("none", 1, 1.0), ("Like", 2, 1.0)]
    # From 0 the exponential mean passes 0.6 after 0.3 * ln(1 / 0.4) = 0.27 s.
    for hop in (0.05, 0.02, 0.01):
        ((_, at),) = fired(parts, point, hop)
        assert at == pytest.approx(1.275, abs=hop + 0.005)


def test_smoothing_swallows_a_flicker():
    flicker = [("none", 0.5, 1.0), *[("Like", 0.1, 1.0), ("none", 0.2, 1.0)] * 5]
    assert fired(flicker, OperatingPoint(smoothing=0.3, threshold=0.6, agree=1, of=1)) == []


def test_after_a_reset_it_is_as_new():
    detector = EventDetector(CLASSES, PLAIN)
    seconds, probs = predictions(("Like", 1, 0.9))
    first = [detector.see(at, row) for at, row in zip(seconds, probs, strict=True)]
    detector.reset()
    assert (detector.smoothed == 0).all()
    assert [detector.see(at, row) for at, row in zip(seconds, probs, strict=True)] == first


def test_all_at_once_is_the_same_as_look_by_look():
    rng = np.random.default_rng(0)
    raw = np.repeat(rng.dirichlet((0.3, 0.3, 0.6), 400), 5, axis=0).astype(np.float32)
    seconds = np.cumsum(rng.uniform(0.05, 0.15, len(raw)))
    for smoothing in (0.0, 0.15):
        point = OperatingPoint(smoothing=smoothing, threshold=0.7, thresholds={"Heart": 0.9}, agree=2, of=4, refractory=0.5)
        detector = EventDetector(CLASSES, point)
        single = [event for at, row in zip(seconds, raw, strict=True) if (event := detector.see(float(at), row))]
        assert detect(seconds, raw, CLASSES, point) == single
        assert len(single) > 30


def test_confidence_is_what_was_held_against_the_threshold():
    (event,) = detect(*predictions(("Like", 0.5, 0.8)), CLASSES, PLAIN)
    assert event.confidence == pytest.approx(0.8, abs=1e-6)
