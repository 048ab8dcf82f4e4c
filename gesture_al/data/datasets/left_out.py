"""The report on clips that a reader refused."""

from __future__ import annotations

from collections import defaultdict

from gesture_al.data.datasets.base import ClipSet

_NAMED = 3


def left_out_report(clips: ClipSet) -> list[str]:
    """What was left out and why, in lines for people.

    Args:
        clips: A loaded set.

    Returns:
        No line when every clip was taken; else a headline and a line for each reason, the most frequent first, that names
        up to three clips.
    """
    if not clips.left_out:
        return []
    by_reason: dict[str, list[str]] = defaultdict(list)
    for out in clips.left_out:
        by_reason[out.reason].append(out.clip)
    lines = [f"{len(clips.left_out)} of {len(clips.left_out) + len(clips)} clips left out:"]
    for reason, names in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        lines.append(f"  {len(names)} x {reason}: {', '.join(names[:_NAMED])}{more}")
    return lines
