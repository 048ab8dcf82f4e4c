"""Tuning: the choice of the operating point on validation streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.stream import NONE
from gesture_al.deploy.live.events import smooth
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.scoring import EventScore, StreamPredictions, score_streams

_SMOOTHING = (0.0, 0.06, 0.12, 0.2)
_THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.96, 0.98)
_VOTES = ((1, 1), (2, 2), (2, 3), (3, 3))


@dataclass(frozen=True)
class Targets:
    """Limits on false fires and latency that an operating point should keep.

    Args:
        false_per_hour: Most false fires in an hour of ordinary movement, 0 or more.
        latency: Longest median latency, seconds, above 0.
    """

    false_per_hour: float = 1.0
    latency: float = 0.4

    def kept(self, score: EventScore) -> bool:
        """Whether a score keeps to both."""
        return self.worth(score) == score.f1 and score.latency_median is not None

    def worth(self, score: EventScore) -> float:
        """What a score is worth: event F1, less 0.02 for each false fire an hour too many and 0.1 for each 0.1 s too late.

        A hard limit would rather have a recogniser that hardly ever fires than one that misses a target by a hair. So false
        fires cost 0.2 at the most: in a few minutes of a maker's own clips a single one is dozens an hour.
        """
        false = min(0.2, 0.02 * max(0.0, (score.false_per_hour or 0.0) - self.false_per_hour))
        late = max(0.0, (score.latency_median or 0.0) - self.latency)
        return score.f1 - false - late


@dataclass(frozen=True)
class Tuned:
    """A chosen operating point and how it did where it was chosen."""

    point: OperatingPoint
    score: EventScore


def grid(start: OperatingPoint) -> Iterator[OperatingPoint]:
    """The points that are tried first: smoothing, threshold and votes; window, hop and refractory time stay."""
    for smoothing, threshold, (agree, of) in product(_SMOOTHING, _THRESHOLDS, _VOTES):
        yield replace(start, smoothing=smoothing, threshold=threshold, thresholds={}, agree=agree, of=of)


def tune(predictions: Sequence[StreamPredictions], classes: Sequence[str], start: OperatingPoint, targets: Targets) -> Tuned:
    """The point that is worth most (`Targets.worth`).

    First one threshold for all classes is chosen, then each class is given its own where that is worth something. Of points that
    are as good (within 0.002) the one with fewer false fires, then the faster.

    Args:
        predictions: On the validation streams; never those that the result is reported on.
        classes: In the order of the probabilities.
        start: Its window, hop and frames, which the predictions were made with, are kept.
        targets: What to keep to.

    Raises:
        UserError: There is no gesture in the streams.
    """
    if not any(one.stream.gestures for one in predictions):
        raise UserError("live tune: no gesture in the validation streams; give it more clips")
    tried = []
    smoothing, smoothed = -1.0, []
    for point in grid(start):
        if point.smoothing != smoothing:
            smoothing = point.smoothing
            smoothed = [smooth(one.seconds, one.probs, smoothing) for one in predictions]
        tried.append(Tuned(point, score_streams(predictions, classes, point, smoothed)))
    common = _best(tried, targets)
    smoothed = [smooth(one.seconds, one.probs, common.point.smoothing) for one in predictions]
    return _class_by_class(common, predictions, classes, smoothed, targets)


def _class_by_class(
    tuned: Tuned,
    predictions: Sequence[StreamPredictions],
    classes: Sequence[str],
    smoothed: list[list[list[float]]],
    targets: Targets,
) -> Tuned:
    """A threshold of its own for each class that is worth it: what is easily taken for ordinary movement needs a higher one."""
    for name in classes:
        if name == NONE:
            continue
        tried = [tuned]
        for threshold in _THRESHOLDS:
            point = replace(tuned.point, thresholds={**tuned.point.thresholds, name: threshold})
            tried.append(Tuned(point, score_streams(predictions, classes, point, smoothed)))
        best = _best(tried, targets)
        if targets.worth(best.score) > targets.worth(tuned.score):
            tuned = best
    return tuned


def _best(tried: Sequence[Tuned], targets: Targets) -> Tuned:
    best = max(targets.worth(one.score) for one in tried)
    near = [one for one in tried if targets.worth(one.score) >= best - 0.002]
    return min(near, key=lambda one: (one.score.false_per_hour or 0.0, one.score.latency_median or 0.0, one.point.threshold))
