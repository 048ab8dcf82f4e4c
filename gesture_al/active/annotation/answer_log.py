"""The log of a labelling session: append-only, one JSON line per action of a person, on the disk before it is acknowledged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from gesture_al.core.errors import DamagedFileError
from gesture_al.core.line_file import append_line, read_lines
from gesture_al.data.track import Stretch


class Operation(StrEnum):
    """Operations of a person on a session."""

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
    """One line of the log: what was done, by whom, when, and what the person had seen of it.

    Args:
        uuid: Made by the frontend; the same line sent twice counts once.
        operation: What was done.
        time: When, ISO 8601 in UTC.
        annotator: Who did it.
        question: Which question was answered (`key_of` names them); empty for operations on no question.
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
    def ends(self) -> Stretch | None:
        """The stretch of its recording that the answer holds for; None: the clip as the data set has it."""
        return Stretch.of(self.start, self.end)

    def record(self) -> dict[str, Any]:
        """The line for JSON; what is empty is left out."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Entry:
        """The entry that a line holds; keys of later versions are passed over."""
        fields = {key: value for key, value in record.items() if key in cls.__dataclass_fields__}
        return cls(**{**fields, "operation": Operation(record["operation"])})


class AnswerLog:
    """The entries of one session, in their order. One process writes; `RunFolder`'s lock sees to that.

    Args:
        path: The file; made with the first entry.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # A line that stands twice, sent again after a write that seemed to fail, counts once.
        self._by_uuid: dict[str, Entry] = {}
        for line in read_lines(path):
            try:
                entry = Entry.of(line)
            except (ValueError, KeyError, TypeError) as err:
                raise DamagedFileError(path, f"a line is no entry of a session ({err})") from err
            self._by_uuid.setdefault(entry.uuid, entry)
        self._entries = list(self._by_uuid.values())
        self._first_scores: dict[str, float] = {}
        self._keep_scores(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, uuid: str) -> Entry | None:
        """The entry of that name."""
        return self._by_uuid.get(uuid)

    def first_score(self, clip: str) -> float | None:
        """How much the strategy wanted the clip when it was asked about for the first time; None where it has no scores."""
        return self._first_scores.get(clip)

    def append(self, entry: Entry) -> bool:
        """Keep an entry; one whose uuid is there already is not written again.

        Returns:
            Whether it is new.

        Raises:
            OSError: It could not be written (a full disk); the log is as it was.
        """
        if entry.uuid in self._by_uuid:
            return False
        self.extend([entry])
        return True

    def extend(self, entries: Sequence[Entry]) -> None:
        """Keep entries that are all new, with one flush to the disk.

        Raises:
            OSError: They could not be written; the log is as it was.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        append_line(self.path, *(entry.record() for entry in entries))
        self._entries.extend(entries)
        self._by_uuid.update({entry.uuid: entry for entry in entries})
        self._keep_scores(entries)

    def _keep_scores(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.score is not None:
                self._first_scores.setdefault(entry.clip, entry.score)
