"""Which clips were taken in one sitting, and where in it each lies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.track import Track

# Clips of which nobody says when they were taken may all be of one sitting, so they are taken for that.
UNKNOWN_SITTING = "one sitting"


def sittings(tracks: Sequence[Track]) -> tuple[NDArray[np.str_], NDArray[np.float64], NDArray[np.float64]]:
    """The sitting of each clip, and its start and end there.

    A clip cut from a longer recording belongs to that, at its place in it. Clips recorded one by one belong to the session of
    their person, one behind the other in the order in which they come; without a session, to their person; without either, all
    to one sitting.

    Args:
        tracks: N clips.

    Returns:
        Groups (N,), start (N,) and end (N,) in seconds; clips of one group overlap only where they share frames.
    """
    groups: list[str] = []
    start, end = np.zeros(len(tracks)), np.zeros(len(tracks))
    used: dict[str, float] = defaultdict(float)
    for row, track in enumerate(tracks):
        about = track.about
        if "recording" in about and "start" in about:
            # A recording's name may be a session's too; their times must not meet.
            groups.append(f"recording {about['recording']}")
            start[row], end[row] = float(about["start"]), float(about["end"])
            continue
        who, when = str(about.get("subject", "")), str(about.get("session", ""))
        group = f"{who}/{when}" if who and when else who or when or UNKNOWN_SITTING
        groups.append(group)
        start[row] = used[group]
        # A second more, so that two clips of the same length never share a moment.
        used[group] += float(track.seconds[-1] - track.seconds[0]) + 1.0
        end[row] = used[group] - 0.5
    return np.array(groups), start, end
