"""Rows of numbers in a file without a name: what memory does not hold, and what is gone with the process however that ends."""

from __future__ import annotations

import errno
import math
import os
import shutil
import tempfile
import weakref
from itertools import pairwise
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import Float32, Int64

_ROOM_LEFT = 2
"""A file is begun where so many times its full size are free: others write to this disk too."""


class RowFile:
    """float32 rows that are read and written by number, as those of an array.

    The file loses its name as soon as it is open, so the system frees it when the process ends, be it by a kill. It is read and
    written and not mapped: a mapped page that a full disk has no room for would end the process.

    Args:
        folder: Lies on the disk to use; made where it is not there.
        rows: How many.
        shape: Of one row.

    Raises:
        OSError: The folder cannot be written, or less than twice the full size is free.
    """

    def __init__(self, folder: Path, rows: int, shape: tuple[int, ...]) -> None:
        self._shape = shape
        self._bytes = 4 * math.prod(shape)
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < _ROOM_LEFT * rows * self._bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        self._file = tempfile.TemporaryFile(dir=folder, prefix="rows-", buffering=0)  # noqa: SIM115  closed with this object
        weakref.finalize(self, self._file.close)

    def __getitem__(self, rows_n: Int64) -> Float32:
        """These rows, (n, ...); what was never written is not defined."""
        numbers = np.empty((len(rows_n), *self._shape), dtype=np.float32)
        for run in _runs(rows_n):
            part, place = numbers[run].data.cast("B"), int(rows_n[run.start]) * self._bytes
            while len(part):
                count = self._read(part, place)
                if not count:
                    raise OSError(errno.EIO, "a file of rows ends before its rows")
                part, place = part[count:], place + count
        return numbers

    def __setitem__(self, rows_n: Int64, numbers: Float32) -> None:
        """Write these rows.

        Raises:
            OSError: The disk is full.
        """
        whole = np.ascontiguousarray(numbers, dtype=np.float32)
        for run in _runs(rows_n):
            part, place = whole[run].data.cast("B"), int(rows_n[run.start]) * self._bytes
            while len(part):
                count = self._write(part, place)
                part, place = part[count:], place + count

    # The place goes with the call, so that a forked process, which shares this one's, cannot come between; Windows forks none.
    def _read(self, part: memoryview, place: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self._file.fileno(), [part], place)
        self._file.seek(place)
        return int(self._file.readinto(part))

    def _write(self, part: memoryview, place: int) -> int:
        if hasattr(os, "pwrite"):
            return os.pwrite(self._file.fileno(), part, place)
        self._file.seek(place)
        return int(self._file.write(part))


def _runs(rows_n: Int64) -> list[slice]:
    """Stretches of rows whose numbers follow each other, which lie side by side in the file."""
    if not len(rows_n):
        return []
    edges = [0, *(np.flatnonzero(np.diff(rows_n) != 1) + 1).tolist(), len(rows_n)]
    return [slice(start, end) for start, end in pairwise(edges)]
