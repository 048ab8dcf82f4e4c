"""From the probabilities of one look after the other to events: smoothing, threshold, agreement, and one event a gesture."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.datasets.stream import NONE
from gesture_al.live.operating_point import OperatingPoint

Float = NDArray[np.float32]


@dataclass(frozen=True)
class Event:
    """A gesture was recognised.

    Args:
        name: Its class.
        seconds: When, in the stream's time.
        confidence: Its smoothed probability then, 0 to 1.
    """

    name: str
    seconds: float
    confidence: float


class EventDetector:
    """Turns looks into events. Its time is the stream's: it works alike for a file read fast and a camera.

    Args:
        classes: Names in the order of the probabilities; `none`, where it is one of them, never fires.
        point: When to fire.
    """

    def __init__(self, classes: Sequence[str], point: OperatingPoint) -> None:
        self._classes = tuple(classes)
        self._point = point
        self._limits = [math.inf if name == NONE else point.of_class(name) for name in self._classes]
        self.reset()

    def reset(self) -> None:
        """Forget the stream."""
        self._smoothed: list[float] | None = None
        self._then = -math.inf
        self._fired = -math.inf
        self._held: set[int] = set()
        self._votes: deque[int] = deque(maxlen=self._point.of)

    @property
    def smoothed(self) -> Float:
        """Smoothed probabilities, (C,); zeros before the first look."""
        return np.array(self._smoothed or [0.0] * len(self._classes), dtype=np.float32)

    def see(self, seconds: float, probs_C: Sequence[float] | Float) -> Event | None:
        """One look.

        Args:
            seconds: When, later than the one before.
            probs_C: Class probabilities.

        Returns:
            The event that this look brings about, if any.
        """
        probs = probs_C.tolist() if isinstance(probs_C, np.ndarray) else list(probs_C)
        self._smooth(seconds, probs)
        smoothed = self._smoothed
        assert smoothed is not None
        best = max(range(len(smoothed)), key=smoothed.__getitem__)
        self._votes.append(best if smoothed[best] >= self._limits[best] else -1)
        self._held = {c for c in self._held if smoothed[c] >= self._limits[c] / 2}
        if best in self._held or self._votes[-1] < 0 or seconds - self._fired < self._point.refractory - 1e-9:
            return None
        if self._votes.count(best) < self._point.agree:
            return None
        self._fired = seconds
        self._held.add(best)
        return Event(self._classes[best], seconds, smoothed[best])

    def _smooth(self, seconds: float, probs: list[float]) -> None:
        if self._smoothed is None or self._point.smoothing == 0:
            self._smoothed = probs
        else:
            # By time, not by look: the same hop twice as often changes nothing.
            share = 1 - math.exp(-max(seconds - self._then, 0.0) / self._point.smoothing)
            self._smoothed = [old + share * (new - old) for old, new in zip(self._smoothed, probs, strict=True)]
        self._then = seconds


def detect(seconds_N: NDArray[np.float64], probs_N_C: Float, classes: Sequence[str], point: OperatingPoint) -> list[Event]:
    """All events of a stream whose looks are there already."""
    detector = EventDetector(classes, point)
    looks = zip(seconds_N.tolist(), probs_N_C.tolist(), strict=True)
    return [event for seconds, probs in looks if (event := detector.see(seconds, probs)) is not None]
