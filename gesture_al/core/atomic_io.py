"""Atomic writing (a kill leaves the old or the new content, never half of it) and guarded reading of files."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import parse_json, parse_yaml, read_bytes, read_text


def write_atomic(path: Path, content: str | bytes) -> None:
    """Replace a file's content in one step: written beside it, flushed to disk, renamed.

    Raises:
        OSError: The disk is full or the folder cannot be written; the old content is untouched.
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, content: Any) -> None:
    """Replace a JSON file in one step."""
    write_atomic(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def sync_file(path: Path) -> None:
    """See that a file that somebody else has written is on the disk, and not only on its way there.

    Raises:
        OSError: It cannot be opened, or the disk has failed.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def append_line(path: Path, record: Mapping[str, Any]) -> None:
    """Append one JSON line and flush it to disk; a torn last line left by a kill or a full disk is cut off first.

    Raises:
        OSError: The line could not be written; what was in the file before stays readable.
    """
    line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
    with path.open("ab+") as file:
        whole = _whole_lines(file)
        if file.seek(0, os.SEEK_END) != whole:
            file.truncate(whole)
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON-lines file; a torn last line does not count, a missing file is empty.

    Raises:
        UserError: A whole line is not a JSON object.
    """
    if not path.exists():
        return []
    whole, _, _ = read_bytes(path).rpartition(b"\n")
    try:
        return [_table(parse_json(line)) for line in whole.splitlines() if line.strip()]
    except ValueError as err:
        raise UserError(f"{path}: a line is not readable as JSON ({err}); the file was changed or damaged") from err


def read_json(path: Path) -> dict[str, Any]:
    """The object of a JSON file; empty where there is no file.

    Raises:
        UserError: It is not a JSON object.
    """
    if not path.exists():
        return {}
    text = read_text(path)
    try:
        return _table(parse_json(text))
    except ValueError as err:
        raise UserError(f"{path}: not readable as JSON ({err}); the file was changed or damaged") from err


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping of a YAML file; empty where there is no file.

    Raises:
        UserError: It is not a mapping in YAML.
    """
    if not path.exists():
        return {}
    text = read_text(path)
    try:
        return _table(parse_yaml(text) or {})
    except ValueError as err:
        raise UserError(f"{path}: not readable as YAML ({err}); the file was changed or damaged") from err


def _table(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise ValueError("no table of names and values")
    return content


def _whole_lines(file: IO[bytes]) -> int:
    """Bytes up to and with the last newline, found from the end so that a long file costs no more than a short one."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - 4096)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0
