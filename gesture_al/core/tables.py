"""Tables as people save them: CSV with commas, semicolons, tabs or bars, in UTF-8 or UTF-16, from spreadsheets and programs."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import read_bytes

_DELIMITERS = (",", ";", "\t", "|")
# Marks of the byte order, the longer ones first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class TableRow:
    """A row of a table.

    Args:
        line: Its line in the file, from 1.
        cells: By column, whose names are in small letters; blanks around a cell are cut off, a cell that is missing is empty.
    """

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A table with a header.

    Args:
        columns: Their names, in small letters, in order.
        rows: Those that are not blank.
    """

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_unicode(path: Path) -> str:
    """The text of a file in UTF-8 or UTF-16, with or without a mark of the byte order, as spreadsheets save it.

    Raises:
        UserError: As `read_bytes`, or it is not such text.
    """
    data = read_bytes(path)
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", _unmarked(data)))
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as err:
        raise UserError(f"{path}: is no text in UTF-8 ({err.reason} at byte {err.start}); write it in UTF-8") from err


def _unmarked(data: bytes) -> str:
    """UTF-16 where every second byte of the beginning is zero, as ASCII is written in it."""
    head = data[:64]
    if len(head) >= 4 and len(head) % 2 == 0:
        for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            if not any(head[first::2]) and all(head[1 - first :: 2]):
                return name
    return "utf-8"


def read_table(path: Path) -> Table:
    """A table with a header; blank rows are passed over.

    Raises:
        UserError: Not readable, without a header, two columns of one name, or a row with more cells than columns.
    """
    return parse_table(read_unicode(path), path)


def parse_table(text: str, where: Path) -> Table:
    """The same of a text.

    Args:
        text: The table.
        where: The file that it is from, for messages.

    Raises:
        UserError: As `read_table`.
    """
    lines = _lines(text, where)
    header = next(lines, None)
    if header is None:
        raise UserError(f"{where}: has no line; the first one names the columns")
    columns = _columns(header[1], where)
    rows = []
    for number, cells in lines:
        if any(cells[len(columns) :]):
            sizes = f"has {len(cells)} cells, but there are {len(columns)} columns"
            raise UserError(f"{where}, line {number}: {sizes}; put cells with commas in quotes")
        padded = [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]
        rows.append(TableRow(number, dict(zip(columns, padded, strict=True))))
    return Table(columns, tuple(rows))


def _lines(text: str, where: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not blank, with their numbers."""
    delimiter, skipped = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t")
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if reader.line_num > skipped and any(stripped):
                yield reader.line_num, stripped
    except csv.Error as err:
        raise UserError(f"{where}: no table that can be read ({err}); write CSV in UTF-8") from err


def _delimiter(text: str) -> tuple[str, int]:
    """What parts the cells, by the first line with words in it, and how many lines come before the header."""
    for number, line in enumerate(io.StringIO(text), start=1):
        if line.strip().lower().startswith("sep=") and len(line.strip()) == 5:
            # So spreadsheets write down the delimiter.
            return line.strip()[4], number
        if line.strip():
            counts = [_outside_quotes(line).count(mark) for mark in _DELIMITERS]
            return (_DELIMITERS[counts.index(max(counts))], 0) if max(counts) else (",", 0)
    return ",", 0


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _columns(header: Sequence[str], where: Path) -> tuple[str, ...]:
    columns = [name.lower() for name in header]
    while columns and not columns[-1]:
        columns.pop()
    twice = next((name for name in columns if name and columns.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"{where}: two columns are called {twice}; keep one")
    return tuple(name or f"column {place}" for place, name in enumerate(columns, start=1))
