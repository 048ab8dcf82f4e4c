"""Labels from a file into a run's session, and from a run into a file."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gesture_al.active.annotation.asking import key_of
from gesture_al.active.annotation.cutting import checked
from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.entry import Entry, Operation
from gesture_al.active.annotation.exchange.label_record import Given
from gesture_al.active.annotation.exchange.label_studio import read_label_studio, write_label_studio
from gesture_al.active.annotation.exchange.tables import read_csv, read_jsonl, write_csv, write_jsonl
from gesture_al.active.annotation.log import AnswerLog
from gesture_al.active.annotation.sides import check_side
from gesture_al.active.questions import Cut, Purpose, Question
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.atomic_io import read_json
from gesture_al.core.errors import Refused, UserError
from gesture_al.data.datasets.base import ClipSet

T = TypeVar("T")

_READERS: dict[str, Callable[[Path], list[Given]]] = {".csv": read_csv, ".jsonl": read_jsonl, ".json": read_label_studio}
_WRITERS: dict[str, Callable[[Path, Sequence[Given]], None]] = {
    ".csv": write_csv,
    ".jsonl": write_jsonl,
    ".json": write_label_studio,
}


def write_labels(path: Path, given: Sequence[Given]) -> None:
    """Write labels in the format that the file's name ends with.

    Raises:
        UserError: It ends with none of them.
    """
    _of(_WRITERS, path)(path, given)


def read_labels(path: Path) -> list[Given]:
    """Read labels in the format that the file's name ends with.

    Raises:
        UserError: No such file, it ends with none of them, or what it holds is none.
    """
    reader = _of(_READERS, path)
    if not path.is_file():
        raise UserError(f"{path}: no such file")
    return reader(path)


def bring_in(folder: Path, given: Sequence[Given], clips: ClipSet) -> tuple[int, list[str]]:
    """Put labels into the session of a run's folder, as labels to start from; a class that is not there yet is added.

    A clip that has the same answer already is passed over, so that a file may be brought in again. Where the file has ends for a
    clip, the label holds for that stretch of its recording.

    Args:
        folder: The run's; nobody works in it.
        given: The labels; those without a class are passed over.
        clips: The data set.

    Returns:
        How many labels are new, and the clips that the data set does not have.

    Raises:
        UserError: A clip cannot have the ends that the file gives it; nothing is written then.
    """
    log, known = AnswerLog(RunPaths(folder).session), clips.rows
    decisions = Decisions.of(log, clips.classes)
    sides = _sides(folder, clips)
    ends = {
        number: _ends(one, clips, known[one.clip], sides, decisions)
        for number, one in enumerate(given)
        if one.name and one.clip in known
    }
    strange, new = [], 0

    def keep(entry: Entry) -> None:
        log.append(entry)
        decisions.apply(entry)

    for number, one in enumerate(given):
        if one.name is None:
            continue
        if one.clip not in known:
            strange.append(one.clip)
            continue
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        if decisions.place(one.name) is None:
            keep(Entry(str(uuid.uuid4()), Operation.NEW_CLASS, now, one.annotator, name=one.name, source="import"))
        key = key_of(Question(one.clip, known[one.clip], -1, Purpose.INITIAL))
        standing, cut = decisions.standing(key), ends[number]
        if standing is not None and (decisions.place(standing.name or ""), standing.cut) == (decisions.place(one.name), cut):
            continue
        entry = Entry(str(uuid.uuid4()), Operation.LABEL, one.time or now, one.annotator, name=one.name, source="import")
        entry = replace(entry, start=None if cut is None else cut[0], end=None if cut is None else cut[1])
        keep(replace(entry, question=key, clip=one.clip, purpose=Purpose.INITIAL.value, milliseconds=1000 * one.seconds))
        new += 1
    return new, strange


def _sides(folder: Path, clips: ClipSet) -> NDArray[np.int8] | None:
    """As the run was split when it was started last; None before that."""
    splits = read_json(RunPaths(folder).splits)
    if not splits:
        return None
    sides_N = np.ones(len(clips), dtype=np.int8)
    for name, side in (("test", 2), ("validation", 3)):
        sides_N[[clips.rows[clip] for clip in splits[name] if clip in clips.rows]] = side
    return sides_N


def _ends(one: Given, clips: ClipSet, row: int, sides_N: NDArray[np.int8] | None, decisions: Decisions) -> Cut | None:
    entry = Entry("", Operation.LABEL, "", start=one.start, end=one.end)
    try:
        entry = checked(entry, clips, row)
        check_side(entry, clips, row, sides_N, decisions)
        return entry.cut
    except Refused as err:
        raise UserError(f"clip {one.clip} from {one.start} to {one.end} s: {err}") from err


def _of(formats: Mapping[str, T], path: Path) -> T:
    if path.suffix.lower() not in formats:
        raise UserError(f"{path}: labels are written as .csv, .jsonl or .json (Label Studio); name such a file")
    return formats[path.suffix.lower()]
