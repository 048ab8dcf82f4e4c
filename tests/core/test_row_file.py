"""Rows in a file without a name: they come back as they were written, and nothing is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from gesture_al.core import row_file
from gesture_al.core.row_file import RowFile


def test_rows_come_back_as_from_an_array(tmp_path):
    rng = np.random.default_rng(0)
    file, array = RowFile(tmp_path, 50, (3, 4)), np.zeros((50, 3, 4), dtype=np.float32)
    for _ in range(20):
        rows = rng.choice(50, size=rng.integers(1, 20), replace=False)
        values = rng.normal(size=(len(rows), 3, 4)).astype(np.float32)
        file[rows] = array[rows] = values
        written = np.flatnonzero(array.any(axis=(1, 2)))
        asked = rng.choice(written, size=30)
        assert np.array_equal(file[asked], array[asked])
        assert np.array_equal(file[np.sort(asked)], array[np.sort(asked)])
    assert file[np.empty(0, dtype=np.int64)].shape == (0, 3, 4)


@pytest.mark.parametrize("most", [1, 5, 7])
def test_a_read_or_write_that_comes_back_early_is_gone_on_with(tmp_path, monkeypatch, most):
    read, write = os.preadv, os.pwrite
    monkeypatch.setattr(os, "preadv", lambda handle, parts, place: read(handle, [parts[0][:most]], place))
    monkeypatch.setattr(os, "pwrite", lambda handle, part, place: write(handle, part[:most], place))
    file, rows = RowFile(tmp_path, 4, (3,)), np.array([1, 2, 3])
    file[rows] = values = np.arange(9, dtype=np.float32).reshape(3, 3)
    assert np.array_equal(file[rows], values)


def test_without_calls_that_take_a_place_it_goes_there_first(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "preadv")
    monkeypatch.delattr(os, "pwrite")
    file = RowFile(tmp_path, 6, (2,))
    file[np.array([4, 1])] = values = np.array([[1, 2], [3, 4]], dtype=np.float32)
    assert np.array_equal(file[np.array([1, 4])], values[::-1])


def test_what_was_never_written_behind_the_end_is_refused(tmp_path):
    with pytest.raises(OSError, match="ends before its rows"):
        RowFile(tmp_path, 4, (3,))[np.array([2])]


def test_a_disk_without_twice_the_room_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    usage = row_file.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(row_file.shutil, "disk_usage", lambda folder: usage._replace(free=2 * 4 * 10 * 6 - 1))
    with pytest.raises(OSError, match="No space left"):
        RowFile(tmp_path, 10, (2, 3))
    RowFile(tmp_path, 9, (2, 3))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills as POSIX does")
def test_a_kill_leaves_nothing(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; import numpy as np; from gesture_al.core.row_file import RowFile\n"
        "file = RowFile(Path(sys.argv[1]), 100, (1000,)); file[np.arange(100)] = np.ones((100, 1000))\n"
        "print('written', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "written\n"
        child.kill()
    assert not list(tmp_path.iterdir())
