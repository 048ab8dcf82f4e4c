"""Event scoring of streams: event F1, latency, false fires an hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from gesture_al.core.arrays import Float32, Float64
from gesture_al.data.datasets.stream import Gesture, Stream
from gesture_al.data.geometry.sampling import windows
from gesture_al.deploy.live.events import Event, fired_events, smooth
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.session import Model, prediction_times

EARLY, LATE = 0.2, 0.5
"""Seconds by which an event may come before its gesture is there, and after it has ended."""


@dataclass(frozen=True)
class Match:
    """Hits, misses and false events of one stream.

    Args:
        hits: Latency of each gesture that fired, seconds from the start of its nucleus; below 0 where it fired before.
        missed: Gestures that did not fire.
        false: Events that belong to no gesture, or to one that had fired already.
        quiet: Those of the false ones that came in ordinary movement, away from any gesture.
        quiet_seconds: How long that lasted.
    """

    hits: tuple[float, ...]
    missed: int
    false: int
    quiet: int
    quiet_seconds: float


@dataclass(frozen=True)
class EventScore:
    """The figures of any number of streams.

    Args:
        gestures: How many there were.
        f1: 2 TP / (2 TP + FP + FN), one event a gesture; 1 where nothing was to be found and nothing was.
        precision: Share of the events that were right.
        recall: Share of the gestures that fired.
        latency_median: Seconds from the start of the nucleus to the event; None without a hit.
        latency_p95: 95% of the hits were at least as fast.
        false_per_hour: False events in ordinary movement, an hour of it; None where there was none.
        quiet_hours: How much ordinary movement that was measured on.
    """

    gestures: int
    f1: float
    precision: float
    recall: float
    latency_median: float | None
    latency_p95: float | None
    false_per_hour: float | None
    quiet_hours: float
    counts: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As a table of plain values, rounded."""
        return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}


def match(events: Sequence[Event], gestures: Sequence[Gesture], start: float, end: float) -> Match:
    """Match each event, in order of time, to the earliest gesture of its class that is open then and has not fired.

    Args:
        events: In order of time.
        gestures: In order of time; each is open from `EARLY` before its nucleus to `LATE` after it.
        start: Of the stream, seconds.
        end: Of the stream.

    Source:
        Mesaros, Heittola and Virtanen, "Metrics for Polyphonic Sound Event Detection", Applied Sciences 6 (2016), section 3.2
        (event-based figures, collar of 200 ms at the onset); the nucleus: Kita, van Gijn and van der Hulst, "Movement phases in
        signs and co-speech gestures" (1998), and, as the reference of latency, Molchanov et al., "Online Detection and
        Classification of Dynamic Hand Gestures" (CVPR 2016), section 5.
    """
    latency: dict[int, float] = {}
    false: list[float] = []
    for event in events:
        open_ = (
            number
            for number, gesture in enumerate(gestures)
            if number not in latency
            and gesture.name == event.name
            and gesture.start - EARLY <= event.seconds <= gesture.end + LATE
        )
        number = next(open_, None)
        if number is None:
            false.append(event.seconds)
        else:
            latency[number] = event.seconds - gestures[number].start
    busy = merged([(max(start, g.start - 1.0), min(end, g.end + 1.0)) for g in gestures])
    quiet = sum(not any(low <= moment <= high for low, high in busy) for moment in false)
    quiet_seconds = end - start - sum(high - low for low, high in busy)
    return Match(tuple(latency.values()), len(gestures) - len(latency), len(false), quiet, quiet_seconds)


def merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Union of spans: in order, those that touch joined.

    >>> merged([(3, 4), (0, 1), (1, 2)])
    [(0, 2), (3, 4)]
    """
    joined: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        elif high > low:
            joined.append((low, high))
    return joined


def total(matches: Sequence[Match]) -> EventScore:
    """The figures of all streams together."""
    hits = np.array([latency for one in matches for latency in one.hits])
    missed, false = sum(one.missed for one in matches), sum(one.false for one in matches)
    hours = sum(one.quiet_seconds for one in matches) / 3600
    quiet = sum(one.quiet for one in matches)
    events, gestures = len(hits) + false, len(hits) + missed
    return EventScore(
        gestures=gestures,
        f1=2 * len(hits) / (events + gestures) if events + gestures else 1.0,
        precision=len(hits) / events if events else 1.0,
        recall=len(hits) / gestures if gestures else 1.0,
        latency_median=float(np.median(hits)) if len(hits) else None,
        latency_p95=float(np.quantile(hits, 0.95)) if len(hits) else None,
        false_per_hour=quiet / hours if hours > 0 else None,
        quiet_hours=hours,
        counts={"hits": len(hits), "missed": missed, "false": false, "false_in_ordinary_movement": quiet},
    )


_AT_ONCE = 1024


@dataclass(frozen=True)
class StreamPredictions:
    """Class probabilities of all windows of a stream.

    Args:
        stream: The stream.
        seconds: When each window ends, (N,).
        probs: Class probabilities, (N, C).
    """

    stream: Stream
    seconds: Float64
    probs: Float32


def predict_stream(model: Model, stream: Stream, point: OperatingPoint) -> StreamPredictions:
    """Every prediction that a live recogniser would make on a stream, in batches."""
    ends_N = prediction_times(stream.seconds, point.hop)
    since = np.linspace(0, point.window, point.frames)
    probs = []
    for first in range(0, len(ends_N), _AT_ONCE):
        some = ends_N[first : first + _AT_ONCE]
        cut = windows(stream.positions, stream.seconds, some, point.window, point.frames)
        probs.append(model.probs_many([(window, since) for window in cut], stream.aspect))
    return StreamPredictions(stream, ends_N, np.concatenate(probs))


def score_streams(
    predictions: Sequence[StreamPredictions],
    classes: Sequence[str],
    point: OperatingPoint,
    smoothed: Sequence[Sequence[Sequence[float]]] | None = None,
) -> EventScore:
    """Event score of an operating point on streams, from their predictions.

    Args:
        predictions: Made with the window and hop of the point.
        classes: In the order of the probabilities.
        point: When to fire.
        smoothed: Their probabilities smoothed as the point says, where that was done before.
    """
    if smoothed is None:
        smoothed = [smooth(one.seconds, one.probs, point.smoothing) for one in predictions]
    return total(
        [
            match(fired_events(one.seconds, rows, classes, point), one.stream.gestures, *_ends(one.stream))
            for one, rows in zip(predictions, smoothed, strict=True)
        ]
    )


def _ends(stream: Stream) -> tuple[float, float]:
    return float(stream.seconds[0]), float(stream.seconds[-1])
