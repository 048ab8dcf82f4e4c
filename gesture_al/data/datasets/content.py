"""What a set's files hold, as one hash: the key under which the converted set is kept."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import UserError

# A file may change twice within one tick of the file system's clock without its time showing it; so a hash is remembered
# only for files that have rested this long.
_SETTLED_NS = 2_000_000_000


def content_hash(files: Sequence[tuple[str, Path]], memory: Path) -> str:
    """sha256 over the names and contents of files, in hex.

    Contents are streamed, and the result is remembered by path, size and times of all files, so that a set which did not
    change costs one `stat` a file.

    Args:
        files: Names that belong to the content (a role, or a path below the set's root) and where each file is.
        memory: Folder of remembered hashes; when it cannot be written, files are read each time.

    Raises:
        UserError: A file cannot be read.
    """
    seen = hashlib.sha256()
    newest = 0
    for name, path in files:
        state = path.stat()
        newest = max(newest, state.st_mtime_ns, state.st_ctime_ns)
        told = (name, str(path.absolute()), state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
        seen.update(repr(told).encode("utf-8", "surrogateescape"))
    remembered = memory / seen.hexdigest()
    with contextlib.suppress(OSError):
        return remembered.read_text()
    digest = hashlib.sha256()
    for name, path in files:
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as err:
            raise UserError(f"{path}: cannot be read ({err.strerror}); check its permissions") from err
        digest.update(repr((name, content)).encode("utf-8", "surrogateescape"))
    result = digest.hexdigest()
    if time.time_ns() - newest > _SETTLED_NS:
        with contextlib.suppress(OSError):
            write_atomic(remembered, result)
    return result
