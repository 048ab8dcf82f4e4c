"""Event detection from window probabilities: smoothing, threshold, agreement, and one event a gesture."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Float32, Float64
from gesture_al.data.datasets.stream import NONE
from gesture_al.deploy.live.operating_point import OperatingPoint


@dataclass(frozen=True)
class Event:
    """A recognised gesture.

    Args:
        name: Its class.
        seconds: When, in the stream's time.
        confidence: Its smoothed probability then, 0 to 1.
    """

    name: str
    seconds: float
    confidence: float


class EventDetector:
    """Turns window probabilities into events. Its time is the stream's: it works alike for a file read fast and a camera.

    Args:
        classes: Names in the order of the probabilities; `none`, where it is one of them, never fires.
        point: When to fire.
    """

    def __init__(self, classes: Sequence[str], point: OperatingPoint) -> None:
        self._classes, self._point = tuple(classes), point
        self.reset()

    def reset(self) -> None:
        """Start a new stream."""
        self._smoothed: list[float] | None = None
        self._then = -math.inf
        self._trigger = Trigger(self._classes, self._point)

    def use_thresholds_of(self, point: OperatingPoint) -> None:
        """Fire at the thresholds of this point from now on; all else stays, smoothed probabilities too."""
        self._trigger.limits = limits(self._classes, point)

    @property
    def smoothed(self) -> Float32:
        """Smoothed probabilities, (C,); zeros before the first window."""
        return np.array(self._smoothed or [0.0] * len(self._classes), dtype=np.float32)

    def see(self, seconds: float, probs_C: Sequence[float] | Float32) -> Event | None:
        """Add the probabilities of the next window.

        Args:
            seconds: When, later than the one before.
            probs_C: Class probabilities.

        Returns:
            The event that fires now, if any.
        """
        probs = probs_C.tolist() if isinstance(probs_C, np.ndarray) else list(probs_C)
        self._smoothed = _exponential_mean(self._smoothed, probs, seconds - self._then, self._point.smoothing)
        self._then = seconds
        return self._trigger.see(seconds, self._smoothed)


class Trigger:
    """From smoothed probabilities to events: threshold, agreement, refractory time, once a gesture. Arguments as above."""

    def __init__(self, classes: Sequence[str], point: OperatingPoint) -> None:
        self._classes, self._point = tuple(classes), point
        self.limits = limits(classes, point)
        self._fired = -math.inf
        self._held: set[int] = set()
        self._votes: deque[int] = deque(maxlen=point.of)

    def see(self, seconds: float, smoothed: Sequence[float]) -> Event | None:
        """Add smoothed probabilities; returns the event that fires now, if any.

        `fired_events` passes over windows that lie below half of every threshold: a rule that looks at them changes both.
        """
        best = max(range(len(smoothed)), key=smoothed.__getitem__)
        self._votes.append(best if smoothed[best] >= self.limits[best] else -1)
        self._held = {c for c in self._held if smoothed[c] >= self.limits[c] / 2}
        if best in self._held or self._votes[-1] < 0 or seconds - self._fired < self._point.refractory - 1e-9:
            return None
        if self._votes.count(best) < self._point.agree:
            return None
        self._fired = seconds
        self._held.add(best)
        return Event(self._classes[best], seconds, smoothed[best])

    def skip(self, predictions: int) -> None:
        """Add so many windows in which every class was below half of its threshold: the same as `see` for each, and quicker."""
        self._held.clear()
        self._votes.extend([-1] * min(predictions, self._point.of))


def limits(classes: Sequence[str], point: OperatingPoint) -> list[float]:
    """The threshold of each class; `none` never reaches it."""
    return [math.inf if name == NONE else point.of_class(name) for name in classes]


def smooth(seconds_N: Float64, probs_N_C: Float32, constant: float) -> list[list[float]]:
    """Smoothed probabilities of all windows of a stream; `constant` is the time constant, seconds."""
    smoothed_rows: list[list[float]] = []
    before, then = None, -math.inf
    for seconds, probs in zip(seconds_N.tolist(), probs_N_C.tolist(), strict=True):
        before, then = _exponential_mean(before, probs, seconds - then, constant), seconds
        smoothed_rows.append(before)
    return smoothed_rows


def fired_events(
    seconds_N: Float64, smoothed_N_C: Sequence[Sequence[float]], classes: Sequence[str], point: OperatingPoint
) -> list[Event]:
    """All events of a stream, from its smoothed probabilities."""
    trigger = Trigger(classes, point)
    halves = np.array(trigger.limits, dtype=np.float64) / 2
    warm = np.flatnonzero((np.asarray(smoothed_N_C, dtype=np.float64) >= halves).any(axis=1))
    events, expected = [], 0
    for row in warm.tolist():
        if row > expected:
            trigger.skip(row - expected)
        expected = row + 1
        event = trigger.see(float(seconds_N[row]), smoothed_N_C[row])
        if event is not None:
            events.append(event)
    return events


def _exponential_mean(before: list[float] | None, probs: list[float], passed: float, constant: float) -> list[float]:
    """The exponential mean with one more window."""
    if before is None or constant == 0:
        return probs
    # By time, not by window: the same hop twice as often changes nothing.
    share = 1 - math.exp(-max(passed, 0.0) / constant)
    return [old + share * (new - old) for old, new in zip(before, probs, strict=True)]
