"""The archive reader of `.ts` files, and what it refuses."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from gesture_al import UserError, read_dataset
from gesture_al.data.datasets.uea import read_ts

NATOPS = ["I have command", "All clear", "Not clear", "Spread wings", "Fold wings", "Lock wings"]


def text(cases, labels="ab", dimensions=6):
    head = f"@dimensions {dimensions}\n@classLabel true {' '.join(sorted(set(labels)))}\n@data\n"
    rows = [":".join(",".join(map(repr, row.tolist())) for row in case) for case in cases]
    return head + "".join(f"{row}:{label}\n" for row, label in zip(rows, labels, strict=True))


@pytest.fixture
def pair(tmp_path):
    rng = np.random.default_rng(0)
    cases = [rng.normal(size=(6, frames)) for frames in (4, 3, 5, 2)]
    (tmp_path / "train.ts").write_text(text(cases[:2]))
    (tmp_path / "test.ts").write_text(text(cases[2:]))
    return {"train": tmp_path / "train.ts", "test": tmp_path / "test.ts"}, cases


def test_channels_are_grouped_joint_by_joint(pair):
    files, cases = pair
    clips = read_dataset("uea", **files)
    assert clips.positions.shape == (4, 5, 2, 3)
    assert clips.split.tolist() == ["train", "train", "test", "test"]
    assert clips.ids.tolist() == ["train/00000", "train/00001", "test/00000", "test/00001"]
    assert clips.labels.tolist() == [0, 1, 0, 1]
    assert clips.lengths.tolist() == [4, 3, 5, 2]
    for clip, case in enumerate(cases):
        for joint in range(2):
            for axis in range(3):
                expected = case[3 * joint + axis].astype(np.float32)
                assert np.array_equal(clips.positions[clip, : len(expected), joint, axis], expected)
        assert np.isnan(clips.positions[clip, case.shape[1] :]).all()


def test_joints_may_be_named_or_have_two_coordinates(pair):
    clips = read_dataset("uea", **pair[0], joints=["hip", "knee", "foot"], classes=["sit", "stand"])
    assert clips.positions.shape == (4, 5, 3, 2)
    assert clips.skeleton.joints == ("hip", "knee", "foot")
    assert clips.classes == ("sit", "stand")


@pytest.mark.parametrize(("channels", "joints", "coordinates"), [(12, 4, 3), (4, 2, 2), (7, 7, 1), (1, 1, 1), (61, 61, 1)])
def test_a_series_of_any_number_of_channels_is_read(tmp_path, channels, joints, coordinates):
    cases = np.random.default_rng(0).normal(size=(4, channels, 6))
    (tmp_path / "x.ts").write_text(text(cases, "abab", channels))
    clips = read_dataset("uea", train=tmp_path / "x.ts")
    assert clips.skeleton.name == "generic"
    expected = cases.transpose(0, 2, 1).reshape(4, 6, joints, coordinates).astype(np.float32)
    assert np.array_equal(clips.positions[..., :coordinates], expected)
    assert (clips.positions[..., coordinates:] == 0).all()
    assert clips.positions.shape[3] >= 2


def test_a_joint_of_one_channel_is_unseen_where_it_is(tmp_path):
    (tmp_path / "x.ts").write_text("@classLabel true a b\n@data\n1,?,3:a\n4,5,6:b\n")
    clips = read_dataset("uea", train=tmp_path / "x.ts")
    assert np.isnan(clips.positions[0, 1]).all()
    assert clips.positions[0, 2].tolist() == [[3, 0]]


@pytest.mark.parametrize(("name", "says"), [("x.arff", "take the .ts file of the same set"), ("x.csv", "not a .ts or .ts.gz")])
@pytest.mark.parametrize("role", ["train", "test"])
def test_files_of_other_formats_are_named_with_the_remedy(pair, tmp_path, name, says, role):
    (tmp_path / name).write_text("@relation x\n@data\n")
    with pytest.raises(UserError, match=says):
        read_dataset("uea", **{**pair[0], role: tmp_path / name})


def test_without_a_test_file_there_is_no_official_split(pair):
    assert read_dataset("uea", train=pair[0]["train"]).split is None


def test_a_case_of_question_marks_is_left_out(tmp_path):
    path = tmp_path / "x.ts"
    path.write_text("@classLabel true a b\n@data\n1:2:3:a\n?:?:?:a\n1:?:3:b\n")
    clips = read_dataset("uea", train=path)
    assert [(out.clip, out.reason) for out in clips.left_out] == [("train/00001", "only NaN")]
    assert clips.ids.tolist() == ["train/00000", "train/00002"]
    assert np.isnan(clips.positions[1, 0, 0]).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"joints": 4}, "4 joints of 1, 2 or 3 channels are not the 6 channels"),
        ({"joints": 1}, "1 joints of 1, 2 or 3 channels"),
        ({"joints": 0}, "0 joints of 1, 2 or 3"),
        ({"skeleton": "natops"}, "skeleton 'natops' has 8 joints"),
        ({"classes": ["a"]}, "1 names for the 2 classes"),
        ({"fps": -1}, "fps=-1"),
        ({"train": None}, "dataset.params.train is not set"),
        ({"test": "nowhere.ts"}, "dataset.params.test: nothing at"),
        ({"train": None, "fetch": "cats"}, "no public set 'cats' (did you mean natops?); there are: basic_motions, dhg, "),
        (
            {"train": None, "fetch": "shrec17"},
            "fetch=shrec17: another reader takes this set; type dataset=shrec17",
        ),
    ],
)
def test_settings_are_checked(pair, params, says):
    with pytest.raises(UserError) as caught:
        read_dataset("uea", **{**pair[0], **params})
    assert says in str(caught.value)


def test_two_files_must_be_of_one_set(pair, tmp_path):
    (tmp_path / "other.ts").write_text(text([np.ones((6, 2))] * 2, "ac"))
    with pytest.raises(UserError, match="other channels or classes"):
        read_dataset("uea", train=pair[0]["train"], test=tmp_path / "other.ts")


def test_the_header_of_the_second_file_may_name_the_classes_in_another_order(pair):
    test = pair[0]["test"]
    test.write_text(test.read_text().replace("true a b", "true b a"))
    assert read_dataset("uea", **pair[0]).labels.tolist() == [0, 1, 0, 1]


def test_natops_as_the_archive_ships_it_is_the_npz(shared_data):
    clips = read_dataset(
        "uea",
        train=shared_data / "NATOPS_TRAIN.ts.gz",
        test=shared_data / "NATOPS_TEST.ts.gz",
        skeleton="natops",
        classes=NATOPS,
    )
    npz = read_dataset("archive", path=shared_data / "natops.npz", skeleton="natops")
    raw = np.load(shared_data / "natops.npz")
    assert np.array_equal(clips.positions, raw["X"])
    assert np.array_equal(clips.labels, raw["y"])
    for name in ("positions", "labels", "lengths", "split", "classes", "skeleton"):
        assert np.array_equal(getattr(clips, name), getattr(npz, name)), name


HEADER = "@problemName X\n@timeStamps false\n@univariate false\n@dimensions 2\n@classLabel true up down\n@data\n"


def write(tmp_path, text, name="x.ts"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_dimensions_values_and_labels(tmp_path):
    series = read_ts(write(tmp_path, HEADER + "1,2,3:4,5,6:up\n-1e-3,?:0.5,NaN:down\n"))
    assert series.classes == ("up", "down")
    assert series.labels == ["up", "down"]
    assert np.array_equal(series.cases[0], np.array([[1, 2, 3], [4, 5, 6]], np.float32))
    assert np.array_equal(series.cases[1], np.array([[-1e-3, np.nan], [0.5, np.nan]], np.float32), equal_nan=True)
    assert series.cases[0].dtype == np.float32


def test_comments_in_any_encoding_blank_lines_and_case_do_not_matter(tmp_path):
    text = b"# Fran\xe7ois: a comment\n\n% another\n" + HEADER.replace("@data", "@DATA").encode() + b"\n1:2:up \r\n"
    assert read_ts(write(tmp_path, text)).labels == ["up"]


def test_labels_in_utf8(tmp_path):
    assert read_ts(write(tmp_path, HEADER.replace("up", "größer") + "1:2:größer\n")).labels == ["größer"]


def test_gzip_is_told_by_content_not_by_name(tmp_path):
    assert read_ts(write(tmp_path, gzip.compress((HEADER + "1:2:up\n").encode()))).labels == ["up"]


def test_a_file_without_labels(tmp_path):
    series = read_ts(write(tmp_path, "@classLabel false\n@data\n1,2:3,4\n"))
    assert (series.classes, series.labels, series.cases[0].shape) == ((), [], (2, 2))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEADER, "no case after @data"),
        (HEADER + "1,2:3,4:left\n", "x.ts:7: class label 'left' is not in the header (up down)"),
        (HEADER + "1,2:3,4:up\n1,2:3,", "x.ts:8: class label '3,' is not in the header"),
        (HEADER + "1,2:3:up\n", "x.ts:7: dimensions of different length"),
        (HEADER + "1,b:3,4:up\n", "x.ts:7: dimensions of different length or a value that is no number"),
        (HEADER + "1:2:up\n1:up\n", "x.ts:8: 1 dimensions, but the first case has 2"),
        (HEADER.replace("2", "3") + "1:2:up\n", "the header says 3 dimensions, the cases have 2"),
        (HEADER.replace("timeStamps false", "timeStamps true") + "1:2:up\n", "time stamps are not read"),
        (HEADER.replace("classLabel", "targetLabel") + "1:2:up\n", "a numeric target is no class"),
        (HEADER.replace(" up down", "") + "1:2:up\n", "@classLabel names no class"),
        ("hello world\n", "x.ts:1: neither a header nor after @data"),
        (gzip.compress(HEADER.encode(), mtime=0)[:-12], "cannot be read"),
    ],
)
def test_damage_is_named_with_its_line(tmp_path, text, says):
    with pytest.raises(UserError) as caught:
        read_ts(write(tmp_path, text))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
