from __future__ import annotations

import os

import numpy as np
import pytest

from gesture_al import SKELETONS, UserError, read_dataset


def refused(**params):
    with pytest.raises(UserError) as caught:
        read_dataset("archive", **params)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_reads_what_was_written_and_pads_with_nan(write_archive):
    path = write_archive(
        subject=np.array([0, 0, 1, 1, 2, 2, -1, -1]),
        split=np.array(["train"] * 4 + ["test"] * 4),
        groups=np.array(list("aabbccdd")),
        start=np.arange(8),
        end=np.arange(8) + 5,
        times=np.tile(np.arange(5) / 30, (8, 1)),
        fps=np.array(30),
        aspect=np.full(8, 1.5),
        ids=np.array([f"clip{i}" for i in range(8)]),
        source=np.array("somewhere"),
    )
    clips = read_dataset("archive", path=str(path))
    x = np.load(path)["X"]
    assert np.array_equal(clips.positions[3, :3], x[3, :3])
    assert np.isnan(clips.positions[3, 3:]).all()
    others = np.arange(8) != 3
    assert np.array_equal(clips.positions[others], x[others])
    assert clips.skeleton == SKELETONS["hands"]
    assert clips.subjects.tolist() == ["0", "0", "1", "1", "2", "2", "", ""]
    assert clips.split.tolist() == ["train"] * 4 + ["test"] * 4
    assert clips.groups.tolist() == list("aabbccdd")
    assert clips.start.tolist() == list(range(8))
    assert clips.end.tolist() == list(range(5, 13))
    assert (clips.fps, clips.aspect.tolist(), clips.times.dtype) == (30.0, [1.5] * 8, np.float32)
    assert clips.ids[0] == "clip0"
    assert clips.source == "clips.npz; somewhere"


def test_zero_blocks_are_missing_where_the_layout_says_so(write_archive):
    x = np.random.default_rng(0).normal(size=(8, 5, 42, 3))
    x[2, 1, :21] = 0
    x[2, 2, 0] = 0  # a single joint at the origin is a place
    path = write_archive(X=x)
    assert np.isnan(read_dataset("archive", path=path).positions[2, 1, :21]).all()
    assert not np.isnan(read_dataset("archive", path=path).positions[2, 2]).any()
    assert not np.isnan(read_dataset("archive", path=path, missing="none").positions[2]).any()
    generic = read_dataset("archive", path=path, skeleton="generic")
    assert (generic.positions[2, 1, :21] == 0).all()


def test_zero_blocks_of_a_generic_skeleton_are_whole_frames(write_archive):
    x = np.ones((8, 5, 4, 2))
    x[0, 1] = 0
    clips = read_dataset("archive", path=write_archive(X=x), missing="zero_blocks")
    assert np.isnan(clips.positions[0, 1]).all()


def test_nan_is_missing_only_where_allowed(write_archive):
    x = np.ones((8, 5, 42, 3))
    x[4, 2, 7] = np.nan
    path = write_archive(X=x)
    assert np.isnan(read_dataset("archive", path=path, missing="nan").positions[4, 2, 7]).all()
    message = refused(path=path)
    assert "clip 000004" in message
    assert "frame 2" in message
    assert "missing=nan" in message


@pytest.mark.parametrize("missing", ["skeleton", "zero_blocks", "nan", "none"])
def test_infinite_numbers_are_refused_always(write_archive, missing):
    x = np.ones((8, 5, 42, 3))
    x[6, 0, 0, 0] = np.inf
    assert "clip 000006 holds an infinite number" in refused(path=write_archive(X=x), missing=missing)


def test_numbers_in_the_padding_do_not_matter(write_archive):
    x = np.ones((8, 5, 42, 3))
    x[3, 3:] = np.inf
    assert len(read_dataset("archive", path=write_archive(X=x))) == 8


def test_clips_that_show_nothing_are_left_out_with_a_reason(write_archive):
    x = np.ones((8, 5, 42, 3))
    x[1] = 0
    x[2] = np.nan
    lengths = np.full(8, 5)
    lengths[5] = 0
    clips = read_dataset("archive", path=write_archive(X=x, lengths=lengths))
    assert [(out.clip, out.reason) for out in clips.left_out] == [
        ("000001", "no landmark in any frame"),
        ("000002", "only NaN"),
        ("000005", "no frame"),
    ]
    assert clips.ids.tolist() == ["000000", "000003", "000004", "000006", "000007"]
    assert clips.positions.shape == (5, 5, 42, 3)


def test_a_choice_of_classes_keeps_their_order_and_the_unlabelled(write_archive):
    path = write_archive(y=np.array([0, 1, 2, 0, 1, 2, -1, 2]), class_names=np.array(["a", "b", "c"]))
    clips = read_dataset("archive", path=path, classes=["c", "a"])
    assert clips.classes == ("c", "a")
    assert clips.ids.tolist() == ["000000", "000002", "000003", "000005", "000006", "000007"]
    assert clips.labels.tolist() == [1, 0, 1, 0, -1, 0]
    assert "no class 'd'" in refused(path=path, classes=["a", "d"])


def test_no_official_split_and_nobody_known(write_archive):
    clips = read_dataset("archive", path=write_archive(split=np.full(8, "none"), subject=np.full(8, -1)))
    assert clips.split is None
    assert clips.subjects is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"X": None}, "lacks X; an archive holds X, y and may hold class_names"),
        ({"class_names": None, "y": None}, "lacks y;"),
        ({"X": np.ones((8, 5, 41))}, "X (8, 5, 41) must be (clips, frames, joints, 2 or 3)"),
        ({"X": np.ones((8, 5, 42, 4))}, "X (8, 5, 42, 4) must be (clips, frames, joints, 2 or 3)"),
        ({"X": np.full((8, 5, 42, 3), "a")}, "not numbers"),
        ({"y": np.zeros(7, int)}, "y has shape (7,), but X has 8 clips"),
        ({"y": np.full(8, 0.5)}, "y (8,) holds 0.5"),
        ({"y": np.array([0, 1, 2, 0, 1, 0, 1, 0])}, "y (8,) holds 2, but there are 2 class_names"),
        ({"y": np.zeros(8, int)}, "class 'fist' has no usable clip"),
        ({"y": np.zeros(8, int), "class_names": np.array(["wave"])}, "only one class (wave)"),
        ({"class_names": np.array(["wave", "wave"])}, "class 'wave' stands twice"),
        ({"lengths": np.full(8, 6)}, "clip 000000 has length 6, but X has 5 frames"),
        ({"split": np.array(["train"] * 7 + ["validation"])}, "split (8,) holds 'validation'"),
        ({"ids": np.array(["a"] * 8)}, "ids must be unique"),
    ],
)
def test_another_layout_is_refused_in_one_line(write_archive, changes, says):
    message = refused(path=write_archive(**changes))
    assert says in message


def test_paths_and_words_are_checked(tmp_path):
    assert "dataset.params.path is not set" in refused()
    assert "nothing at" in refused(path=tmp_path / "no.npz")
    assert "is a folder" in refused(path=tmp_path)
    (tmp_path / "empty.npz").touch()
    assert "is empty" in refused(path=tmp_path / "empty.npz")
    assert "missing=zeros: must be skeleton, zero_blocks, zero_joints, nan or none" in refused(path="x", missing="zeros")


def test_a_skeleton_with_other_joints_is_refused(write_archive):
    assert "33" not in refused(path=write_archive(), skeleton="natops")
    assert "no skeleton 'cat'" in refused(path=write_archive(), skeleton="cat")


def test_damaged_archives_are_refused(write_archive, tmp_path):
    whole = write_archive().read_bytes()
    bad = tmp_path / "bad.npz"
    for size in (1, 10, 100, len(whole) // 2, len(whole) - 30):
        bad.write_bytes(whole[:size])
        assert "not a readable .npz" in refused(path=bad)
    altered = bytearray(whole)
    altered[len(whole) // 4] ^= 0xFF
    bad.write_bytes(altered)
    assert "not a readable .npz" in refused(path=bad)
    np.savez(tmp_path / "one.npy.npz", np.ones(3))
    (tmp_path / "one.npy.npz").rename(tmp_path / "one.npy")
    (tmp_path / "y.npy").write_bytes(b"")
    assert "not a readable .npy" in refused(path=tmp_path / "one.npy")


def test_pickled_objects_are_not_loaded(write_archive):
    path = write_archive(class_names=np.array(["a", None], dtype=object))
    assert "class_names (2,) holds Python objects, which are not opened; save class_names.astype(str)" in refused(path=path)


def test_many_slices_are_read_in_order(write_archive, monkeypatch):
    path = write_archive()
    whole = read_dataset("archive", path=path, missing="none").positions
    monkeypatch.setattr("gesture_al.data.datasets.archive._SLICE", 8000)  # three clips
    monkeypatch.setattr("gesture_al.data.datasets.cache.FORMAT", -1)
    assert np.array_equal(read_dataset("archive", path=path, missing="none").positions, whole, equal_nan=True)


def test_hello3_is_read_as_its_readme_says(shared_data):
    clips = read_dataset("archive", path=shared_data / "hello3.npz")
    raw = np.load(shared_data / "hello3.npz")["X"]
    assert np.bincount(clips.labels).tolist() == [178, 180, 120]
    assert clips.classes == ("hello", "thanks", "iloveyou")
    assert clips.skeleton.name == "hands_pose"
    assert len(np.unique(clips.subjects)) == 5
    assert len(np.unique(clips.subjects[clips.split == "test"])) == 2
    assert np.array_equal(np.nan_to_num(clips.positions), raw)
    for part in (range(33), range(33, 54), range(54, 75)):
        zero = (raw[:, :, part.start : part.stop] == 0).all(axis=(2, 3))
        assert np.array_equal(np.isnan(clips.positions[:, :, part.start : part.stop]).all(axis=(2, 3)), zero)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        *(({"fps": np.array(rate)}, "fps holds") for rate in (0.0, -5.0, np.nan, np.inf, 1e-40)),
        *(({"aspect": np.full(8, side)}, "aspect (8,) holds") for side in (0.0, -1.0, np.nan, 1e9)),
        ({"fps": np.ones(3)}, "fps has shape (3,)"),
        ({"times": np.full((8, 5), np.nan)}, "times (8, 5) holds nan"),
        ({"times": np.tile(np.arange(5.0)[::-1], (8, 1))}, "times of clip 000000 fall"),
        ({"start": np.full(8, np.inf)}, "start (8,) holds inf"),
        ({"start": np.ones(8), "end": np.zeros(8)}, "ends before it starts"),
        ({"lengths": np.full(8, 2.5)}, "lengths (8,) holds 2.5"),
        ({"ids": np.ones(8, complex)}, "ids (8,) holds complex128"),
        ({"ids": np.array(["\ud800"] * 8)}, "ids (8,) holds what is no text"),
        ({"subject": np.full(8, 1e300)}, "subject (8,) holds 1e+300"),
    ],
)
def test_numbers_that_are_no_rate_size_or_time_are_refused(write_archive, changes, told):
    assert told in refused(path=write_archive(**changes))


def test_a_pipe_and_a_device_are_no_archive(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    assert "cannot be read (a pipe)" in refused(path=tmp_path / "pipe.npz")
    (tmp_path / "zero.npz").symlink_to("/dev/zero")
    assert "cannot be read (a device)" in refused(path=tmp_path / "zero.npz")


def test_an_archive_whose_name_is_no_text_is_refused(write_archive, tmp_path):
    path = write_archive().rename(tmp_path / os.fsdecode(b"caf\xe9.npz"))
    assert "its name is not UTF-8" in refused(path=str(path))


def test_a_long_clip_among_many_short_ones_does_not_fill_the_disk(tmp_path):
    long = ":".join([",".join(["0.1"] * 40_000)] * 3)
    lines = [long + ":a", *["0.1:0.1:0.1:b"] * 6000]
    (tmp_path / "set.ts").write_text("@classLabel true a b\n@data\n" + "\n".join(lines))
    with pytest.raises(UserError, match=r"6001 clips of up to 40000 frames .* cut or leave out the longest clips"):
        read_dataset("uea", train=str(tmp_path / "set.ts"))
