from __future__ import annotations

import numpy as np
import pytest

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.stream import Gesture, Stream
from gesture_al.data.skeleton import SKELETONS
from gesture_al.deploy.live.events import fired_events, smooth
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.scoring import StreamPredictions, predict_stream, score_streams
from gesture_al.deploy.live.tuning import Targets, grid, tune

pytestmark = pytest.mark.slow

CLASSES = ("Like", "Heart", "none")


def stream(seconds=400.0, blips=0.0):
    """A Like every 10 s for 1 s; in between, `blips` an hour where the model is misled for 0.2 s with 0.75."""
    times = np.arange(0, seconds, 0.05)
    x = np.full(len(times), 0.1)
    gestures = tuple(Gesture("Like", at, at + 1.0) for at in np.arange(5, seconds - 2, 10))
    for gesture in gestures:
        x[(times >= gesture.start) & (times < gesture.end)] = 0.95
    for at in np.arange(8.0, seconds, 3600 / blips) if blips else ():
        x[(times >= at) & (times < at + 0.2)] = 0.61
    positions = np.tile(x.astype(np.float32)[:, None, None], (1, 42, 3))
    return Stream(positions, times, gestures, SKELETONS["hands"], 1.5, "anna", "anna-0")


@pytest.fixture
def predictions(fake):
    point = OperatingPoint(window=0.8)
    return [predict_stream(fake.model, stream(), point), predict_stream(fake.model, stream(blips=180), point)]


def test_looks_at_a_stream_are_those_of_a_live_session(fake):
    one = stream(30.0)
    point = fake.point
    predictions = predict_stream(fake.model, one, point)
    session = [(at, frame) for at, frame in zip(one.seconds, one.positions, strict=True)]
    events = list(fake.stream(session, aspect=one.aspect))
    smoothed = smooth(predictions.seconds, predictions.probs, point.smoothing)
    assert fired_events(predictions.seconds, smoothed, CLASSES, point) == events
    assert len(events) == 3


def test_the_chosen_point_keeps_to_the_targets_where_the_first_one_does_not(predictions):
    careless = OperatingPoint(window=0.8, threshold=0.5, agree=1, of=1, smoothing=0)
    assert score_streams(predictions, CLASSES, careless).false_per_hour > 50
    tuned = tune(predictions, CLASSES, careless, Targets())
    assert tuned.score.f1 == 1
    assert tuned.score.false_per_hour == 0
    assert tuned.score.latency_median <= 0.4
    assert score_streams(predictions, CLASSES, tuned.point) == tuned.score
    assert (tuned.point.window, tuned.point.hop) == (0.8, 0.1)


def test_a_class_that_ordinary_movement_resembles_gets_a_threshold_of_its_own():
    seconds = np.arange(0, 1200, 0.1)
    probs = np.tile(np.array([0.01, 0.01, 0.98], np.float32), (len(seconds), 1))
    gestures = []
    for number, start in enumerate(np.arange(10, 1190, 10)):
        gestures.append(Gesture(CLASSES[number % 2], start, start + 1))
        during = (seconds >= start) & (seconds < start + 1)
        # Likes are faint, and what is no Heart looks like one.
        probs[during] = (0.55, 0.02, 0.43) if number % 2 == 0 else (0.01, 0.97, 0.02)
        probs[(seconds >= start + 4) & (seconds < start + 5)] = (0.01, 0.75, 0.24)
    still = Stream(np.ones((1, 42, 3), np.float32), seconds[[0, -1]], tuple(gestures), SKELETONS["hands"], 1.0, "", "")
    tuned = tune([StreamPredictions(still, seconds, probs)], CLASSES, OperatingPoint(), Targets())
    assert tuned.score.f1 == 1
    assert tuned.point.of_class("Like") <= 0.55
    assert tuned.point.of_class("Heart") > 0.75


def test_where_no_point_keeps_to_them_the_least_bad_is_taken(predictions):
    targets = Targets(latency=0.01)
    tuned = tune(predictions, CLASSES, OperatingPoint(window=0.8), targets)
    assert not targets.kept(tuned.score)
    fastest = min(
        score_streams(predictions, CLASSES, point).latency_median for point in list(grid(OperatingPoint(window=0.8)))[:8]
    )
    assert tuned.score.latency_median <= fastest + 0.1
    assert tuned.score.recall == 1


def test_streams_without_a_gesture_choose_nothing(fake):
    empty = Stream(np.ones((40, 42, 3), np.float32), np.arange(40) / 20, (), SKELETONS["hands"], 1.0, "", "")
    with pytest.raises(UserError, match="no gesture"):
        tune([predict_stream(fake.model, empty, OperatingPoint())], CLASSES, OperatingPoint(), Targets())
