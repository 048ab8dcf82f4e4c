"""Labels outside of any session: an answer about a clip, a stretch of a recording with a class, and what a file of them holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import decimal
from gesture_al.data.clip_set import LeftOut
from gesture_al.data.track import Stretch

# `class` is a word of Python's, so the field has another name.
KINDS = ("label", "unsure", "skip", "bad")
COLUMNS = ("clip", "class", "kind", "annotator", "time", "seconds", "start", "end", "reason")
# Thirty years.
_MOST_SECONDS = 1e9


@dataclass(frozen=True)
class LabelRecord:
    """An answer about a clip outside of any session.

    Args:
        clip: Its id; in a file of another tool also the path or address of its video.
        name: The class; None: it was called unsure, skipped or bad.
        kind: `label`, `unsure`, `skip` or `bad`.
        annotator: Who said so; empty where unknown.
        time: When, ISO 8601; empty where unknown.
        seconds: How long it took.
        start: Where the clip begins, in seconds of its recording, if its ends were moved.
        end: Where it ends, likewise.
        reason: Why it is bad; empty where nobody said.
    """

    clip: str
    name: str | None
    kind: str = "label"
    annotator: str = ""
    time: str = ""
    seconds: float = 0.0
    start: float | None = None
    end: float | None = None
    reason: str = ""

    @property
    def ends(self) -> Stretch | None:
        """The ends, if they were moved."""
        return Stretch.of(self.start, self.end)

    def row(self) -> dict[str, Any]:
        """By `COLUMNS`."""
        values = asdict(self)
        return {"class" if field.name == "name" else field.name: values[field.name] for field in fields(self)}


@dataclass(frozen=True)
class LabelSegment:
    """A stretch of a recording that somebody has given a class.

    Args:
        recording: Name, path or address of its file.
        name: The class.
        stretch: Which stretch; None: all of it.
        annotator: Who said so; empty where unknown.
    """

    recording: str
    name: str
    stretch: Stretch | None
    annotator: str = ""


@dataclass(frozen=True)
class LabelFile:
    """The content of a file of labels.

    Args:
        records: Answers about clips, in the order of the file; a clip with several answers, or several choices, has several.
        segments: Stretches of recordings, likewise.
        left_out: What in it is no label, and why.
    """

    records: tuple[LabelRecord, ...] = ()
    segments: tuple[LabelSegment, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def of(cls, items: Iterable[LabelRecord | LabelSegment | LeftOut]) -> LabelFile:
        """The items by their kind."""
        parts = list(items)
        return cls(
            tuple(one for one in parts if isinstance(one, LabelRecord)),
            tuple(one for one in parts if isinstance(one, LabelSegment)),
            tuple(one for one in parts if isinstance(one, LeftOut)),
        )


def seconds_of(value: Any, key: str, where: str) -> float | None:
    """A number of seconds, 0 to thirty years; None where the value is missing.

    Args:
        value: As the file has it.
        key: What it is called there, for the message.
        where: File and place in it, for the message.

    Raises:
        UserError: It is no such number.
    """
    if value in (None, ""):
        return None
    try:
        number = decimal(value)
        if not 0 <= number <= _MOST_SECONDS:
            raise ValueError
    except ValueError as err:
        raise UserError(
            f"{where}: {key} is {str(value)[:40]!r}, which is no number of seconds; correct it or leave it out"
        ) from err
    return number


def stretch_of_pair(start: float | None, end: float | None, where: str) -> Stretch | None:
    """A stretch that has both ends, or none.

    Raises:
        UserError: It has one, or ends before it begins.
    """
    if (start is None) != (end is None):
        raise UserError(f"{where}: has only one of start and end; a clip whose ends were moved has both")
    if start is not None and end is not None and end < start:
        raise UserError(f"{where}: ends at {end:g} s, before it begins at {start:g} s; correct one of them")
    return Stretch.of(start, end)


def first_value(row: Mapping[str, Any], keys: Iterable[str]) -> tuple[str, Any] | None:
    """The first of some keys that a row has, with its value; one without a value only where no other has any."""
    there = [(key, row[key]) for key in keys if key in row]
    return next((pair for pair in there if pair[1] not in (None, "")), there[0] if there else None)
