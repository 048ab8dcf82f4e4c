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
        ([["", ""]], "2 numbers"),
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
