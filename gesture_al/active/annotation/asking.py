"""Which question is put next, and to whom: the strategy's order, audit clips between, and leases."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from gesture_al.active.questions import Question

LEASE_SECONDS = 20.0


def key_of(question: Question) -> str:
    """The name of a question, the same after a restart."""
    return f"{question.purpose.value}/{question.round}/{question.clip}"


def interleaved(batch: Sequence[Question], between: Sequence[Question]) -> list[Question]:
    """The batch in its order, with other questions spread evenly between its own; it ends with one of its own.

    >>> [q for q in interleaved("abcdef", "XY")]
    ['a', 'b', 'X', 'c', 'd', 'Y', 'e', 'f']
    """
    gap = len(batch) / (len(between) + 1)
    cuts = [round(gap * number) for number in range(1, len(between) + 1)]
    made: list[Question] = []
    for place, question in enumerate(batch):
        made += [other for cut, other in zip(cuts, between, strict=True) if cut == place]
        made.append(question)
    return made


@dataclass
class Leases:
    """Who has which clip in front of them, so that no two get the same one.

    Args:
        seconds: A lease that was not renewed for so long is over: its tab was closed or its laptop sleeps.
        clock: Seconds that only go forward.
    """

    seconds: float = LEASE_SECONDS
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._held: dict[str, tuple[str, float]] = {}

    def take(self, keys: Sequence[str], tab: str, most: int, done: Container[str]) -> list[str]:
        """Up to so many of these for a tab, in their order; those that it holds already are renewed."""
        now = self.clock()
        found: list[str] = []
        for key in keys:
            if len(found) == most:
                break
            holder, since = self._held.get(key, ("", -self.seconds))
            if key in done or (holder not in ("", tab) and now - since < self.seconds):
                continue
            self._held[key] = (tab, now)
            found.append(key)
        for key in [key for key, (holder, _) in self._held.items() if holder == tab and key not in found]:
            del self._held[key]
        return found

    def holder(self, key: str) -> str | None:
        """The tab that has it now."""
        holder, since = self._held.get(key, ("", 0.0))
        return holder if holder and self.clock() - since < self.seconds else None

    def release(self, tab: str) -> None:
        """A tab says good-bye."""
        self._held = {key: held for key, held in self._held.items() if held[0] != tab}
