"""Minutes worked and answers a minute, from the times of the log's entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from gesture_al.active.annotation.answer_log import Entry

# Whoever does nothing for so long has left.
LONGEST_PAUSE = 60.0
RECENT = 30


class WorkClock:
    """The minutes worked, entry by entry.

    The time between two entries counts as work unless it is longer than a minute; then only what the later clip was looked
    at counts, and of that a minute at the most.
    """

    def __init__(self) -> None:
        self._before: float | None = None
        self._seconds = 0.0

    @property
    def minutes(self) -> float:
        """Worked so far."""
        return self._seconds / 60

    def add(self, entry: Entry) -> float:
        """Count one more entry; gives the minutes worked up to it."""
        now = datetime.fromisoformat(entry.time).timestamp()
        gap = LONGEST_PAUSE + 1 if self._before is None else max(0.0, now - self._before)
        self._seconds += gap if gap <= LONGEST_PAUSE else min(entry.milliseconds / 1000, LONGEST_PAUSE)
        self._before = now if self._before is None else max(self._before, now)
        return self.minutes


def active_minutes(entries: Iterable[Entry]) -> list[float]:
    """Minutes worked up to each entry, (n,)."""
    clock = WorkClock()
    return [clock.add(entry) for entry in entries]


def per_minute(minutes: Sequence[float]) -> float | None:
    """Answers a minute; None before there are two.

    Args:
        minutes: Worked up to each answer, the last `RECENT` of them.
    """
    return (len(minutes) - 1) / (minutes[-1] - minutes[0]) if len(minutes) > 1 and minutes[-1] > minutes[0] else None
