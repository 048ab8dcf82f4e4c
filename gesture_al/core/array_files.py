"""Guarded reading of .npy and .npz files: what a header promises is held against what is there before memory is taken for it."""

from __future__ import annotations

import math
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_unpacked, in_size, most_array, open_regular

_DAMAGES = (
    *(OSError, EOFError, ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError, RuntimeError, SyntaxError),
    *(struct.error, tokenize.TokenError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error),
)
"""What NumPy and zipfile raise on a damaged file; encrypted and unknown kinds of zip are RuntimeErrors."""


class DamagedError(ValueError):
    """A file that holds no such arrays; the message is the reason, in one line."""


class PickledError(DamagedError):
    """An array of Python objects, which are never unpickled: to load one runs whatever its file says.

    Args:
        shape: Of the array.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__("it holds pickled objects")
        self.shape = shape


@contextmanager
def damages() -> Iterator[None]:
    """Context of reading: every error of a damaged file becomes a `DamagedError`.

    Raises:
        DamagedError: It is cut off, altered, promises what is not there, or holds pickled objects.
    """
    try:
        yield
    except (UserError, DamagedError):
        raise
    except _DAMAGES as err:
        raise DamagedError(str(err).splitlines()[0] if str(err).strip() else type(err).__name__) from err


@dataclass(frozen=True)
class Header:
    """What the header of an array promises.

    Args:
        shape: No side is negative.
        fortran: Whether the first axis runs fastest.
        dtype: Of numbers, words or times; no Python objects.
    """

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]

    @property
    def size(self) -> int:
        """Bytes of the array."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_npy(path: Path) -> NDArray[Any]:
    """The array of a .npy file.

    Raises:
        UserError: It is no regular file.
        DamagedError: It does not hold an array, or another one than its header says.
    """
    with open_regular(path) as file, damages():
        return read_array(file, os.fstat(file.fileno()).st_size)


def read_npz(path: Path, names: Collection[str] | None = None) -> dict[str, NDArray[Any]]:
    """The named arrays that an .npz has; None: all.

    Raises:
        UserError: It is no regular file, or unpacks to more than its size can mean.
        DamagedError: It is no .npz, or an array is not there as its header says.
    """
    with open_npz(path) as archive:
        found = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        return {name: _member(archive, info) for name, info in found.items() if names is None or name in names}


@contextmanager
def open_npz(path: Path) -> Iterator[zipfile.ZipFile]:
    """Context of an open .npz; what goes wrong inside it is told as `damages` does.

    Raises:
        UserError: It is no regular file, or unpacks to more than its size can mean.
        DamagedError: It is no .npz.
    """
    with open_regular(path) as file, damages(), zipfile.ZipFile(file) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
        # Its largest array may be read in slices; whoever reads one whole is held to `most_array`.
        check_unpacked(path, unpacked, os.fstat(file.fileno()).st_size, 1 << 62)
        yield archive


def read_header(file: IO[bytes], size: int) -> Header:
    """The header of an open .npy file, held against what follows it.

    Args:
        file: At its start; stands at the first number afterwards.
        size: Bytes of the file.

    Raises:
        DamagedError: It is none, or the array would not fill the file exactly.
        PickledError: It is an array of Python objects.
    """
    with damages():
        version = np.lib.format.read_magic(file)
        if version not in ((1, 0), (2, 0), (3, 0)):
            raise ValueError(f"version {version[0]}.{version[1]}")
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        try:
            shape, fortran, dtype = read(file)
        except MemoryError as err:  # Python's word for a text that is nested too deep.
            raise ValueError("its header is nested too deep") from err
        header = Header(tuple(int(side) for side in shape), bool(fortran), dtype)
    if dtype.hasobject:
        raise PickledError(header.shape)
    if any(side < 0 for side in header.shape) or (dtype.itemsize == 0 and header.shape):
        raise DamagedError(f"an array of shape {header.shape} of {dtype}")
    there = size - file.tell()
    if header.size != there:
        raise DamagedError(
            f"its header promises {in_size(header.size)} in shape {_short(header.shape)}, {there:,} bytes are there"
        )
    return header


def _short(shape: tuple[int, ...]) -> str:
    text = str(shape)
    return text if len(text) < 60 else f"{text[:57]}..."


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    with archive.open(info) as file:
        return read_array(file, info.file_size)


def read_array(file: IO[bytes], size: int) -> NDArray[Any]:
    """The array of an open .npy file.

    Args:
        file: At its start.
        size: Bytes of the file.

    Raises:
        DamagedError: As `read_header`, or it is larger than there is room for.
    """
    header = read_header(file, size)
    if header.size > most_array():
        raise DamagedError(f"an array of {in_size(header.size)}, more than the {in_size(most_array())} that there is room for")
    data = file.read(header.size)
    if len(data) != header.size:
        raise DamagedError(f"an array ends after {len(data):,} of {header.size:,} bytes")
    # Reading to the very end is what checks the checksum of a zip.
    file.read(1)
    if not header.size:
        return np.empty(header.shape, header.dtype)
    return np.frombuffer(data, header.dtype).reshape(header.shape, order="F" if header.fortran else "C").copy()
