"""Named arrays as people save them: an .npz, or .npy files side by side; errors in one line, and a large array in slices."""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.array_files import (
    DamagedError,
    Header,
    PickledError,
    damages,
    open_npz,
    read_array,
    read_header,
)
from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import in_size, most_array, open_regular

_POSITIONS = "X"


@dataclass(frozen=True)
class NamedArrays:
    """The arrays of a data set, by name.

    Args:
        path: The .npz, or what the user named of the .npy files; messages begin with it.
        files: Where they are .npy files, the file of each name; empty for an .npz.
    """

    path: Path
    files: Mapping[str, Path] = field(default_factory=dict)

    @property
    def sources(self) -> list[tuple[str, Path]]:
        """Every file that is read, with its role."""
        return sorted(self.files.items()) if self.files else [("archive", self.path)]

    def names(self) -> set[str]:
        """Names of all arrays.

        Raises:
            UserError: The archive is damaged.
        """
        if self.files:
            return set(self.files)
        with self._readable(), open_npz(self.path) as archive:
            return {name.removesuffix(".npy") for name in archive.namelist()}

    def header(self, name: str) -> Header:
        """Shape and type of an array.

        Raises:
            UserError: There is none of that name, it is damaged, or it holds Python objects.
        """
        with self._open(name) as (file, size):
            return read_header(file, size)

    def read(self, names: Collection[str]) -> dict[str, NDArray[Any]]:
        """Those of the named arrays that there are.

        Raises:
            UserError: One is damaged, or holds Python objects.
        """
        found = {}
        for name in sorted(self.names() & set(names)):
            with self._open(name) as (file, size):
                found[name] = read_array(file, size)
        return found

    def slices(self, name: str, rows: int) -> Iterator[Float32]:
        """An array of numbers as float32, in slices of its first axis, without ever holding it whole in memory.

        An array in Fortran order is held whole: its first axis runs fastest.

        Raises:
            UserError: It is damaged, does not hold numbers, or is in Fortran order and too large for memory.
        """
        with self._open(name) as (file, size):
            header = read_header(file, size)
            shape, dtype = header.shape, header.dtype
            if dtype.kind not in "fiu":
                raise UserError(
                    f"{self.files.get(name, self.path)}: {name} {shape} holds {dtype}, not numbers; save it as float32"
                )
            if header.fortran:
                file.seek(0)
                yield from _cut(read_array(file, size), rows)
                return
            row_bytes = math.prod(shape[1:]) * dtype.itemsize
            if row_bytes > most_array():
                raise DamagedError(f"one row of {name} is {in_size(row_bytes)}")
            for first in range(0, shape[0], rows):
                count = min(rows, shape[0] - first)
                data = file.read(count * row_bytes)
                if len(data) != count * row_bytes:
                    raise EOFError(f"{name} ends after {first + len(data) // max(row_bytes, 1)} of {shape[0]} rows")
                yield from _cut(np.frombuffer(data, dtype).reshape(count, *shape[1:]), rows)
            # Reading to the very end is what checks the member's checksum.
            file.read(1)

    @contextmanager
    def _open(self, name: str) -> Iterator[tuple[IO[bytes], int]]:
        """Context of an array's open .npy file and its size in bytes."""
        with self._readable(name):
            if self.files:
                with open_regular(self.files[name]) as file:
                    yield file, os.fstat(file.fileno()).st_size
            else:
                with open_npz(self.path) as archive, archive.open(f"{name}.npy") as member:
                    yield member, archive.getinfo(f"{name}.npy").file_size

    @contextmanager
    def _readable(self, name: str = "") -> Iterator[None]:
        """Context of reading: whatever a damaged file raises becomes one line."""
        where = self.files.get(name, self.path)
        try:
            with damages():
                yield
        except PickledError as err:
            raise UserError(
                f"{where}: {name} {err.shape} holds Python objects, which are not opened; {_unpickled(name)}"
            ) from err
        except DamagedError as err:
            kind = ".npy" if self.files else ".npz"
            raise UserError(f"{where}: not a readable {kind} ({err}); write or download it again") from err


def _cut(array: NDArray[Any], rows: int) -> Iterator[Float32]:
    for first in range(0, len(array), rows):
        # A number too large for float32 becomes infinite, and infinite numbers are reported.
        with np.errstate(over="ignore"):
            yield np.ascontiguousarray(array[first : first + rows], dtype=np.float32)


def _unpickled(name: str) -> str:
    """How to save an array of Python objects so that it can be read."""
    if name == _POSITIONS:
        return "pad the clips with zeros to one length, save X (clips, frames, joints, 2 or 3) and lengths (clips,)"
    return f"save {name}.astype(str), or .astype(float) if they are numbers"
