"""One line of the log of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from gesture_al.active.questions import Cut


class Operation(StrEnum):
    """What a person did."""

    LABEL = "label"
    UNSURE = "unsure"
    SKIP = "skip"
    BAD = "bad"
    UNDO = "undo"
    NEW_CLASS = "new_class"
    RENAME_CLASS = "rename_class"


ANSWERS = frozenset({Operation.LABEL, Operation.UNSURE, Operation.SKIP, Operation.BAD})
# Why a clip is bad, in the order of the keys.
REASONS = ("cut wrong", "two gestures", "no hand")


@dataclass(frozen=True)
class Entry:
    """What was done, by whom, when, and what the person had seen of it.

    Args:
        uuid: Made by the face; the same line sent twice counts once.
        operation: What was done.
        time: When, ISO 8601 in UTC.
        annotator: Who did it.
        question: Which question was answered (`Session` names them); empty for operations on no question.
        clip: The clip's id; empty likewise.
        round: The round whose model asked; -1 before the first.
        purpose: `initial`, `query`, `validation`, or `repeat` for a hidden repeat.
        name: The class: of a label, the new one, or the new name.
        renamed: The class that gets a new name.
        undoes: uuid of the entry that an undo takes back.
        model: Checksum of the model that asked; empty before the first.
        score: Its acquisition score; None where the strategy has none.
        guess_shown: Milliseconds from the clip's first picture until its guess was asked for; None: not before the answer.
        milliseconds: From the clip's first picture to the answer.
        replays: How often the clip was played through or again.
        source: `keys`, `mouse`, `touch`, `grid`, `terminal` or `import`.
        start: New beginning of a clip that was cut wrong, in seconds of the recording that it was cut from; None: as it was.
        end: Its new end, the time of its last frame.
        reason: Why a clip is bad, one of `REASONS`; empty where nobody said.
    """

    uuid: str
    operation: Operation
    time: str
    annotator: str = ""
    question: str = ""
    clip: str = ""
    round: int = -1
    purpose: str = ""
    name: str | None = None
    renamed: str | None = None
    undoes: str | None = None
    model: str = ""
    score: float | None = None
    guess_shown: float | None = None
    milliseconds: float = 0.0
    replays: int = 0
    source: str = ""
    start: float | None = None
    end: float | None = None
    reason: str = ""

    @property
    def cut(self) -> Cut | None:
        """The stretch of its recording that the answer holds for; None: the clip as the data set has it."""
        return None if self.start is None or self.end is None else (self.start, self.end)

    def record(self) -> dict[str, Any]:
        """The line as JSON; what is empty is left out."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Entry:
        """The entry that a line holds; keys of later versions are passed over."""
        known = {key: value for key, value in record.items() if key in cls.__dataclass_fields__}
        return cls(**{**known, "operation": Operation(record["operation"])})
