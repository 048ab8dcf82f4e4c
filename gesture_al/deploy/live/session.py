"""One stream being followed: joints in, looks and events out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from gesture_al.deploy.live.events import Event, EventDetector
from gesture_al.deploy.live.judging import Model
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.windows import SlidingWindow

Float = NDArray[np.float32]


@dataclass(frozen=True)
class WindowPrediction:
    """What one look found.

    Args:
        seconds: When, in the stream's time.
        probs: Class probabilities of the window, (C,).
        smoothed: What the threshold is held against, (C,).
        event: What fired, if anything did.
        cost: Seconds of computing.
    """

    seconds: float
    probs: Float
    smoothed: Float
    event: Event | None
    cost: float


class LiveSession:
    """Follows one stream.

    Args:
        model: Names windows.
        point: When to fire.
        aspect: Width / height of the picture.
    """

    def __init__(self, model: Model, point: OperatingPoint, aspect: float) -> None:
        self._model, self._aspect = model, aspect
        self._window = SlidingWindow(point.window, point.frames, point.hop)
        self._detector = EventDetector(model.classes, point)

    @property
    def classes(self) -> Sequence[str]:
        """In the order of the probabilities."""
        return self._model.classes

    def hold_against(self, point: OperatingPoint) -> None:
        """From now on the thresholds of this point; its other settings are not looked at."""
        self._detector.hold_against(point)

    def feed(self, seconds: float, positions_J_C: Float) -> WindowPrediction | None:
        """Take a frame's joints.

        Args:
            seconds: Of the stream, later than those before; a frame that is not is left out.
            positions_J_C: Fractions of the picture, y down; NaN where not seen.

        Returns:
            A look, where it is time for one.
        """
        if not self._window.add(seconds, positions_J_C):
            return None
        began = perf_counter()
        positions, instants = self._window.window()
        probs = self._model.probs(positions, instants - instants[0], self._aspect)
        event = self._detector.see(seconds, probs)
        return WindowPrediction(seconds, probs, self._detector.smoothed, event, perf_counter() - began)
