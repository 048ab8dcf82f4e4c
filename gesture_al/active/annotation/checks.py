"""Checks of entries before they are written to the log."""

from __future__ import annotations

import numpy as np

from gesture_al.active.annotation.answer_log import REASONS, AnswerLog, Entry, Operation
from gesture_al.active.annotation.decisions import Decisions
from gesture_al.core.arrays import Int8
from gesture_al.core.errors import Refused
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.recordings import stretch_of


def check_label(entry: Entry, decisions: Decisions) -> None:
    """Refuse a class that is not there.

    Raises:
        Refused: With the classes that are.
    """
    if entry.operation is Operation.LABEL and decisions.place(entry.name or "") is None:
        raise Refused(422, f"{entry.name!r} is not a class; there are: {', '.join(decisions.classes)}")


def check_reason(entry: Entry) -> None:
    """Refuse a reason that is none of `REASONS`, or that belongs to no bad clip.

    Raises:
        Refused: With the reasons that there are.
    """
    if entry.reason and (entry.operation is not Operation.BAD or entry.reason not in REASONS):
        raise Refused(422, f"{entry.reason!r} is no reason for a bad clip; there are: {', '.join(REASONS)}")


def check_open(standing: Entry | None, holder: str | None, tab: str) -> None:
    """Refuse an answer to what somebody else has answered, or has before them.

    Raises:
        Refused: Saying which.
    """
    if standing is not None:
        raise Refused(409, "this clip was answered already, in another tab or by somebody else")
    if holder not in (None, tab):
        raise Refused(409, "somebody else has this clip now")


def check_other(entry: Entry, decisions: Decisions, log: AnswerLog) -> None:
    """Refuse to take back what is not there, and class names that are empty or taken.

    Raises:
        Refused: Saying which.
    """
    if entry.operation is Operation.UNDO and log.get(entry.undoes or "") is None:
        raise Refused(404, "there is no such answer to take back")
    if entry.operation in (Operation.NEW_CLASS, Operation.RENAME_CLASS):
        if not (entry.name or "").strip():
            raise Refused(422, "a class needs a name")
        if decisions.place(entry.name or "") is not None:
            raise Refused(409, f"there is, or was, a class {entry.name!r}; take another name")
        if entry.operation is Operation.RENAME_CLASS and entry.renamed not in decisions.classes:
            raise Refused(404, f"there is no class {entry.renamed!r}")


def check_side(entry: Entry, clips: ClipSet, row: int, sides_N: Int8 | None, decisions: Decisions) -> None:
    """Refuse ends that reach into a clip of the same recording that stands on another side of the split.

    Training and measuring would share a moment, and the score would no longer be honest.

    Args:
        entry: An answer, its ends checked.
        clips: The data set.
        row: The clip's row.
        sides_N: Side of every clip, as `RunInfo` has it; None where there is no split.
        decisions: Where the other clips' ends are now.

    Raises:
        Refused: Saying where that clip is.
    """
    ends = entry.ends
    if ends is None or sides_N is None or clips.groups is None or clips.start is None or clips.end is None:
        return
    other_N = (sides_N > 0) & (sides_N != sides_N[row]) & (np.asarray(clips.groups) == clips.groups[row])
    for other in np.flatnonzero(other_N).tolist():
        theirs = decisions.ends_of(str(clips.ids[other])) or stretch_of(clips, other)
        if ends.overlaps(theirs):
            raise Refused(
                422,
                f"from {theirs.start:.2f} to {theirs.end:.2f} s of the recording is a clip that is kept apart from this one, "
                "so that the score stays honest; let the ends stay outside of it",
            )
