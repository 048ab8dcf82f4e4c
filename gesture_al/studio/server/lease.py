"""The lease of a page that only one tab may use at a time: the camera's recorder, the live recogniser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from gesture_al.core.errors import Refused


@dataclass
class Lease:
    """Held by one tab until it lets go, or was not heard of for a while.

    Args:
        refusal: What another tab is told.
        status: HTTP status of the refusal.
        patience: Seconds after which a tab that was not heard of has gone.
        clock: Seconds that only go forward.
    """

    refusal: str
    status: int = 409
    patience: float = 6.0
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._tab, self._last_heard = "", 0.0

    def hold(self, tab: str, take_over: bool = False) -> bool:
        """Take or renew the lease where it is free, or in any case; returns whether the tab has it now."""
        with self._lock:
            now = self.clock()
            if take_over or self._tab in ("", tab) or now - self._last_heard > self.patience:
                self._tab, self._last_heard = tab, now
            return self._tab == tab

    def release(self, tab: str) -> bool:
        """Give the lease back; returns whether the tab had it."""
        with self._lock:
            held = self._tab == tab
            if held:
                self._tab = ""
            return held

    def check(self, tab: str) -> None:
        """Take or renew the lease.

        Raises:
            Refused: Another tab has it, or the tab has no name.
        """
        if not tab or not self.hold(tab):
            raise Refused(self.status, self.refusal)
