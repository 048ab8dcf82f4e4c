"""What a reader leaves out, told in one line: how much of it, why, and an example."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from gesture_al.data.clip_set import LeftOut

_MOST_REASONS, _MOST_EXAMPLES = 6, 3


def told(left_out: Iterable[LeftOut]) -> str:
    """How much was left out and why, the most frequent reason first; empty where nothing was.

    >>> told([LeftOut("a/Thumbs.db", "Thumbs.db"), LeftOut("b/Thumbs.db", "Thumbs.db"), LeftOut("c.doc", "no video")])
    '2 x Thumbs.db (a/Thumbs.db, b/Thumbs.db), 1 x no video (c.doc)'
    """
    by_reason: dict[str, list[str]] = defaultdict(list)
    for one in left_out:
        by_reason[one.reason].append(one.clip)
    parts = [
        f"{len(names)} x {reason} ({_some(names)})" for reason, names in sorted(by_reason.items(), key=lambda pair: -len(pair[1]))
    ]
    rest = parts[_MOST_REASONS:]
    return ", ".join([*parts[:_MOST_REASONS], *([f"and {len(rest)} other reasons"] if rest else [])])


def _some(names: list[str]) -> str:
    more = ", ..." if len(names) > _MOST_EXAMPLES else ""
    # On one line, whatever a file is called.
    return ", ".join(" ".join(name.split()) for name in names[:_MOST_EXAMPLES]) + more
