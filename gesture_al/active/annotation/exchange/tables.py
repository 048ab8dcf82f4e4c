"""Labels as CSV and as JSON lines."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.exchange.label_record import Given
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import UserError

# `class` is a word of Python's, so the field has another name.
COLUMNS = ("clip", "class", "kind", "annotator", "time", "seconds", "start", "end", "reason")


def write_csv(path: Path, given: Iterable[Given]) -> None:
    """A line a clip under `COLUMNS`."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(_row(one) for one in given)
    write_atomic(path, text.getvalue())


def write_jsonl(path: Path, given: Iterable[Given]) -> None:
    """A JSON object a clip with the keys `COLUMNS`."""
    write_atomic(path, "".join(json.dumps(_row(one), ensure_ascii=False) + "\n" for one in given))


def read_csv(path: Path) -> list[Given]:
    """Labels from a table with at least the columns `clip` and `class`; an empty class is no label.

    Raises:
        UserError: Not readable, or a column is missing; the line is named.
    """
    try:
        # Spreadsheets put a mark of the byte order before the first column.
        lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as err:
        raise UserError(f"{path}: no table of labels ({err}); write CSV in UTF-8") from err
    return [_given(line, f"{path}, line {number}") for number, line in enumerate(lines, start=2)]


def read_jsonl(path: Path) -> list[Given]:
    """Labels from JSON lines with at least the keys `clip` and `class`.

    Raises:
        UserError: A line is not such an object; it is named.
    """
    found = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except json.JSONDecodeError as err:
            raise UserError(f"{path}, line {number}: no JSON ({err.msg}); one object a line") from err
        if not isinstance(line, dict):
            raise UserError(f"{path}, line {number}: not an object; write {{'clip': ..., 'class': ...}}")
        found.append(_given(line, f"{path}, line {number}"))
    return found


def _row(one: Given) -> dict[str, Any]:
    values = asdict(one)
    return {"class" if field.name == "name" else field.name: values[field.name] for field in fields(one)}


def _given(line: Mapping[str, Any], where: str) -> Given:
    clip, name = line.get("clip"), line.get("class")
    if not clip or "class" not in line:
        raise UserError(f"{where}: lacks clip or class; every line names a clip and its class")
    kind = str(line.get("kind") or ("label" if name else "skip"))
    seconds, start, end = (_number(line, key, where) for key in ("seconds", "start", "end"))
    if (start is None) != (end is None):
        raise UserError(f"{where}: has only one of start and end; a clip whose ends were moved has both")
    told = str(line.get("annotator") or ""), str(line.get("time") or ""), seconds or 0.0
    reason = str(line.get("reason") or "")
    return Given(str(clip), str(name) if name and kind == "label" else None, kind, *told, start, end, reason)


def _number(line: Mapping[str, Any], key: str, where: str) -> float | None:
    value = line.get(key)
    if value in (None, ""):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError) as err:
        raise UserError(f"{where}: {key} is {value!r}, which is no number; correct it or leave it out") from err
    if not math.isfinite(number):
        raise UserError(f"{where}: {key} is {value!r}, which is no number; correct it or leave it out")
    return number
