"""Labels out of a run's folder, and into the session of one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from gesture_al.active.annotation.answer_log import AnswerLog, Entry, Operation
from gesture_al.active.annotation.checks import check_side
from gesture_al.active.annotation.clip_ends import checked_ends
from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.exchange.matching import Matched, OnConflict, matched
from gesture_al.active.annotation.exchange.names import listed
from gesture_al.active.annotation.exchange.records import LabelFile, LabelRecord
from gesture_al.active.annotation.items import DISGUISED, key_of
from gesture_al.active.questions import Purpose, Question
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.arrays import Int8
from gesture_al.core.atomic_io import read_json
from gesture_al.core.errors import Refused, UserError
from gesture_al.core.line_file import read_lines
from gesture_al.core.messages import did_you_mean
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.track import Stretch

# So many are shown of what must be decided on.
_MOST_CONFLICTS, _MOST_CLASSES = 5, 10


def run_labels(folder: Path) -> list[LabelRecord]:
    """The standing answers of a run: a person's from its session, a simulated oracle's from its answers; the last one of a clip.

    Raises:
        UserError: No run folder, or nothing was answered in it.
    """
    paths = RunPaths(folder)
    if not paths.dataset.exists():
        raise UserError(f"{folder}: no run folder (dataset.json is missing); name one that a run has made")
    if paths.session.exists():
        records = _of_session(paths)
    else:
        records = [
            LabelRecord(
                clip=line["clip"],
                name=line["class"],
                kind=line["kind"],
                annotator=line["source"],
                time=line["time"],
                seconds=line["seconds"],
                start=line.get("start"),
                end=line.get("end"),
                reason=line.get("reason", ""),
            )
            for line in read_lines(paths.answers)
        ]
    if not records:
        raise UserError(f"{folder}: nothing was answered there yet")
    return list({one.clip: one for one in records}.values())


def _of_session(paths: RunPaths) -> list[LabelRecord]:
    log = AnswerLog(paths.session)
    decisions = Decisions.of(log, _classes(paths))
    records = []
    for entry in decisions.all_standing():
        if entry.purpose in DISGUISED:
            continue
        place = decisions.place(entry.name or "") if entry.operation is Operation.LABEL else None
        name = None if place is None else decisions.classes[place]
        seconds = round(entry.milliseconds / 1000, 3)
        details = entry.annotator, entry.time, seconds, entry.start, entry.end, entry.reason
        records.append(LabelRecord(entry.clip, name, entry.operation.value, *details))
    return records


def _classes(paths: RunPaths) -> list[str]:
    """The data set's own classes; those that the session added stand behind them, and the log adds them again."""
    return [str(name) for name in read_json(paths.dataset)["classes"]]


@dataclass(frozen=True)
class Imported:
    """The labels of a file that a run's session has now.

    Args:
        new: How many of them it did not have.
        replaced: How many of these stand in the place of another answer, which stays in the log.
        of_file: What the file holds, as the run takes it.
    """

    new: int
    replaced: int
    of_file: Matched


def import_labels(
    folder: Path, file: LabelFile, clips: ClipSet, new_classes: bool = False, rule: OnConflict = OnConflict.REFUSE
) -> Imported:
    """Put the labels of a file into the session of a run's folder, as labels to start from.

    A clip that has the same answer already is passed over, so that a file may be brought in again. Where the file has ends for a
    clip, the label holds for that stretch of its recording.

    Args:
        folder: The run's; nobody works in it.
        file: The labels; answers without a class are passed over.
        clips: The data set.
        new_classes: Whether classes that the run does not have are added.
        rule: What is done where the file has several answers for a clip.

    Raises:
        UserError: There are several answers for a clip, or new classes, and nobody has said what to do with them; or a clip
            cannot have the ends that the file gives it. Nothing is written then.
    """
    paths = RunPaths(folder)
    log = AnswerLog(paths.session)
    decisions = Decisions.of(log, clips.classes)
    names = {name: _class_name(name, decisions) or name for name in [*decisions.first_names, *decisions.classes]}
    of_file = matched(file, clips, names, rule)
    _check(of_file, new_classes, decisions.classes)
    sides = _sides(paths, clips)
    ends = {one.clip: _ends(one, clips, clips.rows[one.clip], sides, decisions) for one in of_file.labels}
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    entries = [Entry(str(uuid.uuid4()), Operation.NEW_CLASS, now, name=name, source="import") for name in of_file.new_classes]
    new = replaced = 0
    for one in of_file.labels:
        key = key_of(Question(one.clip, clips.rows[one.clip], -1, Purpose.INITIAL))
        standing, cut = decisions.standing(key), ends[one.clip]
        if standing is not None and (_class_name(standing.name or "", decisions), standing.ends) == (one.name, cut):
            continue
        entry = Entry(str(uuid.uuid4()), Operation.LABEL, one.time or now, one.annotator, name=one.name, source="import")
        entry = replace(entry, start=cut.start if cut else None, end=cut.end if cut else None)
        entries.append(
            replace(entry, question=key, clip=one.clip, purpose=Purpose.INITIAL.value, milliseconds=1000 * one.seconds)
        )
        new += 1
        replaced += standing is not None
    if entries:
        log.extend(entries)
    return Imported(new, replaced, of_file)


def _class_name(name: str, decisions: Decisions) -> str | None:
    """What a class is called now, by a name that it has or had."""
    place = decisions.place(name)
    return None if place is None else decisions.classes[place]


def _check(of_file: Matched, new_classes: bool, classes: Sequence[str]) -> None:
    """Refuse what a person must decide on: all of it in one line."""
    problems = []
    if of_file.conflicts:
        more = len(of_file.conflicts) - _MOST_CONFLICTS
        first = "; ".join(map(str, of_file.conflicts[:_MOST_CONFLICTS])) + (f"; and {more} more" if more > 0 else "")
        problems.append(f"several answers for a clip ({first}): choose with --on-conflict first, last, majority or skip")
    if of_file.new_classes and not new_classes:
        meant = [f"{name!r}{did_you_mean(name, classes)}" for name in of_file.new_classes[:_MOST_CLASSES]]
        more = len(of_file.new_classes) - len(meant)
        unknown = f"unknown classes ({', '.join(meant)}{f' and {more} more' if more else ''}; there are {listed(classes)})"
        problems.append(f"{unknown}: correct them, or add them with --new-classes")
    if problems:
        raise UserError(f"nothing is brought in: {'; and '.join(problems)}")


def _sides(paths: RunPaths, clips: ClipSet) -> Int8 | None:
    """As the run was split when it was started last; None before that."""
    splits = read_json(paths.splits)
    if not splits:
        return None
    sides_N = np.ones(len(clips), dtype=np.int8)
    for name, side in (("test", 2), ("validation", 3)):
        sides_N[[clips.rows[clip] for clip in splits[name] if clip in clips.rows]] = side
    return sides_N


def _ends(one: LabelRecord, clips: ClipSet, row: int, sides_N: Int8 | None, decisions: Decisions) -> Stretch | None:
    entry = Entry("", Operation.LABEL, "", start=one.start, end=one.end)
    try:
        entry = checked_ends(entry, clips, row)
        check_side(entry, clips, row, sides_N, decisions)
        return entry.ends
    except Refused as err:
        raise UserError(f"clip {one.clip} from {one.start} to {one.end} s: {err}") from err
