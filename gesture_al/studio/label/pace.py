"""How long people have worked, from the times of their entries alone: what a restart or a coffee does not change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gesture_al.active.annotation.entry import ANSWERS, Entry

# Whoever does nothing for so long has left.
LONGEST_PAUSE = 60.0
_RECENT = 30


def active_minutes(entries: Sequence[Entry]) -> list[float]:
    """Minutes worked up to each entry, (n,).

    The time between two entries counts as work unless it is longer than a minute; then only what the later clip was looked
    at counts, and of that a minute at the most.
    """
    told: list[float] = []
    before, total = None, 0.0
    for entry in entries:
        now = datetime.fromisoformat(entry.time).timestamp()
        gap = LONGEST_PAUSE + 1 if before is None else max(0.0, now - before)
        total += gap if gap <= LONGEST_PAUSE else min(entry.milliseconds / 1000, LONGEST_PAUSE)
        before = now if before is None else max(before, now)
        told.append(total / 60)
    return told


def per_minute(entries: Sequence[Entry], minutes: Sequence[float]) -> float | None:
    """Answers a minute of the last thirty; None before there are two.

    Args:
        entries: All of them.
        minutes: Of `active_minutes`.
    """
    at = [minute for entry, minute in zip(entries, minutes, strict=True) if entry.operation in ANSWERS][-_RECENT:]
    return (len(at) - 1) / (at[-1] - at[0]) if len(at) > 1 and at[-1] > at[0] else None
