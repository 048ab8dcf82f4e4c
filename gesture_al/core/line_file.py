"""Append-only files of JSON lines: a line is on the disk before it counts, and its checksum chains it to the line before.

A kill leaves a torn last line at the most, which does not count and which the next append cuts off. Anything else that is not as
it was written is damage: a line that was changed, moved or lost breaks the chain, and a file that lost lines at its end holds
fewer than its head says, a file beside it that is rewritten after every append (`.answers.jsonl.head`). A file without a head, or
lines without checksums at its beginning, are those of version 0.1.0; they are read, and counted as unchecked.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gesture_al.core.atomic_io import read_yaml, sync_folder, write_atomic
from gesture_al.core.errors import DamagedFileError
from gesture_al.core.guarded_files import parse_json, read_bytes

Record = dict[str, Any]

_KEY = b', "crc": "'
_TAIL = len(_KEY) + len('01234567"}')


def seal(record: Mapping[str, Any], before: int = 0) -> tuple[bytes, int]:
    """A record as a line of JSON with its checksum, and that checksum.

    Args:
        record: At least one key; none is `crc`.
        before: Checksum of what the line is chained to; 0: nothing.
    """
    body = json.dumps(record, ensure_ascii=False).encode()[:-1]
    checksum = zlib.crc32(body, before)
    return body + _tail(checksum) + b"\n", checksum


def _tail(checksum: int) -> bytes:
    return b'%s%08x"}' % (_KEY, checksum)


def unseal(line: bytes, before: int = 0) -> tuple[Record, int | None]:
    """The record of a line without its newline, and its checksum; None where it has none.

    Raises:
        ValueError: It is no JSON object, or not the one that was written behind `before`.
    """
    checksum = checksum_of(line)
    if checksum is not None and line[-_TAIL:] != _tail(zlib.crc32(line[:-_TAIL], before)):
        raise ValueError("its checksum does not fit")
    record = parse_json(line)
    if not isinstance(record, dict):
        raise ValueError("no JSON object")
    record.pop("crc", None)
    return record, checksum


def checksum_of(line: bytes) -> int | None:
    """The checksum that a line says it has."""
    if line[-_TAIL:].startswith(_KEY) and line.endswith(b'"}'):
        with suppress(ValueError):
            return int(line[-_TAIL + len(_KEY) : -2], 16)
    return None


@dataclass(frozen=True)
class LineScan:
    """What is in a file of lines.

    Args:
        records: Of the longest beginning that is whole.
        lines: How many lines there are or were.
        damage: What is wrong behind it, in words; empty where nothing is.
        unchecked: How many of the records had no checksum.
        rescued: Records behind the damage whose own checksums fit.
    """

    records: Sequence[Record]
    lines: int
    damage: str = ""
    unchecked: int = 0
    rescued: Sequence[Record] = ()


def scan_lines(path: Path) -> LineScan:
    """Read a file of lines without refusing it; a missing file has no lines."""
    head = _read_head(path)
    if not path.exists():
        lost = head.lines if head is not None else 0
        return LineScan([], lost, f"it is missing, and had {lost} lines" if lost else "")
    data = read_bytes(path)
    whole, _, torn = data.rpartition(b"\n")
    lines = whole.split(b"\n") if whole or data.startswith(b"\n") else []
    records: list[Record] = []
    rescued: list[Record] = []
    unchecked, before, damage = 0, 0, ""
    for number, line in enumerate(lines, start=1):
        try:
            record, checksum = unseal(line, before)
            if checksum is None and before:
                raise ValueError("it has no checksum")
        except ValueError as err:
            damage = damage or f"line {number} of {len(lines)} is not as it was written ({err})"
            # The next one may fit behind what this one says that its checksum was.
            before = checksum_of(line) or 0
            continue
        before = checksum or 0
        unchecked += checksum is None and not damage
        (rescued if damage else records).append(record)
    if not damage and head is not None and len(records) < head.lines:
        damage = f"it has {len(records)} of {head.lines} lines" + (" and half of one" if torn else "")
    return LineScan(records, max(len(lines), head.lines if head is not None else 0), damage, unchecked, rescued)


def read_lines(path: Path) -> list[Record]:
    """The records of a file of lines; a torn last line does not count, a missing file is empty.

    Raises:
        DamagedFileError: It is not as it was written.
    """
    scan = scan_lines(path)
    if scan.damage:
        raise DamagedFileError(path, scan.damage)
    return list(scan.records)


def readable_lines(path: Path) -> list[Record]:
    """The records whose own checksums fit, whatever is damaged between them: for lists that nothing is computed from."""
    scan = scan_lines(path)
    return [*scan.records, *scan.rescued]


def append_line(path: Path, *records: Mapping[str, Any]) -> None:
    """Append a record, or several with one flush, on the disk before this returns; a torn last line is cut off first.

    Raises:
        OSError: They could not be written; the file is as it was.
    """
    new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    try:
        end = os.fstat(file).st_size
        whole, last = _last_line(file, end)
        before = checksum_of(last) or 0
        sealed = []
        for record in records:
            line, before = seal(record, before)
            sealed.append(line)
        if not sealed:
            return
        head = _read_head(path)
        known = head.lines if head is not None and head.checksum == (checksum_of(last) or 0) else _count(file, whole)
        try:
            if end != whole:
                os.ftruncate(file, whole)
            _write_all(file, b"".join(sealed))
            os.fsync(file)
        except OSError:
            # Half of it may be there, and what was not acknowledged must not count later.
            with suppress(OSError):
                os.ftruncate(file, whole)
            raise
    finally:
        os.close(file)
    if new:
        sync_folder(path.parent)
    _write_head(path, _Head(known + len(sealed), before))


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Replace all lines of a file in one step."""
    sealed, before = [], 0
    for record in records:
        line, before = seal(record, before)
        sealed.append(line)
    # Without it in between: the head of the old lines would make the new ones seem damaged after a kill.
    head_of(path).unlink(missing_ok=True)
    write_atomic(path, b"".join(sealed))
    _write_head(path, _Head(len(sealed), before))


def write_sealed(path: Path, data: bytes) -> None:
    """Replace any other file in one step, with its checksum in a head beside it."""
    head_of(path).unlink(missing_ok=True)
    write_atomic(path, data)
    _write_head(path, _Head(data.count(b"\n"), zlib.crc32(data)))


def read_sealed(path: Path) -> bytes:
    """The content of a file that `write_sealed` wrote; unchecked where there is no head, and empty where there is no file.

    Raises:
        DamagedFileError: It is another one.
    """
    data, head = read_bytes(path) if path.exists() else b"", _read_head(path)
    if head is not None and head.checksum != zlib.crc32(data):
        raise DamagedFileError(path, "its checksum does not fit")
    return data


def read_sealed_yaml(path: Path) -> Record:
    """The mapping of a YAML file that `write_sealed` wrote; empty where there is no file.

    Raises:
        DamagedFileError: It is another one, or no mapping.
    """
    read_sealed(path)
    return read_yaml(path)


def head_of(path: Path) -> Path:
    """The file beside a file of lines that says how many it has."""
    return path.with_name(f".{path.name}.head")


@dataclass(frozen=True)
class _Head:
    lines: int
    checksum: int


def _read_head(path: Path) -> _Head | None:
    """What the head says; None where there is none or it is damaged itself: then only the end of the file is unchecked."""
    try:
        record, checksum = unseal(head_of(path).read_bytes().rstrip(b"\n"))
        return _Head(int(record["lines"]), int(record["last"], 16)) if checksum is not None else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_head(path: Path, head: _Head) -> None:
    """Write the head in place. Not flushed: one that is behind the file after a power cut says too little, never too much."""
    line, _ = seal({"lines": f"{head.lines:012d}", "last": f"{head.checksum:08x}"})
    file = os.open(head_of(path), os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    try:
        # Always of the same length, so that one write replaces all of it.
        _write_all(file, line)
    finally:
        os.close(file)


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _last_line(file: int, end: int) -> tuple[int, bytes]:
    """Bytes up to and with the last newline, and the line that it ends; found from the end, so that a long file costs no more."""
    whole, tail, start = 0, b"", end
    while start:
        step = min(4096, start)
        start -= step
        tail = _read_at(file, start, step) + tail
        stop = tail.rfind(b"\n")
        if stop < 0:
            continue
        whole = start + stop + 1
        begin = tail.rfind(b"\n", 0, stop)
        if begin >= 0 or not start:
            return whole, tail[begin + 1 : stop]
    return whole, b""


def _count(file: int, whole: int) -> int:
    lines = 0
    for start in range(0, whole, 1 << 20):
        lines += _read_at(file, start, min(1 << 20, whole - start)).count(b"\n")
    return lines


def _read_at(file: int, start: int, size: int) -> bytes:
    os.lseek(file, start, os.SEEK_SET)
    parts = []
    while size and (part := os.read(file, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
