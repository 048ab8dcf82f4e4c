from __future__ import annotations

import numpy as np
import pytest

from gesture_al import UserError, read_dataset


def write(tmp_path, rows, name="point_history.csv", bom=False):
    path = tmp_path / name
    text = "".join(",".join(str(cell) for cell in row) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8-sig" if bom else "utf-8")
    return path


@pytest.mark.parametrize("bom", [False, True])
def test_rows_become_tracks_that_overlap_with_their_neighbours(tmp_path, bom):
    path = write(tmp_path, [[0, 0.0, 0.0, 0.1, -0.2], [1, 0.0, 0.0, 0.3, 0.4]], bom=bom)
    clips = read_dataset("point_history", path=path, classes=["still", "circle"])
    assert np.array_equal(clips.positions[:, :, 0], np.array([[[0, 0], [0.1, -0.2]], [[0, 0], [0.3, 0.4]]], np.float32))
    assert clips.classes == ("still", "circle")
    assert clips.skeleton.name == "track"
    assert (clips.start.tolist(), clips.end.tolist()) == ([0, 1], [2, 3])


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([[0, 1, 2, 3, 4], [1, 1, 2]], "csv:2: 3 numbers, not 5"),
        ([[0, 1, 2, 3]], "csv:1: 4 numbers, not a class number and x, y"),
        ([[0, 1, 2], [1, 1, "x"]], "line 2 cannot be read"),
        ([[0, 1, 2], [7, 1, 2]], "row 2 is of class 7, but dataset.params.classes names 2"),
        ([[0, 1, 2], [1, "nan", 2]], "row 2 holds NaN or an infinite number"),
        ([[0, 1, 2]], "class 'b' has no usable clip"),
        ([["", ""]], "no row"),
        ([[0, 1]], "csv:1: 2 numbers"),
    ],
)
def test_damage_is_named_with_its_row(tmp_path, rows, says):
    with pytest.raises(UserError) as caught:
        read_dataset("point_history", path=write(tmp_path, rows), classes=["a", "b"])
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_npz_is_refused(write_archive):
    with pytest.raises(UserError, match="not X"):
        read_dataset("point_history", path=write_archive())


def test_the_published_set_keeps_clips_that_are_all_zero(shared_data, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_DATA", str(shared_data))
    clips = read_dataset("point_history")
    raw = np.load(shared_data / "point_history.npz")
    assert np.array_equal(clips.positions, raw["X"])
    assert np.array_equal(clips.labels, raw["y"])
    assert clips.classes == tuple(raw["class_names"])
    zero = (clips.positions == 0).all(axis=(1, 2, 3))
    assert (zero & (clips.labels == 3)).sum() == 28
    assert clips.left_out == ()


def test_the_csv_gives_what_the_npz_holds(shared_data, tmp_path):
    raw = np.load(shared_data / "point_history.npz")
    rows = [[label, *track.ravel()] for label, track in zip(raw["y"], raw["X"], strict=True)]
    clips = read_dataset("point_history", path=write(tmp_path, rows))
    assert np.array_equal(clips.positions, raw["X"])
    assert np.array_equal(clips.labels, raw["y"])


def poses(count=12, joints=21, coordinates=2, seed=0):
    """Hands relative to their wrist, divided by their largest number, as kinivi's program writes them."""
    x = np.random.default_rng(seed).uniform(-1, 1, (count, joints, coordinates))
    x[:, 0] = 0
    return (x / np.abs(x).max(axis=(1, 2), keepdims=True)).astype(np.float32)


def rows_of(hands, classes=3):
    return [[row % classes, *hand.ravel().tolist()] for row, hand in enumerate(hands)]


def test_a_row_of_a_still_hand_is_a_clip_of_one_frame(tmp_path):
    hands = poses()
    clips = read_dataset("point_history", path=write(tmp_path, rows_of(hands), "keypoint.csv"))
    assert np.array_equal(clips.positions, hands[:, None])
    assert clips.lengths.tolist() == [1] * 12
    assert clips.classes == ("0", "1", "2")
    assert clips.skeleton.name == "hand"
    assert (clips.start[3], clips.end[3]) == (3, 4)


@pytest.mark.parametrize(("joints", "coordinates"), [(21, 3), (42, 2), (42, 3)])
def test_poses_of_two_hands_or_with_depth(tmp_path, joints, coordinates):
    hands = poses(joints=joints, coordinates=coordinates)
    assert np.array_equal(read_dataset("point_history", path=write(tmp_path, rows_of(hands))).positions, hands[:, None])


@pytest.mark.parametrize("name", ["keypoint_classifier_label.csv", "mine_classifier_label.csv"])
def test_names_of_classes_are_read_from_the_file_beside_the_table(tmp_path, name):
    (tmp_path / name).write_text("Open\nClose\n\nOK\n", encoding="utf-8-sig")
    path = write(tmp_path, rows_of(poses()), "mine.csv")
    assert read_dataset("point_history", path=path).classes == ("Open", "Close", "OK")
    assert read_dataset("point_history", path=path, classes=["a", "b", "c"]).classes == ("a", "b", "c")
    (tmp_path / name).write_text("Open\nClose\n", encoding="utf-8-sig")
    with pytest.raises(UserError, match=rf"row 3 is of class 2, but .*{name} names 2"):
        read_dataset("point_history", path=path)


def test_names_of_tracks_are_read_from_the_file_beside_the_table(tmp_path):
    (tmp_path / "point_history_classifier_label.csv").write_text("up\ndown\n")
    path = write(tmp_path, [[0, 0, 0, 0.1, 0.2], [1, 0, 0, 0.3, 0.4]])
    assert read_dataset("point_history", path=path).classes == ("up", "down")


def test_numbers_that_may_be_tracks_or_poses_are_asked_for(tmp_path):
    path = write(tmp_path, rows_of(poses() * 0.3))
    with pytest.raises(UserError, match=r"rows of 42 numbers may be tracks of 21 frames or poses of 21 joints of 2; set"):
        read_dataset("point_history", path=path)
    assert read_dataset("point_history", path=path, rows="poses").positions.shape == (12, 1, 21, 2)
    tracks = read_dataset("point_history", path=path, rows="tracks", classes=["a", "b", "c"])
    assert tracks.positions.shape == (12, 21, 1, 2)


def test_rows_that_cannot_be_what_they_are_said_to_be(tmp_path):
    with pytest.raises(UserError, match="rows of 4 numbers are no poses"):
        read_dataset("point_history", path=write(tmp_path, [[0, 0, 0, 0.1, 0.2]]), rows="poses")
    with pytest.raises(UserError, match="rows of 63 numbers are no tracks"):
        read_dataset("point_history", path=write(tmp_path, rows_of(poses(coordinates=3))), rows="tracks")


def test_the_case_of_still_poses(shared_cases):
    clips = read_dataset("point_history", path=shared_cases / "arrays" / "keypoint_static_poses.csv")
    assert clips.positions.shape == (120, 1, 21, 2)
    assert np.bincount(clips.labels).tolist() == [39, 39, 34, 8]
