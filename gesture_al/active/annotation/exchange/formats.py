"""Files of labels by their format, which their ending and their content say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.exchange.coco import is_coco, read_coco
from gesture_al.active.annotation.exchange.elan import read_elan
from gesture_al.active.annotation.exchange.label_studio import ANNOTATIONS, labels_of_task, write_label_studio
from gesture_al.active.annotation.exchange.records import COLUMNS, LabelFile, LabelRecord, LabelSegment
from gesture_al.active.annotation.exchange.rows import check_field, labels_of_row
from gesture_al.active.annotation.exchange.via import is_project, is_table, read_project, read_table_of_via
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name, parse_json
from gesture_al.core.tables import parse_table, read_unicode
from gesture_al.data.clip_set import LeftOut


def write_table_of_labels(path: Path, records: Iterable[LabelRecord], delimiter: str = ",") -> None:
    """A line a clip under `COLUMNS`."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n", delimiter=delimiter)
    table.writeheader()
    table.writerows(one.row() for one in records)
    write_atomic(path, text.getvalue())


def write_jsonl(path: Path, records: Iterable[LabelRecord]) -> None:
    """A JSON object a clip with the keys `COLUMNS`."""
    write_atomic(path, "".join(json.dumps(one.row(), ensure_ascii=False) + "\n" for one in records))


def read_table_of_labels(path: Path, field: str | None = None) -> LabelFile:
    """Labels from a table with a column for the clip (or `recording`) and one for the class; a class that is empty is none.

    Raises:
        UserError: Not readable, or a column is missing; the line is named.
    """
    text = read_unicode(path)
    if is_table(text):
        return read_table_of_via(text, path, field)
    table = parse_table(text, path)
    check_field(table.columns, str(path), field if field is None else field.lower())
    return LabelFile.of(
        one
        for row in table.rows
        for one in labels_of_row(row.cells, f"{path}, line {row.line}", field if field is None else field.lower())
    )


def read_jsonl(path: Path, field: str | None = None) -> LabelFile:
    """Labels from JSON lines: of our own, of doccano or of Prodigy.

    Raises:
        UserError: A line is no object, or no label; it is named.
    """
    return _of_lines(read_unicode(path), path, field)


def _of_lines(text: str, path: Path, field: str | None) -> LabelFile:
    objects = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            objects[f"{path}, line {number}"] = parse_json(line)
        except ValueError as err:
            raise UserError(f"{path}, line {number}: no JSON ({getattr(err, 'msg', err)}); one object a line") from err
    return _of_objects(objects, path, field)


def read_json(path: Path, field: str | None = None) -> LabelFile:
    """Labels from JSON: Label Studio's (JSON and JSON-MIN), a project of VIA, a set in the style of COCO, or a list of objects.

    Raises:
        UserError: None of these; the task is named.
    """
    text = read_unicode(path)
    try:
        content = parse_json(text)
    except ValueError as err:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines[:2]) and lines[0].rstrip().endswith("}"):
            return _of_lines(text, path, field)
        raise UserError(f"{path}: no JSON ({err}); export the project as JSON") from err
    if isinstance(content, dict):
        if is_coco(content):
            return read_coco(content, path)
        if is_project(content):
            return read_project(content, path, field)
        if any(key.startswith("_via_") for key in content):
            raise UserError(f"{path}: is of VIA 2, which knows pictures and no stretches; label in VIA 3, or write a CSV")
        if "data" not in content and "clip" not in content:
            if not content or any(isinstance(name, (dict, float)) for name in content.values()):
                raise UserError(f"{path}: not a list of tasks; export the project as JSON or JSON-MIN")
            # A table of clips and their classes.
            content = [{"clip": clip, "class": name} for clip, name in content.items()]
        else:
            content = [content]
    if not isinstance(content, list):
        raise UserError(f"{path}: not a list of tasks; export the project as JSON or JSON-MIN")
    return _of_objects({f"{path}, task {number}": one for number, one in enumerate(content, start=1)}, path, field)


def _of_objects(objects: Mapping[str, Any], path: Path, field: str | None) -> LabelFile:
    """Labels from tasks and rows, each by its place in the file."""
    for where, content in objects.items():
        if not isinstance(content, dict):
            raise UserError(f"{where}: not an object; write {{'clip': ..., 'class': ...}}")
    rows = {where: content for where, content in objects.items() if not _is_task(content)}
    if rows:
        check_field([key for row in rows.values() for key in row], str(path), field)
    return LabelFile.of(_items(objects, field))


def _items(objects: Mapping[str, Any], field: str | None) -> Iterator[LabelRecord | LabelSegment | LeftOut]:
    for where, content in objects.items():
        yield from labels_of_task(content, where, field) if _is_task(content) else labels_of_row(content, where, field)


def _is_task(content: Mapping[str, Any]) -> bool:
    return any(key in content for key in ANNOTATIONS) or isinstance(content.get("data"), dict)


_READERS: Mapping[str, Callable[[Path, str | None], LabelFile]] = {
    ".csv": read_table_of_labels,
    ".tsv": read_table_of_labels,
    ".txt": read_table_of_labels,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_json,
    ".eaf": read_elan,
}
_WRITERS: Mapping[str, Callable[[Path, Sequence[LabelRecord]], None]] = {
    ".csv": write_table_of_labels,
    ".tsv": partial(write_table_of_labels, delimiter="\t"),
    ".jsonl": write_jsonl,
    ".json": write_label_studio,
}


def write_labels(path: Path, records: Sequence[LabelRecord]) -> None:
    """Write labels in the format that the file's name ends with.

    Raises:
        UserError: It ends with none of them.
    """
    if path.suffix.lower() not in _WRITERS:
        raise UserError(f"{path}: labels are written as .csv, .tsv, .jsonl or .json (Label Studio); name such a file")
    _WRITERS[path.suffix.lower()](path, records)


def read_labels(path: Path, field: str | None = None) -> LabelFile:
    """Read labels in the format that the file's name and its content say.

    Args:
        path: The file.
        field: Column, key, control, tier or attribute with the class, where the usual names do not say which it is.

    Raises:
        UserError: No such file, it ends with none of them, or what it holds is none.
    """
    check_name(path)
    if path.suffix.lower() not in _READERS:
        raise UserError(f"{path}: labels are read from {', '.join(_READERS)}; name such a file")
    return _READERS[path.suffix.lower()](path, field)
