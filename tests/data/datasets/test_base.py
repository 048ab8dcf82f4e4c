"""What was read of a memory map leaves the process, and nothing else does."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
import pytest

from gesture_al.data.clip_set import release_mmap

linux = pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="looks into /proc")


def mapped_in(path):
    """Kilobytes of a file that are in this process's memory."""
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    rss_lines = [next(line for line in lines if line.startswith("Rss:")) for line in lines if line.endswith(str(path))]
    return sum(int(line.split()[1]) for line in rss_lines)


@linux
@pytest.mark.skipif(not hasattr(mmap, "MADV_DONTNEED"), reason="the system has no such advice")
def test_what_was_read_of_a_map_is_let_go_and_can_be_read_again(tmp_path):
    path = tmp_path / "positions.npy"
    np.save(path, np.ones(1 << 20, dtype=np.float32))
    part = np.load(path, mmap_mode="r")[: 1 << 19]
    assert part.sum() == 1 << 19
    assert mapped_in(path) >= 2048
    release_mmap(part)
    assert mapped_in(path) == 0
    assert part.sum() == 1 << 19


def test_what_is_written_into_a_map_or_held_in_memory_stays(tmp_path):
    written = np.lib.format.open_memmap(tmp_path / "new.npy", mode="w+", dtype=np.float32, shape=(1000,))
    written[:] = 3
    in_memory = np.full(1000, 3)
    for array in (written, in_memory, in_memory[:5]):
        release_mmap(array)
        assert (array == 3).all()
