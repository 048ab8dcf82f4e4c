"""What a session refuses to write down."""

from __future__ import annotations

from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.entry import REASONS, Entry, Operation
from gesture_al.active.annotation.log import AnswerLog
from gesture_al.core.errors import Refused


def check_label(entry: Entry, decisions: Decisions) -> None:
    """Refuse a class that is not there.

    Raises:
        Refused: With the classes that are.
    """
    if entry.operation is Operation.LABEL and decisions.place(entry.name or "") is None:
        raise Refused(422, f"{entry.name!r} is not a class; there are: {', '.join(decisions.classes)}")


def check_reason(entry: Entry) -> None:
    """Refuse a reason that nobody could have given.

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
