"""What the header of a .npy or .npz promises is held against what is there, before memory is taken for it."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from numpy.lib.format import write_array, write_array_header_1_0

from gesture_al.core.array_files import DamagedError, read_npy, read_npz
from gesture_al.core.errors import UserError


def header(shape, descr="<f4", data=b"1234"):
    """A .npy that promises any shape."""
    out = io.BytesIO()
    write_array_header_1_0(out, {"descr": descr, "fortran_order": False, "shape": shape})
    return out.getvalue() + data


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.array(["a", "bcd"]),
        np.array(3.5),
        np.empty((0, 4)),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
    ],
)
def test_what_numpy_writes_is_read_back(array, tmp_path):
    np.save(tmp_path / "one.npy", array)
    np.savez_compressed(tmp_path / "one.npz", first=array, second=np.ones(2))
    for got in (read_npy(tmp_path / "one.npy"), read_npz(tmp_path / "one.npz", {"first"})["first"]):
        assert got.dtype == array.dtype
        assert np.array_equal(got, array)
        assert got.flags.writeable
    assert set(read_npz(tmp_path / "one.npz")) == {"first", "second"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (header((10**12,)), "promises .* GB"),
        (header((2**40, 2**40, 2**40)), "promises more than 1,000,000 GB"),
        (header((-1,)), "shape"),
        (header((1,), "<U0", b""), "shape"),
        (header((1,), "<U100000000"), "promises"),
        (header((2,)), "4 bytes are there"),
        (header((1,), "|O"), "pickled|Object"),
        (b"\x93NUMPY\x09\x09", "version"),
        (b"PK", "magic|EOF"),
        (b"", "magic|EOF"),
    ],
)
def test_a_header_that_promises_what_is_not_there_takes_no_memory(content, told, tmp_path):
    (tmp_path / "bad.npy").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "bad.npz", "w") as archive:
        archive.writestr("a.npy", content)
    tracemalloc.start()
    for read, path in ((read_npy, tmp_path / "bad.npy"), (read_npz, tmp_path / "bad.npz")):
        with pytest.raises(DamagedError, match=told):
            read(path)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("text", ["(" * 300 + ")" * 300, "-" * 6000 + "1", "{[]: 1}", "{}", "a" * 9000, "\x00"])
def test_a_header_that_is_none_is_damage_and_no_crash(text, tmp_path):
    length = len(text) + 1
    (tmp_path / "bad.npy").write_bytes(b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little") + text.encode() + b"\n")
    with pytest.raises(DamagedError):
        read_npy(tmp_path / "bad.npy")


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path):
    out = io.BytesIO()
    write_array(out, np.zeros(100 << 20, np.uint8))
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", out.getvalue())
    with pytest.raises(UserError, match="that unpack to 100 MB"):
        read_npz(tmp_path / "bomb.npz")


def test_a_zip_that_is_encrypted_or_of_an_unknown_kind_is_damage(tmp_path):
    np.savez(tmp_path / "good.npz", a=np.ones(3))
    whole = (tmp_path / "good.npz").read_bytes()
    entry = whole.index(b"PK\x01\x02")
    for field, value in ((8, 1), (10, 99)):
        bad = bytearray(whole)
        bad[entry + field] = value
        (tmp_path / "bad.npz").write_bytes(bad)
        with pytest.raises(DamagedError):
            read_npz(tmp_path / "bad.npz")
