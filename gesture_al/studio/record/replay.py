"""The pictures of a take, for looking at it again."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.capture.video.base import Frame
from gesture_al.data.track import FrameJoints


@dataclass(frozen=True)
class Moment:
    """One picture of a take and what was seen in it; seconds from the take's start."""

    image: NDArray[np.uint8]
    seen: FrameJoints
    seconds: float


class Replay:
    """All pictures of a short take, fewer a second the longer it gets, so that three minutes fit into memory as well.

    Args:
        most: Pictures held at any time, 2 or more.
        width: Pictures wider than this are thinned to at most this, by whole steps, pixels.
    """

    def __init__(self, most: int = 150, width: int = 640) -> None:
        self._most, self._width = most, width
        self._moments: list[Moment] = []
        self._stride, self._count = 1, 0

    def add(self, frame: Frame, seen: FrameJoints, seconds: float) -> None:
        """Take note of the next frame."""
        if self._count % self._stride == 0:
            if len(self._moments) >= self._most:
                self._moments = self._moments[::2]
                self._stride *= 2
            if self._count % self._stride == 0:
                self._moments.append(Moment(self._thin(frame.image), seen, seconds))
        self._count += 1

    def _thin(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        step = -(-image.shape[1] // self._width)
        return np.ascontiguousarray(image[::step, ::step])

    def __len__(self) -> int:
        return len(self._moments)

    def at(self, seconds: float, lasts: float) -> Moment:
        """What a loop shows so long after it began.

        Args:
            seconds: Since the loop began.
            lasts: Length of one turn: that of the take, or less for a long one, which then runs faster.
        """
        # The last picture stays as long as the others.
        end = self._moments[-1].seconds * len(self) / max(1, len(self) - 1)
        place = (seconds % lasts) / lasts * end if end > 0 and lasts > 0 else 0.0
        times = [moment.seconds for moment in self._moments]
        return self._moments[max(0, bisect_right(times, place) - 1)]
