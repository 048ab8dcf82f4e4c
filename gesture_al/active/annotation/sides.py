"""New ends must not let training and measuring share a moment, or the score would no longer be honest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.entry import Entry
from gesture_al.core.errors import Refused
from gesture_al.data.datasets.base import ClipSet


def check_side(entry: Entry, clips: ClipSet, row: int, sides_N: NDArray[np.int8] | None, decisions: Decisions) -> None:
    """Refuse ends that reach into a clip of the same recording that stands on another side of the split.

    Args:
        entry: An answer, its ends checked.
        clips: The data set.
        row: The clip's row.
        sides_N: Side of every clip, as `Outline` has it; None where there is no split.
        decisions: Where the other clips' ends are now.

    Raises:
        Refused: Saying where that clip is.
    """
    cut = entry.cut
    if cut is None or sides_N is None or clips.groups is None or clips.start is None or clips.end is None:
        return
    other_N = (sides_N > 0) & (sides_N != sides_N[row]) & (np.asarray(clips.groups) == clips.groups[row])
    for other in np.flatnonzero(other_N).tolist():
        start, end = decisions.cut_of(str(clips.ids[other])) or (float(clips.start[other]), float(clips.end[other]))
        if cut[0] <= end and start <= cut[1]:
            raise Refused(
                422,
                f"from {start:.2f} to {end:.2f} s of the recording is a clip that is kept apart from this one, "
                "so that the score stays honest; let the ends stay outside of it",
            )
