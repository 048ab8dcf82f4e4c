"""Who records: one page at a time, until it closes or has not been heard of for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from gesture_al.core.errors import Refused

# A page says every other second that it is there.
_PATIENCE = 6.0


@dataclass
class RecordLease:
    """The one place before the camera.

    Args:
        patience: Seconds after which a page that was not heard of has gone.
        clock: Seconds that only go forward.
    """

    patience: float = _PATIENCE
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._tab, self._since = "", -self.patience

    def sit(self, tab: str, take_over: bool = False) -> bool:
        """Take the seat, or say that one is still there; gives whether the page has it now."""
        with self._lock:
            now = self.clock()
            if self._tab in ("", tab) or take_over or now - self._since > self.patience:
                self._tab, self._since = tab, now
            return self._tab == tab

    def rise(self, tab: str) -> None:
        """The page closes."""
        with self._lock:
            if self._tab == tab:
                self._tab = ""

    def check(self, tab: str) -> None:
        """Take the seat where it is free.

        Raises:
            Refused: Another page has it.
        """
        if not tab or not self.sit(tab):
            raise Refused(409, "the recorder is open in another tab")
