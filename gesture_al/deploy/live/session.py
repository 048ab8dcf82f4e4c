"""Live session on one stream: the sliding window, when to predict, and the predictions."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import numpy as np

from gesture_al.core.arrays import Float32, Float64
from gesture_al.data.geometry.sampling import LONGEST_GAP, windows
from gesture_al.deploy.live.events import Event, EventDetector
from gesture_al.deploy.live.operating_point import OperatingPoint


class Schedule:
    """Prediction times: the first frame of each `hop` seconds of the stream, however fast the frames come.

    After a gap the next frame is due at once, and what was missed is not made up for.

    Args:
        hop: Seconds, above 0.
    """

    def __init__(self, hop: float) -> None:
        self._hop = hop
        self._next = -math.inf

    def due(self, seconds: float) -> bool:
        """Whether to predict at this frame; frames come in order of time."""
        if seconds < self._next - 1e-9:
            return False
        # On a grid where frames keep up with it, so that 15 frames a second give 10 predictions a second and not 7.5.
        on_grid = self._next + self._hop
        self._next = on_grid if on_grid > seconds + 1e-9 else seconds + self._hop
        return True


def prediction_times(seconds_T: Float64, hop: float) -> Float64:
    """The frame times of a stream at which a prediction is due."""
    schedule = Schedule(hop)
    return seconds_T[[schedule.due(seconds) for seconds in seconds_T.tolist()]]


class SlidingWindow:
    """A ring of frames, by seconds: frames may come at any rate, be dropped or stay away.

    Args:
        length: Seconds kept.
        frames: Instants of a window.
        hop: Seconds between predictions.
    """

    def __init__(self, length: float, frames: int, hop: float) -> None:
        self._length, self._frames = length, frames
        self._seconds: deque[float] = deque()
        self._positions: deque[Float32] = deque()
        self._schedule = Schedule(hop)

    def add(self, seconds: float, positions_J_C: Float32) -> bool:
        """Add a frame.

        Args:
            seconds: Of the stream; a frame that is not later than the one before is left out.
            positions_J_C: NaN where not seen.

        Returns:
            Whether a prediction is due.
        """
        if self._seconds and seconds <= self._seconds[-1]:
            return False
        self._seconds.append(seconds)
        self._positions.append(positions_J_C)
        # One frame from before the window is needed to know what was at its beginning.
        oldest = seconds - self._length - LONGEST_GAP
        while self._seconds[0] < oldest:
            self._seconds.popleft()
            self._positions.popleft()
        return self._schedule.due(seconds)

    def window(self) -> tuple[Float32, Float64]:
        """The window that ends now.

        Returns:
            Positions (frames, J, C) and their seconds, (frames,), both ends of the window included. What it costs does not depend
            on the rate of the frames: no more than two of them are read for each instant.
        """
        seconds_T = np.array(self._seconds)
        end = seconds_T[-1]
        instants_F = end + np.linspace(-self._length, 0, self._frames)
        low_F = np.clip(np.searchsorted(seconds_T, instants_F, side="right") - 1, 0, len(seconds_T) - 1)
        needed = np.unique(np.concatenate([low_F, np.minimum(low_F + 1, len(seconds_T) - 1)]))
        positions = np.stack([self._positions[row] for row in needed])
        return windows(positions, seconds_T[needed], np.array([end]), self._length, self._frames)[0], instants_F


class Model(Protocol):
    """What a live recogniser needs of an exported model."""

    @property
    def classes(self) -> tuple[str, ...]: ...  # noqa: D102  in the order of the probabilities

    def probs(self, positions: Float32, seconds: Float64, aspect: float) -> Float32:
        """Class probabilities (C,) of one clip: positions (T, J, C) at these seconds (T,)."""

    def probs_many(self, clips: Sequence[tuple[Float32, Float64]], aspect: float) -> Float32:
        """Class probabilities (N, C) of many."""


@dataclass(frozen=True)
class WindowPrediction:
    """The class probabilities of one window, and the event that fired.

    Args:
        seconds: When, in the stream's time.
        probs: Class probabilities of the window, (C,).
        smoothed: Smoothed probabilities, which the threshold is compared with, (C,).
        event: The event that fired, if any.
        cost: Seconds of computing.
    """

    seconds: float
    probs: Float32
    smoothed: Float32
    event: Event | None
    cost: float


class LiveSession:
    """A recogniser on one stream.

    Args:
        model: Gives the class probabilities of windows.
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

    def use_thresholds_of(self, point: OperatingPoint) -> None:
        """Fire at the thresholds of this point from now on; its other settings are not used."""
        self._detector.use_thresholds_of(point)

    def feed(self, seconds: float, positions_J_C: Float32) -> WindowPrediction | None:
        """Add a frame's joints.

        Args:
            seconds: Of the stream, later than those before; a frame that is not is left out.
            positions_J_C: Fractions of the picture, y down; NaN where not seen.

        Returns:
            A prediction, where one is due.
        """
        if not self._window.add(seconds, positions_J_C):
            return None
        began = perf_counter()
        positions, instants = self._window.window()
        probs = self._model.probs(positions, instants - instants[0], self._aspect)
        event = self._detector.see(seconds, probs)
        return WindowPrediction(seconds, probs, self._detector.smoothed, event, perf_counter() - began)
