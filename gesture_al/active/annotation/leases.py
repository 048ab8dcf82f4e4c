"""Leases on questions, so that two tabs never get the same clip."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

LEASE_SECONDS = 20.0


@dataclass
class Leases:
    """Leases of tabs on questions: who has which clip in front of them, so that no two get the same one.

    Args:
        seconds: A lease that was not renewed for so long is over: its tab was closed or its laptop sleeps.
        clock: Seconds that only go forward.
    """

    seconds: float = LEASE_SECONDS
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._held: dict[str, tuple[str, float]] = {}

    def take(self, keys: Iterable[str], tab: str, most: int) -> list[str]:
        """Up to so many of these for a tab, in their order; those that it holds already are renewed."""
        now = self.clock()
        leased: list[str] = []
        for key in keys:
            if len(leased) == most:
                break
            holder, since = self._held.get(key, ("", -self.seconds))
            if holder not in ("", tab) and now - since < self.seconds:
                continue
            self._held[key] = (tab, now)
            leased.append(key)
        for key in [key for key, (holder, _) in self._held.items() if holder == tab and key not in leased]:
            del self._held[key]
        return leased

    def holder(self, key: str) -> str | None:
        """The tab that has it now."""
        holder, since = self._held.get(key, ("", 0.0))
        return holder if holder and self.clock() - since < self.seconds else None

    def release(self, tab: str) -> None:
        """Give back all that a tab holds."""
        self._held = {key: held for key, held in self._held.items() if held[0] != tab}
