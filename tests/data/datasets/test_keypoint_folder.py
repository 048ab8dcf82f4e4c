from __future__ import annotations

import zipfile

import numpy as np
import pytest

from gesture_al import UserError, read_dataset


def frames(count=3, width=126, seed=0):
    return np.random.default_rng(seed).uniform(0.1, 1, size=(count, width))


def refused(**params):
    with pytest.raises(UserError) as caught:
        read_dataset("keypoint_folder", **params)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_frames_stand_in_numeric_order_and_clips_may_differ_in_length(write_frames):
    values = frames(12)
    root = write_frames({"wave/9": frames(2), "wave/10": values, "fist/0": frames(4)})
    clips = read_dataset("keypoint_folder", path=root)
    assert clips.ids.tolist() == ["fist/0", "wave/9", "wave/10"]
    assert clips.lengths.tolist() == [4, 2, 12]
    assert clips.classes == ("fist", "wave")
    assert clips.labels.tolist() == [0, 1, 1]
    assert np.allclose(clips.positions[2].reshape(12, 126), values)
    assert np.isnan(clips.positions[1, 2:]).all()


def test_names_with_dots_keep_their_order_on_any_disk(write_frames, monkeypatch):
    root = write_frames({f"{name}/2026.01.{day}": frames(1) for name in ("a", "b") for day in (10, 9, 31)})
    listed = type(root).iterdir
    monkeypatch.setattr(type(root), "iterdir", lambda folder: sorted(listed(folder), reverse=True))
    clips = read_dataset("keypoint_folder", path=root)
    assert clips.ids[:3].tolist() == ["a/2026.01.10", "a/2026.01.31", "a/2026.01.9"]


@pytest.mark.parametrize(
    ("width", "joints", "name", "numbers"),
    [
        (126, "hands_pose", "hands", range(126)),
        (258, "hands", "hands", range(132, 258)),
        (258, "hands_pose", "hands_pose", [i for i in range(258) if i >= 132 or i % 4 != 3]),
        (1662, "hands_pose", "hands_pose", [i for i in range(1662) if (i < 132 and i % 4 != 3) or i >= 1536]),
        (1662, "holistic", "holistic", [i for i in range(1662) if i >= 132 or i % 4 != 3]),
    ],
)
def test_each_layout_gives_its_joints(write_frames, width, joints, name, numbers):
    values = frames(2, width)
    clips = read_dataset("keypoint_folder", path=write_frames({"a/0": values, "b/0": frames(2, width)}), joints=joints)
    assert clips.skeleton.name == name
    assert np.array_equal(clips.positions[0].reshape(2, -1), values[:, list(numbers)].astype(np.float32))


def test_a_hand_that_is_all_zero_was_not_seen(write_frames):
    values = frames(2)
    values[1, 63:] = 0
    clips = read_dataset("keypoint_folder", path=write_frames({"a/0": values, "b/0": frames()}))
    assert np.isnan(clips.positions[0, 1, 21:]).all()
    assert not np.isnan(clips.positions[0, 1, :21]).any()


def test_the_unlabelled_folder_is_the_pool(write_frames):
    root = write_frames({"a/0": frames(), "b/0": frames(), "Unlabeled/0": frames(), "Unlabeled/1": frames()})
    clips = read_dataset("keypoint_folder", path=root)
    assert clips.classes == ("a", "b")
    assert clips.ids.tolist() == ["a/0", "b/0", "Unlabeled/0", "Unlabeled/1"]
    assert clips.labels.tolist() == [0, 1, -1, -1]


def test_a_pool_alone_takes_its_classes_from_the_setting(write_frames):
    root = write_frames({"Unlabeled/0": frames(), "Unlabeled/1": frames()})
    clips = read_dataset("keypoint_folder", path=root, classes=["Like", "Heart"])
    assert clips.classes == ("Like", "Heart")
    assert clips.labels.tolist() == [-1, -1]


def test_bad_clips_are_left_out_and_the_rest_stays(write_frames):
    nan, partly, zero = frames(), frames(), frames()
    nan[:], partly[1, 5], zero[:] = np.nan, np.nan, 0
    root = write_frames(
        {"a/0": frames(), "b/0": frames(), "a/1": frames(), "a/2": nan, "a/3": partly, "a/4": zero, "a/6": frames()}
    )
    whole = (root / "a/1/1.npy").read_bytes()
    (root / "a/1/1.npy").write_bytes(whole[: len(whole) // 2])
    (root / "a/5").mkdir()
    np.save(root / "a/6/2.npy", np.array([{"a": 1}], dtype=object))
    clips = read_dataset("keypoint_folder", path=root)
    assert clips.ids.tolist() == ["a/0", "b/0"]
    assert {out.clip: out.reason for out in clips.left_out} == {
        "a/1": "unreadable frame 1.npy",
        "a/2": "only NaN",
        "a/3": "NaN or an infinite number in frame 1.npy",
        "a/4": "no landmark in any frame",
        "a/5": "no frame",
        "a/6": "unreadable frame 2.npy",
    }


def test_folders_of_tools_are_no_classes(write_frames):
    root = write_frames({"a/0": frames(), "b/0": frames(), ".ipynb_checkpoints/0": frames(), "__MACOSX/0": frames()})
    assert read_dataset("keypoint_folder", path=root).classes == ("a", "b")


def test_a_class_of_any_name_is_read_and_what_is_none_is_told(write_frames):
    root = write_frames({"a/0": frames(), "_______/0": frames(), ".b/0": frames()})
    for name in ("a/0/Thumbs.db", "a/0/notes.txt", "a/loose.npy", "read.me", "a/0/deep/0.npy", "loose.npy", "a/desktop.ini"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    clips = read_dataset("keypoint_folder", path=root)
    assert clips.classes == ("_______", "a")
    assert {out.clip: out.reason.split(";")[0] for out in clips.left_out} == {
        ".b": "hidden",
        "read.me": ".me",
        "loose.npy": "lies in no folder named for a class",
        "a/loose.npy": "lies in no clip's folder",
        "a/desktop.ini": "desktop.ini",
        "a/0/Thumbs.db": "Thumbs.db",
        "a/0/notes.txt": ".txt",
        "a/0/deep": "a folder inside of a clip",
    }


def test_a_frame_that_is_missing_keeps_its_time(write_frames):
    values = frames(5)
    root = write_frames({"a/0": values, "b/0": frames()})
    (root / "a" / "0" / "2.npy").unlink()
    clips = read_dataset("keypoint_folder", path=root)
    assert clips.lengths.tolist() == [5, 3]
    assert np.isnan(clips.positions[0, 2]).all()
    assert np.allclose(clips.positions[0, [0, 1, 3, 4]].reshape(4, 126), values[[0, 1, 3, 4]])
    assert [(out.clip, out.reason) for out in clips.left_out] == [("a/0, place 3", "missing frames, whose time is kept")]


def test_numbers_that_are_times_leave_no_gaps(write_frames):
    root = write_frames({"a/0": frames(3), "b/0": frames()})
    for name, new in (("0", "1000"), ("1", "1033"), ("2", "1067")):
        (root / "a" / "0" / f"{name}.npy").rename(root / "a" / "0" / f"{new}.npy")
    clips = read_dataset("keypoint_folder", path=root)
    assert (clips.lengths.tolist(), clips.left_out) == ([3, 3], ())


@pytest.mark.parametrize(
    ("clips", "params", "says"),
    [
        ({"a/0": frames()}, {}, "only one class (a)"),
        ({"a/0": frames(), "b/0": frames(width=258)}, {}, "b/0/0.npy: 258 numbers, but the first frame of the set holds 126"),
        ({"a/0": frames(width=99), "b/0": frames()}, {}, "a/0/0.npy: a frame of 99 numbers; known are 1662"),
        ({"a/0": frames(), "b/0": frames()}, {"joints": "holistic"}, "hold 126 numbers, not 1662"),
        ({"a/0": frames(), "b/0": frames()}, {"joints": "feet"}, "joints=feet: must be hands, hands_pose or holistic"),
        ({"a/0": frames(), "b/0": frames()}, {"fps": 0}, "fps=0: must be a number from 0.001 to 100000 or null"),
        ({"a/0": frames(), "b/0": frames()}, {"classes": ["a", "c"]}, "classes lacks 'b'"),
        (
            {"a/0": frames(), "b/0": np.zeros((2, 126))},
            {},
            "class 'b' has no usable clip (1 left out, first b/0: no landmark in any",
        ),
        ({"a/0": frames()[:0], "b/0": frames()[:0]}, {}, "no frame found; the layout is <root>/<class>/<clip>/<frame>.npy"),
        ({"a/0": np.full((2, 3), "x")}, {}, "no frame can be read, first"),
    ],
)
def test_what_cannot_be_a_set_is_refused_in_one_line(write_frames, clips, params, says):
    assert says in refused(path=write_frames(clips), **params)


def test_paths_are_checked(tmp_path):
    assert "dataset.params.path is not set" in refused()
    assert "nothing at" in refused(path=tmp_path / "none")
    assert "no frame found" in refused(path=tmp_path)
    (tmp_path / "file").write_text("x")
    assert "is a file; name a folder" in refused(path=tmp_path / "file")


def test_a_clip_added_later_is_seen(write_frames):
    root = write_frames({"a/0": frames(), "b/0": frames()})
    assert len(read_dataset("keypoint_folder", path=root)) == 2
    write_frames({"b/1": frames()})
    assert len(read_dataset("keypoint_folder", path=root)) == 3


def test_the_sample_of_the_webcam_tutorial(shared_data, tmp_path):
    with zipfile.ZipFile(shared_data / "mp_data_sample.zip") as archive:
        archive.extractall(tmp_path)
    clips = read_dataset("keypoint_folder", path=tmp_path / "MP_Data")
    assert np.bincount(clips.labels).tolist() == [8, 8, 8]
    assert clips.classes == ("hello", "iloveyou", "thanks")
    assert clips.positions.shape == (24, 30, 75, 3)
    clip = int(np.flatnonzero(clips.ids == "thanks/3")[0])
    raw = np.stack([np.load(tmp_path / f"MP_Data/thanks/3/{i}.npy") for i in range(30)]).astype(np.float32)
    values = np.concatenate([raw[:, :132].reshape(30, 33, 4)[..., :3], raw[:, 1536:].reshape(30, 42, 3)], axis=1)
    assert np.array_equal(np.nan_to_num(clips.positions[clip]), values)


def test_a_second_folder_holds_the_test_clips(write_frames, tmp_path):
    root = write_frames({"train/wave/0": frames(), "train/fist/0": frames(), "held/wave/0": frames(), "held/fist/7": frames()})
    clips = read_dataset("keypoint_folder", path=f"{root}/train", test=f"{root}/held")
    assert clips.ids.tolist() == ["fist/0", "wave/0", "test/fist/7", "test/wave/0"]
    assert clips.split.tolist() == ["train", "train", "test", "test"]
    assert clips.labels.tolist() == [0, 1, 0, 1]
    assert read_dataset("keypoint_folder", path=f"{root}/train").split is None
    assert "dataset.params.test" in refused(path=f"{root}/train", test=f"{root}/nowhere")
