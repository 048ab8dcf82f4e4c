"""Reading .npz archives: errors in one line, and a large array in slices."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Context of reading: every error of a damaged .npz becomes a UserError of one line.

    Raises:
        UserError: The archive is cut off, altered, no .npz at all, or holds pickled objects.
    """
    try:
        yield
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as err:
        reason = str(err).splitlines()[0] if str(err) else type(err).__name__
        raise UserError(f"{path}: not a readable .npz ({reason}); write or download it again") from err


def read_arrays(path: Path, names: set[str]) -> dict[str, NDArray[Any]]:
    """The named arrays that the archive has; no pickled objects.

    Raises:
        UserError: The archive is damaged.
    """
    with readable(path), np.load(path, allow_pickle=False) as archive:
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("a single array")
        return {name: archive[name] for name in archive.files if name in names}


def array_names(path: Path) -> set[str]:
    """Names of all arrays.

    Raises:
        UserError: The archive is damaged.
    """
    with readable(path), zipfile.ZipFile(path) as archive:
        return {name.removesuffix(".npy") for name in archive.namelist()}


def array_shape(path: Path, name: str) -> tuple[int, ...]:
    """Shape of an array, from its header.

    Raises:
        UserError: The archive is damaged.
    """
    with readable(path), zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as member:
        return _header(member)[0]


def float_slices(path: Path, name: str, rows: int) -> Iterator[Float32]:
    """An array as float32 in slices of its first axis, without ever holding it whole.

    Raises:
        UserError: The archive is damaged, or the array does not hold numbers.
    """
    with readable(path), zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as member:
        shape, fortran, dtype = _header(member)
        if dtype.kind not in "fiu":
            raise ValueError(f"{name} holds {dtype}, not numbers")
        if fortran:
            raise ValueError(f"{name} is in Fortran order")
        row_bytes = int(np.prod(shape[1:], dtype=np.int64)) * dtype.itemsize
        for first in range(0, shape[0], rows):
            count = min(rows, shape[0] - first)
            data = member.read(count * row_bytes)
            if len(data) != count * row_bytes:
                raise EOFError(f"{name} ends after {first + len(data) // max(row_bytes, 1)} of {shape[0]} rows")
            yield np.frombuffer(data, dtype).reshape(count, *shape[1:]).astype(np.float32)
        # Reading to the very end is what checks the member's checksum.
        member.read(1)


def _header(member: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(member)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read_header(member)
    return tuple(shape), bool(fortran), dtype
