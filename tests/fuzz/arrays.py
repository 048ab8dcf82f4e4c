"""Mutations of NumPy's files: other arrays, headers that promise what is not there, and members that unpack to gigabytes."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from fuzz.mutations import EVIL, mutated_bytes

SHAPES = (
    (10**12,),
    (2**40, 2, 2, 3),
    (2**62,),
    (2**63,),
    (10**30,),
    (-1,),
    (0,),
    (),
    (1,),
    (3, 4),
    (1, 1, 1, 3),
    (0, 8, 8, 3),
    (24, 0, 8, 3),
    (24, 8, 0, 3),
    (24, 8, 8, 0),
    (24, 2**31, 8, 3),
    (1,) * 32,
    (1,) * 70,
    (2**31, 2**31, 2**31),
    (10**9, 0, 10**9),
)
TYPES = (
    "<f4",
    ">f4",
    "<f8",
    "<f2",
    "<i1",
    "<u8",
    "<c16",
    "|O",
    "|b1",
    "<U0",
    "<U5",
    "<U100000000",
    "|S0",
    "|V0",
    "|V8",
    "<M8[s]",
    "<m8",
    "|S2147483647",
    "<x9",
    "",
    "f4,f4",
)
HEADERS = (
    "{'descr': '<f4', 'fortran_order': False, 'shape': " + "(" * 300 + ")" * 300 + "}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': " + "-" * 6000 + "1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (" + "9" * 5000 + ",)}",
    "{'descr': '<f4', 'fortran_order': 3, 'shape': (1,)}",
    "{[]: 1}",
    "{}",
    "[]",
    "{'descr': 3, 'shape': 3}",
    "\x00",
    "{",
    "a" * 9000,
    "{'descr': [('a', '<f4', (1000000000, 1000000))], 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (24, 8, 8, 3)}",
    "{'descr': ('<f4', (10000,)), 'fortran_order': False, 'shape': (9,)}",
    "{1: 2, 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (True,)}",
)
BOMB_BYTES = 1 << 30


def npy(array: np.ndarray[Any, Any]) -> bytes:
    """An array as a .npy file."""
    out = io.BytesIO()
    try:
        np.lib.format.write_array(out, array, allow_pickle=True)
    except RecursionError:  # Lists in lists, deeper than pickle goes.
        return npy(np.array(None, dtype=object))
    return out.getvalue()


def npy_of(header: str, data: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    """A .npy file with any header."""
    text = header.encode("latin-1", "replace") + b"\n"
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version == (1, 0) else "<I", len(text)) + text + data


def _header(kind: str, shape: tuple[int, ...]) -> str:
    return str({"descr": kind, "fortran_order": False, "shape": shape})


def mutated_npy(rng: random.Random, array: np.ndarray[Any, Any]) -> bytes:
    """A .npy whose content, header or letters are wrong."""
    good = npy(array)
    match rng.randrange(6):
        case 0:
            return mutated_bytes(rng, good)
        case 1:
            return npy_of(_header(rng.choice(TYPES), rng.choice(SHAPES)), array.tobytes())
        case 2:
            return npy_of(rng.choice(HEADERS), array.tobytes(), rng.choice(((1, 0), (2, 0), (3, 0), (9, 9))))
        case 3:
            return npy_of(_header(array.dtype.str, rng.choice(SHAPES)), array.tobytes())
        case _:
            return npy(mutated_array(rng, array))


def mutated_array(rng: random.Random, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """An array of another shape or type, or with numbers that are none."""
    changed = np.array(array)
    match rng.randrange(10):
        case 9 if changed.ndim > 1:
            return np.asfortranarray(changed.transpose(rng.sample(range(changed.ndim), changed.ndim)))
        case 0:
            return np.array(rng.choice(EVIL), dtype=object)
        case 1:
            value = rng.choice((float("nan"), float("inf"), -1.0, 0.0, 1e308, 1e-40, 60_000.0, -(2.0**62)))
            return np.full(changed.shape, value)
        case 2 if changed.dtype.kind in "f" and changed.size:
            changed.reshape(-1)[rng.randrange(changed.size)] = rng.choice((np.nan, np.inf, -np.inf, 1e38, -1.0, 0.0))
            return changed
        case 3 if changed.dtype.kind in "iu" and changed.size:
            changed.reshape(-1)[rng.randrange(changed.size)] = rng.choice((-1, -5, 0, 10**6, 2**62, -(2**62)))
            return changed
        case 4:
            return np.array(
                [str(rng.choice(EVIL)).replace("\ud800", "?") for _ in range(max(1, len(changed) if changed.ndim else 1))]
            )
        case 5:
            return changed.reshape(-1)
        case 6:
            return changed[..., None]
        case 7 if changed.ndim:
            return changed[: len(changed) // 2]
        case _:
            kind = rng.choice(("f2", "f8", "i1", "u8", "c8", "M8[s]", "U20", "S20", "?"))
            with np.errstate(all="ignore"):
                try:
                    return changed.astype(kind)
                except (ValueError, TypeError):
                    return changed


def npz(members: Mapping[str, bytes]) -> bytes:
    """A zip of .npy files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def mutated_npz(rng: random.Random, arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """A .npz with a member that is wrong, missing, doubled, encrypted, no array or a bomb, or whose letters are wrong."""
    members = {f"{name}.npy": npy(array) for name, array in arrays.items()}
    name = rng.choice(list(members))
    array = arrays[name.removesuffix(".npy")]
    match rng.randrange(12):
        case 0 | 1:
            return mutated_bytes(rng, npz(members))
        case 2:
            del members[name]
        case 3:
            members[name] = rng.choice((b"", b"x", b"PK", npz(members), b"\x80\x04."))
        case 4:
            return _patched(rng, npz(members))
        case 5:
            return (
                npz({other: content for other, content in members.items() if other != name})
                if rng.random() < 0.3
                else bomb(name, array.dtype.str, dict(members))
            )
        case 6:
            return npy(array)
        case 7:
            members["../" + name] = members[name]
            members["\ud7ff\u202e.npy"] = members[name]
        case _:
            for _ in range(rng.choice((1, 1, 2))):
                name = rng.choice(list(arrays)) + ".npy"
                members[name] = mutated_npy(rng, arrays[name.removesuffix(".npy")])
    return npz(members)


def _patched(rng: random.Random, archive: bytes) -> bytes:
    """A zip whose directory lies: sizes, methods, flags, offsets."""
    content = bytearray(archive)
    entries = [at for at in range(len(content) - 4) if content[at : at + 4] == b"PK\x01\x02"]
    at = rng.choice(entries)
    field, width = rng.choice(((8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (42, 4)))
    content[at + field : at + field + width] = rng.choice((0, 1, 9, 12, 14, 99, 2**31, 2**32 - 2)).to_bytes(8, "little")[:width]
    return bytes(content)


@cache
def _zeros() -> tuple[bytes, int]:
    """So many zeros, deflated, and their CRC."""
    squeeze, block = zlib.compressobj(6, zlib.DEFLATED, -15), bytes(1 << 22)
    parts, crc = [], 0
    for _ in range(BOMB_BYTES // len(block)):
        parts.append(squeeze.compress(block))
        crc = zlib.crc32(block, crc)
    return b"".join([*parts, squeeze.flush()]), crc


def bomb(name: str, kind: str, members: dict[str, bytes]) -> bytes:
    """A .npz of a megabyte of which one array fills a gigabyte, as its header says."""
    item = max(1, np.dtype(kind).itemsize)
    shape: tuple[int, ...] = (BOMB_BYTES // item,)
    if name.startswith(("X", "positions")):
        shape = (BOMB_BYTES // (item * 8 * 8 * 3), 8, 8, 3) if name.startswith("X") else (BOMB_BYTES // (item * 42 * 3), 42, 3)
    count = item
    for side in shape:
        count *= side
    header = npy_of(_header(kind, shape))
    tail = BOMB_BYTES - count
    squeezed, _ = _zeros()
    # The header stands in a block of its own before the zeros.
    start = zlib.compressobj(6, zlib.DEFLATED, -15)
    data = start.compress(header) + start.flush(zlib.Z_FULL_FLUSH) + squeezed
    crc = _crc_of_zeros(zlib.crc32(header))
    del tail
    return _with_member(
        npz({other: content for other, content in members.items() if other != name}), name, data, crc, len(header) + BOMB_BYTES
    )


@cache
def _crc_of_zeros(crc: int) -> int:
    block = bytes(1 << 22)
    for _ in range(BOMB_BYTES // len(block)):
        crc = zlib.crc32(block, crc)
    return crc


def _with_member(archive: bytes, name: str, data: bytes, crc: int, size: int) -> bytes:
    """A zip with one more member, whose data are squeezed already."""
    end = archive.rindex(b"PK\x05\x06")
    count, length, offset = struct.unpack("<HII", archive[end + 10 : end + 20])
    word = name.encode()
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(data), size, len(word), 0)
    local = b"PK\x03\x04" + common + word + data
    entry = b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, offset) + word
    directory = archive[offset:end] + entry
    tail = b"PK\x05\x06\x00\x00\x00\x00" + struct.pack(
        "<HHIIH", count + 1, count + 1, length + len(entry), offset + len(local), 0
    )
    return archive[:offset] + local + directory + tail


def gzip_bomb(head: bytes) -> bytes:
    """A gzip of a megabyte that begins with a text and goes on with a gigabyte of zeros."""
    squeezed, _ = _zeros()
    start = zlib.compressobj(6, zlib.DEFLATED, -15)
    data = start.compress(head) + start.flush(zlib.Z_FULL_FLUSH) + squeezed
    size = (len(head) + BOMB_BYTES) & 0xFFFFFFFF
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + data + struct.pack("<II", _crc_of_zeros(zlib.crc32(head)), size)


def write(path: Path, content: bytes) -> None:
    """Write a file, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
