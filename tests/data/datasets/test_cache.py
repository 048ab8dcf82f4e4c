from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from gesture_al import SKELETONS, ClipSet, LeftOut, UserError, read_dataset
from gesture_al.core.cache_folder import cache_root
from gesture_al.data.datasets.cache import _open, cached, content_hash


def full_set(allocate, count=3):
    positions = allocate((count + 1, 4, 75, 3))
    positions[:] = np.arange(positions.size, dtype=np.float32).reshape(positions.shape)
    return ClipSet(
        positions=positions[:count],
        lengths=np.full(count, 4),
        ids=np.array([f"größe {i}" for i in range(count)]),
        labels=np.array([0, 1, -1])[:count],
        classes=("a", "b"),
        skeleton=SKELETONS["hands_pose"],
        subjects=np.array(["x", "y", ""])[:count],
        groups=np.array(["g", "g", "h"])[:count],
        split=np.array(["train", "test", "train"])[:count],
        start=np.arange(count, dtype=np.float64),
        end=np.arange(count) + 0.5,
        times=np.zeros((count, 4), np.float32),
        fps=29.97,
        aspect=np.ones(count, np.float32),
        left_out=(LeftOut("z", "no frame"),),
        source="here",
        synthetic=True,
    )


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_text("content")
    return path


def test_what_comes_out_is_what_went_in(source):
    built = full_set(lambda shape: np.empty(shape, np.float32))
    for _ in range(2):
        kept = cached("test", {}, [("source", source)], full_set)
        for field in fields(ClipSet):
            assert np.array_equal(getattr(kept, field.name), getattr(built, field.name)), field.name
        assert kept.fingerprint == built.fingerprint


def test_a_kept_set_knows_its_fingerprint_without_reading_its_positions(source, monkeypatch):
    built = cached("test", {}, [("source", source)], full_set)
    monkeypatch.setattr("hashlib.sha256", None)
    kept = _open(Path(built.positions.filename).parent)
    assert kept.fingerprint == built.fingerprint


def test_a_set_that_is_made_from_a_kept_one_has_a_fingerprint_of_its_own(source):
    kept = cached("test", {}, [("source", source)], full_set)
    other = replace(kept, split=None)
    assert other.fingerprint not in (kept.fingerprint, kept.take([0, 1, 2]).fingerprint)
    assert kept.take([0, 1, 2]).fingerprint == kept.fingerprint


@pytest.mark.parametrize("name", ["positions.npy", "labels.npy", "set.json"])
def test_a_flipped_bit_anywhere_is_found_and_the_set_is_converted_again(source, cache, name, caplog):
    built = cached("test", {}, [("source", source)], full_set)
    positions, fingerprint = built.positions.copy(), built.fingerprint
    del built
    (file,) = cache.glob(f"sets/*/{name}")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 4
    file.write_bytes(data)
    again = cached("test", {}, [("source", source)], full_set)
    assert "is damaged; the set is converted again" in caplog.text
    assert again.fingerprint == fingerprint
    np.testing.assert_array_equal(again.positions, positions)


def test_a_kept_set_is_a_read_only_memory_map(write_archive):
    path = write_archive()
    for _ in range(2):
        positions = read_dataset("archive", path=path).positions
        assert isinstance(positions, np.memmap)
        assert not positions.flags.owndata
        with pytest.raises(ValueError, match="read-only"):
            positions[0] = 0


def test_it_is_built_once_for_one_content_and_one_setting(source):
    built = []

    def build(allocate):
        built.append(1)
        return full_set(allocate)

    def load(**settings):
        return cached("test", settings, [("source", source)], build)

    load(a=1), load(a=1)
    assert len(built) == 1
    load(a=2)
    assert len(built) == 2
    source.write_text("CONTENT")  # the same size, perhaps the same tick of the clock
    load(a=1)
    assert len(built) == 3
    source.write_text("content")
    load(a=1)
    assert len(built) == 3


def test_the_place_of_a_file_does_not_matter_its_name_in_the_set_does(source, tmp_path):
    other = tmp_path / "elsewhere"
    other.write_text("content")
    memory = tmp_path / "memory"
    assert content_hash([("a", source)], memory) == content_hash([("a", other)], memory)
    assert content_hash([("a", source)], memory) != content_hash([("b", source)], memory)


def test_a_settled_file_is_not_read_again(source, tmp_path, monkeypatch):
    memory = tmp_path / "memory"
    monkeypatch.setattr("gesture_al.data.datasets.cache._SETTLED_NS", 0)
    first = content_hash([("a", source)], memory)
    assert len(list(memory.iterdir())) == 1
    monkeypatch.setattr("hashlib.file_digest", None)
    assert content_hash([("a", source)], memory) == first


def test_a_file_that_just_changed_is_not_remembered(source, tmp_path):
    content_hash([("a", source)], tmp_path / "memory")
    assert not (tmp_path / "memory").exists()


@pytest.mark.parametrize("name", ["positions.npy", "labels.npy", "set.json"])
@pytest.mark.parametrize("how", ["gone", "cut", "empty"])
def test_a_damaged_folder_is_made_again(source, cache, name, how):
    cached("test", {}, [("source", source)], full_set)
    (victim,) = cache.glob(f"sets/*/{name}")
    whole = victim.read_bytes()
    if how == "gone":
        victim.unlink()
    else:
        victim.write_bytes(whole[: len(whole) // 2] if how == "cut" else b"")
    kept = cached("test", {}, [("source", source)], full_set)
    assert np.array_equal(kept.positions, full_set(lambda shape: np.empty(shape, np.float32)).positions)
    (again,) = cache.glob(f"sets/*/{name}")
    assert again.read_bytes() == whole


def test_a_failed_build_leaves_nothing(source, cache):
    def build(allocate):
        allocate((2, 2, 2, 2))
        raise UserError("bad")

    with pytest.raises(UserError, match="bad"):
        cached("test", {}, [("source", source)], build)
    assert list((cache / "sets").iterdir()) == []


def test_a_build_killed_in_the_middle_is_never_taken_for_whole(source, cache):
    code = f"""
import os, sys
from pathlib import Path
from gesture_al.data.datasets.cache import cached
def build(allocate):
    allocate((100, 10, 2, 2))[:] = 1
    os.kill(os.getpid(), 9)
cached("test", {{}}, [("source", Path({str(source)!r}))], build)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -9
    assert [path.name.startswith(".draft-") for path in (cache / "sets").iterdir()] == [True]
    assert len(cached("test", {}, [("source", source)], full_set)) == 3


def test_drafts_of_killed_builds_go_after_a_day(source, cache):
    old, new = cache / "sets/.draft-old", cache / "sets/.draft-new"
    old.mkdir(parents=True)
    new.mkdir()
    day_before_yesterday = time.time() - 2 * 86400
    os.utime(old, (day_before_yesterday, day_before_yesterday))
    cached("test", {}, [("source", source)], full_set)
    assert not old.exists()
    assert new.exists()


def test_many_at_once_get_the_same_set(source, cache):
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: cached("test", {}, [("source", source)], full_set), range(16)))
    assert len({clips.fingerprint for clips in loaded}) == 1
    assert len(list((cache / "sets").iterdir())) == 1


def test_without_a_cache_folder_the_set_is_in_memory(source, tmp_path, monkeypatch, caplog):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("GESTURE_AL_CACHE", str(blocked / "cache"))
    assert len(cached("test", {}, [("source", source)], full_set)) == 3
    assert "converted in memory" in caplog.text


def test_the_root_is_the_users_cache_folder_unless_named(monkeypatch, tmp_path):
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path))
    assert cache_root() == tmp_path
    monkeypatch.delenv("GESTURE_AL_CACHE")
    assert cache_root().name == "gesture_al"


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        content_hash([("folder", tmp_path)], tmp_path / "memory")
