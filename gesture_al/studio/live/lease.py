"""Whose turn it is: one tab at a time has the recogniser."""

from __future__ import annotations

import time
from collections.abc import Callable

from gesture_al.core.errors import Refused

# A tab that was closed without a word, or sleeps, has gone after so many seconds.
_GONE = 3.0
TAKEN = 423


class LiveLease:
    """Keeps the one tab whose pictures are looked at.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tab, self._heard = "", 0.0

    def check(self, tab: str) -> None:
        """Let the tab whose turn it is through, or any where none has it.

        Raises:
            Refused: Another one has it.
        """
        now = self._clock()
        if self._tab not in ("", tab) and now - self._heard < _GONE:
            raise Refused(TAKEN, "another tab shows this recogniser")
        self._tab, self._heard = tab, now

    def take(self, tab: str) -> None:
        """This tab has it from now on, whoever had it."""
        self._tab, self._heard = tab, self._clock()

    def leave(self, tab: str) -> bool:
        """Give it back; whether it was this tab's."""
        mine = self._tab == tab
        if mine:
            self._tab = ""
        return mine
