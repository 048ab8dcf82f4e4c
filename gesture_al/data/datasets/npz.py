"""Reading .npz archives: errors in one line, and a large array in slices."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.array_files import DamagedError, Header, damages, open_npz, read_header, read_npz
from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import in_size, most_array


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Context of reading: every error of a damaged .npz becomes a UserError of one line.

    Raises:
        UserError: The archive is cut off, altered, no .npz at all, or holds pickled objects.
    """
    try:
        with damages():
            yield
    except DamagedError as err:
        raise UserError(f"{path}: not a readable .npz ({err}); write or download it again") from err


def read_arrays(path: Path, names: set[str]) -> dict[str, NDArray[Any]]:
    """The named arrays that the archive has; no pickled objects.

    Raises:
        UserError: The archive is damaged.
    """
    with readable(path):
        return read_npz(path, names)


def array_names(path: Path) -> set[str]:
    """Names of all arrays.

    Raises:
        UserError: The archive is damaged.
    """
    with readable(path), open_npz(path) as archive:
        return {name.removesuffix(".npy") for name in archive.namelist()}


def array_shape(path: Path, name: str) -> tuple[int, ...]:
    """Shape of an array, from its header.

    Raises:
        UserError: The archive is damaged.
    """
    with readable(path), open_npz(path) as archive:
        return _header(archive, name).shape


def float_slices(path: Path, name: str, rows: int) -> Iterator[Float32]:
    """An array as float32 in slices of its first axis, without ever holding it whole.

    Raises:
        UserError: The archive is damaged, or the array does not hold numbers.
    """
    with readable(path), open_npz(path) as archive, archive.open(f"{name}.npy") as member:
        info = archive.getinfo(f"{name}.npy")
        header = read_header(member, info.file_size)
        shape, dtype = header.shape, header.dtype
        if dtype.kind not in "fiu":
            raise ValueError(f"{name} holds {dtype}, not numbers")
        if header.fortran:
            raise ValueError(f"{name} is in Fortran order")
        row_bytes = math.prod(shape[1:]) * dtype.itemsize
        if row_bytes > most_array():
            raise ValueError(f"one row of {name} is {in_size(row_bytes)}")
        for first in range(0, shape[0], rows):
            count = min(rows, shape[0] - first)
            data = member.read(count * row_bytes)
            if len(data) != count * row_bytes:
                raise EOFError(f"{name} ends after {first + len(data) // max(row_bytes, 1)} of {shape[0]} rows")
            # A number too large for float32 becomes infinite, and infinite numbers are reported.
            with np.errstate(over="ignore"):
                yield np.frombuffer(data, dtype).reshape(count, *shape[1:]).astype(np.float32)
        # Reading to the very end is what checks the member's checksum.
        member.read(1)


def _header(archive: zipfile.ZipFile, name: str) -> Header:
    with archive.open(f"{name}.npy") as member:
        return read_header(member, archive.getinfo(f"{name}.npy").file_size)
