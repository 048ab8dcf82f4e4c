"""A track survives its file, and what is no track is refused in one line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gesture_al.core.errors import UserError
from gesture_al.data.track import FrameJoints, Stretch, Track, read_track, write_track


def a_track(frames: int = 5) -> Track:
    rng = np.random.default_rng(0)
    unseen = np.array([np.nan, 0.9], dtype=np.float32)
    joints = [
        (0.1 * n, FrameJoints(rng.random((42, 3), dtype=np.float32), unseen, ("small_hand",) * (n % 2))) for n in range(frames)
    ]
    return Track.of(joints, (640, 480), "hands", {"class": "Like", "subject": "ann"})


def test_what_was_written_is_read(tmp_path):
    track = a_track()
    write_track(tmp_path / "clip.npz", track)
    read = read_track(tmp_path / "clip.npz")
    for name in ("positions", "seconds", "handedness", "flags"):
        assert np.array_equal(getattr(read, name), getattr(track, name), equal_nan=name in ("positions", "handedness"))
    assert (read.width, read.height, read.layout, read.about) == (640, 480, "hands", {"class": "Like", "subject": "ann"})


def test_a_cut_holds_both_ends_and_knows_them():
    cut = a_track().cut(Stretch(0.1, 0.3))
    assert cut.seconds.round(1).tolist() == [0.1, 0.2, 0.3]
    assert cut.flags.tolist() == ["small_hand", "", "small_hand"]
    assert (cut.about["start"], cut.about["end"], cut.about["class"]) == (0.1, 0.3, "Like")


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 torn"])
def test_what_is_no_track_is_refused(tmp_path, content):
    path = tmp_path / "clip.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=r"clip\.npz: no landmarks can be read here .*extract the clip again"):
        read_track(path)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("positions", np.zeros((5, 42), np.float32)),
        ("positions", np.zeros((5, 42, 3), complex)),
        ("seconds", np.zeros(4)),
        ("flags", np.array([b"a"] * 5)),
        ("size", np.array([0, 480])),
        ("size", np.array([640, -1])),
        ("size", np.array([640, 10**12])),
        ("about", np.array("[" * 100_000)),
        ("about", np.array("[]")),
        ("about", np.array(json.dumps({"start": float("nan"), "end": 1}))),
        ("about", np.array(json.dumps({"recording": "r", "start": 1}))),
        ("about", np.array(json.dumps({"priority": "soon"}))),
        ("about", np.array(json.dumps({"priority": 2**63}))),
        ("about", np.array('{"video": "\\ud800"}')),
    ],
)
def test_arrays_that_are_no_track_are_refused(tmp_path, name, array):
    write_track(tmp_path / "clip.npz", a_track())
    with np.load(tmp_path / "clip.npz") as file:
        arrays = dict(file)
    np.savez(tmp_path / "clip.npz", **{**arrays, name: array})
    with pytest.raises(UserError, match="no landmarks can be read here"):
        read_track(tmp_path / "clip.npz")
