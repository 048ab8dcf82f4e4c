"""Labels outside of any session, and their files: CSV, JSON lines and Label Studio JSON.

Source:
    Label Studio documentation, "Label Studio JSON format of annotated tasks", https://labelstud.io/guide/task_format.html
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from gesture_al.core.atomic_io import write_atomic, write_json
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name, decimal, parse_json, read_text
from gesture_al.data.track import Stretch

T = TypeVar("T")
# `class` is a word of Python's, so the field has another name.
KINDS = ("label", "unsure", "skip", "bad")
COLUMNS = ("clip", "class", "kind", "annotator", "time", "seconds", "start", "end", "reason")
_NAME, _TO = "gesture", "clip"
# Thirty years.
_MOST_SECONDS = 1e9


@dataclass(frozen=True)
class LabelRecord:
    """An answer about a clip outside of any session.

    Args:
        clip: Its id.
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


def write_csv(path: Path, records: Iterable[LabelRecord]) -> None:
    """A line a clip under `COLUMNS`."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(_row(one) for one in records)
    write_atomic(path, text.getvalue())


def write_jsonl(path: Path, records: Iterable[LabelRecord]) -> None:
    """A JSON object a clip with the keys `COLUMNS`."""
    write_atomic(path, "".join(json.dumps(_row(one), ensure_ascii=False) + "\n" for one in records))


def read_csv(path: Path) -> list[LabelRecord]:
    """Labels from a table with at least the columns `clip` and `class`; an empty class is no label.

    Raises:
        UserError: Not readable, or a column is missing; the line is named.
    """
    # Spreadsheets put a mark of the byte order before the first column.
    text = read_text(path, "utf-8-sig")
    try:
        lines = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as err:
        raise UserError(f"{path}: no table of labels ({err}); write CSV in UTF-8") from err
    return [_record(line, f"{path}, line {number}") for number, line in enumerate(lines, start=2)]


def read_jsonl(path: Path) -> list[LabelRecord]:
    """Labels from JSON lines with at least the keys `clip` and `class`.

    Raises:
        UserError: A line is not such an object; it is named.
    """
    records = []
    for number, text in enumerate(read_text(path).splitlines(), start=1):
        if not text.strip():
            continue
        try:
            line = parse_json(text)
        except ValueError as err:
            raise UserError(f"{path}, line {number}: no JSON ({getattr(err, 'msg', err)}); one object a line") from err
        if not isinstance(line, dict):
            raise UserError(f"{path}, line {number}: not an object; write {{'clip': ..., 'class': ...}}")
        records.append(_record(line, f"{path}, line {number}"))
    return records


def _row(one: LabelRecord) -> dict[str, Any]:
    values = asdict(one)
    return {"class" if field.name == "name" else field.name: values[field.name] for field in fields(one)}


def _record(line: Mapping[str, Any], where: str) -> LabelRecord:
    clip, name = line.get("clip"), line.get("class")
    if not clip or "class" not in line:
        raise UserError(f"{where}: lacks clip or class; every line names a clip and its class")
    for key in ("clip", "class", "kind", "annotator", "time", "reason"):
        if isinstance(line.get(key), (dict, list)):
            raise UserError(f"{where}: {key} is a list or a table; write a word")
    kind = str(line.get("kind") or ("label" if name else "skip"))
    if kind not in KINDS:
        raise UserError(f"{where}: kind is {kind[:40]!r}; there are: {', '.join(KINDS)}")
    seconds, start, end = (_number(line, key, where) for key in ("seconds", "start", "end"))
    if (start is None) != (end is None):
        raise UserError(f"{where}: has only one of start and end; a clip whose ends were moved has both")
    details = str(line.get("annotator") or ""), str(line.get("time") or ""), seconds or 0.0
    reason = str(line.get("reason") or "")
    return LabelRecord(str(clip), str(name) if name and kind == "label" else None, kind, *details, start, end, reason)


def _number(line: Mapping[str, Any], key: str, where: str) -> float | None:
    value = line.get(key)
    if value in (None, ""):
        return None
    try:
        return _seconds(value)
    except ValueError as err:
        raise UserError(
            f"{where}: {key} is {str(value)[:40]!r}, which is no number of seconds; correct it or leave it out"
        ) from err


def _seconds(value: Any) -> float:
    number = decimal(value)
    if not 0 <= number <= _MOST_SECONDS:
        raise ValueError(f"{number:g} is no number of seconds")
    return number


def write_label_studio(path: Path, records: Iterable[LabelRecord]) -> None:
    """A task a clip; a clip that was not named is a cancelled annotation, as Label Studio writes a skip."""
    write_json(path, [_task(number, one) for number, one in enumerate(records, start=1)])


def read_label_studio(path: Path) -> list[LabelRecord]:
    """Labels from an export in the format JSON or JSON-MIN; of several annotations of a task the last counts.

    Raises:
        UserError: Not such a file; the task is named.
    """
    text = read_text(path)
    try:
        tasks = parse_json(text)
    except ValueError as err:
        raise UserError(f"{path}: no JSON ({err}); export the project as JSON") from err
    if not isinstance(tasks, list):
        raise UserError(f"{path}: not a list of tasks; export the project as JSON or JSON-MIN")
    records = []
    for number, task in enumerate(tasks, start=1):
        try:
            records += _minimal(task) if "annotations" not in task else _annotated(task)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as err:
            raise UserError(f"{path}, task {number}: no clip or no choice in it ({err!r}); see docs/labelling.md") from err
    return records


def _task(number: int, one: LabelRecord) -> dict[str, Any]:
    name_uuid = uuid.uuid5(uuid.NAMESPACE_URL, f"{one.clip}/{one.name}/{one.time}")
    choice = {
        "id": str(name_uuid)[:10],
        "from_name": _NAME,
        "to_name": _TO,
        "type": "choices",
        "origin": "manual",
        "value": {"choices": [one.name]},
    }
    annotation = {
        "id": number,
        "unique_id": str(name_uuid),
        "result": [] if one.name is None else [choice],
        "was_cancelled": one.name is None,
        "ground_truth": False,
        "lead_time": one.seconds,
        **({"created_at": one.time, "updated_at": one.time} if one.time else {}),
    }
    ends = {} if one.ends is None else {"start": one.start, "end": one.end}
    ends_and_reason = {**ends, **({"reason": one.reason} if one.reason else {})}
    data = {_TO: one.clip, "annotator": one.annotator, "kind": one.kind, **ends_and_reason}
    return {"id": number, "data": data, "annotations": [annotation]}


def _annotated(task: Mapping[str, Any]) -> list[LabelRecord]:
    data = task["data"]
    records = []
    for annotation in task["annotations"]:
        choices = [part["value"]["choices"][0] for part in annotation["result"] if part["type"] == "choices"]
        skipped = annotation.get("was_cancelled") or not choices
        records.append(
            LabelRecord(
                clip=str(data[_TO]),
                name=None if skipped else str(choices[0]),
                kind=(str(data.get("kind")) if data.get("kind") in ("unsure", "bad") else "skip") if skipped else "label",
                annotator=str(data.get("annotator") or ""),
                time=str(annotation.get("created_at") or ""),
                seconds=_seconds(annotation.get("lead_time") or 0),
                start=_end(data, "start"),
                end=_end(data, "end"),
                reason=str(data.get("reason") or ""),
            )
        )
    return records[-1:]


def _minimal(task: Mapping[str, Any]) -> list[LabelRecord]:
    choice = task.get(_NAME)
    if not choice:
        return []
    details = str(task.get("annotator") or ""), "", _seconds(task.get("lead_time") or 0)
    return [LabelRecord(str(task[_TO]), str(choice), "label", *details, _end(task, "start"), _end(task, "end"))]


def _end(data: Mapping[str, Any], which: str) -> float | None:
    return None if data.get(which) is None else _seconds(data[which])


_READERS: dict[str, Callable[[Path], list[LabelRecord]]] = {".csv": read_csv, ".jsonl": read_jsonl, ".json": read_label_studio}
_WRITERS: dict[str, Callable[[Path, Sequence[LabelRecord]], None]] = {
    ".csv": write_csv,
    ".jsonl": write_jsonl,
    ".json": write_label_studio,
}


def write_labels(path: Path, records: Sequence[LabelRecord]) -> None:
    """Write labels in the format that the file's name ends with.

    Raises:
        UserError: It ends with none of them.
    """
    _format_of(_WRITERS, path)(path, records)


def read_labels(path: Path) -> list[LabelRecord]:
    """Read labels in the format that the file's name ends with.

    Raises:
        UserError: No such file, it ends with none of them, or what it holds is none.
    """
    check_name(path)
    return _format_of(_READERS, path)(path)


def _format_of(formats: Mapping[str, T], path: Path) -> T:
    if path.suffix.lower() not in formats:
        raise UserError(f"{path}: labels are written as .csv, .jsonl or .json (Label Studio); name such a file")
    return formats[path.suffix.lower()]
