"""Atomic writing (a kill leaves the old or the new content, never half of it) and guarded reading of files."""

from __future__ import annotations

import errno
import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gesture_al.core.errors import DamagedFileError
from gesture_al.core.guarded_files import parse_json, parse_yaml, read_text

DRAFT = ".draft"
"""How the name of a file ends that is still being written."""
_SEAL_KEY, _SEAL_END = '  "crc": "', '"\n}'


def write_atomic(path: Path, content: str | bytes) -> None:
    """Replace a file's content in one step: written beside it, flushed to disk, renamed.

    Raises:
        OSError: The disk is full or the folder cannot be written; the old content is untouched.
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=DRAFT)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
        sync_folder(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sweep_drafts(folder: Path) -> None:
    """Remove what writes that were killed have left in a folder and in those directly below; only where nobody else writes."""
    for pattern in (f".*{DRAFT}", f"*/.*{DRAFT}"):
        for draft in folder.glob(pattern):
            draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Flush a folder, so that a new name in it outlives a power cut; nothing where folders cannot be flushed (Windows)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as err:
        # Some network file systems cannot; a disk that has failed says so for the file itself.
        if err.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def write_json(path: Path, content: Any) -> None:
    """Replace a JSON file in one step."""
    write_atomic(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_sealed_json(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a JSON file that only the program writes, in one step, with its checksum as the last key (`crc`)."""
    body = json.dumps({**content, "crc": ""}, indent=2, ensure_ascii=False).removesuffix(_SEAL_END)
    write_atomic(path, f"{body}{zlib.crc32(body.encode()):08x}{_SEAL_END}\n")


def sync_file(path: Path) -> None:
    """See that a file that somebody else has written is on the disk, and not only on its way there.

    Raises:
        OSError: It cannot be opened, or the disk has failed.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def read_json(path: Path) -> dict[str, Any]:
    """The object of a JSON file; empty where there is no file. A checksum of `write_sealed_json` is checked and left out.

    Raises:
        DamagedFileError: It is not a JSON object, or not the one that was written.
    """
    if not path.exists():
        return {}
    text = read_text(path)
    try:
        content = _table(parse_json(text))
        body, checksum = text[: -len(_SEAL_END) - 9], text[-len(_SEAL_END) - 9 : -len(_SEAL_END) - 1]
        if body.endswith(_SEAL_KEY) and content.pop("crc", None) is not None and f"{zlib.crc32(body.encode()):08x}" != checksum:
            raise ValueError("its checksum does not fit")
    except ValueError as err:
        raise DamagedFileError(path, f"not readable as JSON ({err})") from err
    return content


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping of a YAML file; empty where there is no file.

    Raises:
        DamagedFileError: It is not a mapping in YAML.
    """
    if not path.exists():
        return {}
    text = read_text(path)
    try:
        return _table(parse_yaml(text) or {})
    except ValueError as err:
        raise DamagedFileError(path, f"not readable as YAML ({err})") from err


def _table(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise ValueError("no table of names and values")
    return content
