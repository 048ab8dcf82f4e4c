"""How fast a piece of work goes on, and when there is something to say of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable


class Pace:
    """Follows one piece of work after the other.

    Args:
        every: Seconds from the start of a piece, and from the last line on it, to the next that is worth writing.
        clock: Seconds that never go back.
    """

    def __init__(self, every: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every, self._clock = every, clock
        self._work: Hashable = None
        self._done = 0
        self._began = self._spoken = 0.0
        self._from = 0

    def left(self, work: Hashable, done: int, total: int) -> float:
        """Seconds that the work may still take, after `done` of `total`; 0 where nothing can be said yet."""
        now = self._clock()
        if work != self._work or done <= self._done:
            # The clock starts with the first batch's end: what went before, such as reading a net, is no measure of the rest.
            self._work, self._began, self._spoken, self._from = work, now, now, done
        self._done = done
        return (now - self._began) / (done - self._from) * (total - done) if done > self._from else 0.0

    def due(self) -> bool:
        """Whether it is time for a line; asked after `left`, and True counts as one written."""
        now = self._clock()
        if now - self._spoken < self._every:
            return False
        self._spoken = now
        return True
