"""The last seconds of incoming joints, and when it is time to look at them."""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.geometry.sampling import LONGEST_GAP, windows

Float = NDArray[np.float32]


class Schedule:
    """Looks every `hop` seconds of the stream's time: at the first frame of each hop, however fast the frames come.

    After a gap looking goes on at once, and what was missed is not made up for.

    Args:
        hop: Seconds, above 0.
    """

    def __init__(self, hop: float) -> None:
        self._hop = hop
        self._next = -math.inf

    def due(self, seconds: float) -> bool:
        """Whether to look at this frame; frames come in order of time."""
        if seconds < self._next - 1e-9:
            return False
        # On a grid where frames keep up with it, so that 15 frames a second give 10 looks a second and not 7.5.
        on_grid = self._next + self._hop
        self._next = on_grid if on_grid > seconds + 1e-9 else seconds + self._hop
        return True


def look_times(seconds_T: NDArray[np.float64], hop: float) -> NDArray[np.float64]:
    """The frame times of a stream at which a schedule looks."""
    schedule = Schedule(hop)
    return seconds_T[[schedule.due(seconds) for seconds in seconds_T.tolist()]]


class SlidingWindow:
    """A ring of frames, by seconds: frames may come at any rate, be dropped or stay away.

    Args:
        length: Seconds kept.
        frames: Instants of a window.
        hop: Seconds between looks.
    """

    def __init__(self, length: float, frames: int, hop: float) -> None:
        self._length, self._frames = length, frames
        self._seconds: deque[float] = deque()
        self._positions: deque[Float] = deque()
        self._schedule = Schedule(hop)

    def add(self, seconds: float, positions_J_C: Float) -> bool:
        """Take a frame.

        Args:
            seconds: Of the stream; a frame that is not later than the one before is left out.
            positions_J_C: NaN where not seen.

        Returns:
            Whether it is time to look.
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

    def window(self) -> tuple[Float, NDArray[np.float64]]:
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
