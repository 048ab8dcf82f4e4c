"""Readers of published hand skeletons, on small files made in the published layouts: the real sets cannot be had here."""

from __future__ import annotations

import io
import re
import shutil
import tarfile
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from gesture_al import UserError, read_dataset
from gesture_al.data.datasets.public_sets import PUBLIC_SETS, published_hash
from gesture_al.data.datasets.splits import hold_out, make_splits

JOINTS = 22


def words(numbers, separator=" ", end=""):
    return "".join(separator.join(f"{number:.7g}" for number in row) + end + "\n" for row in numbers)


def hands(seed, frames):
    return np.random.default_rng(seed).normal(size=(frames, JOINTS * 3)).round(4)


# gesture, fingers, person, trial and frames; the label of 28 counts the ways after the gestures.
TRAIN = [(gesture, finger, person, 1, 4 + person) for gesture in (1, 2, 14) for finger in (1, 2) for person in (1, 2, 3)]
TEST = [(gesture, finger, 9, 2, 6) for gesture in (1, 2, 14) for finger in (1, 2)]


def folder_of(row):
    return "gesture_{}/finger_{}/subject_{}/essai_{}".format(*row[:4])


def listed(rows):
    return "".join(f"{g} {f} {s} {e} {g} {g + 14 * (f - 1)} {frames}\n" for g, f, s, e, frames in rows)


def shrec17_files():
    files = {"train_gestures.txt": listed(TRAIN), "test_gestures.txt": listed(TEST), "README.txt": "about"}
    for seed, row in enumerate(TRAIN + TEST):
        files[f"{folder_of(row)}/skeletons_world.txt"] = words(hands(seed, row[4]))
        files[f"{folder_of(row)}/skeletons_image.txt"] = words(hands(seed, row[4])[:, :44])
        files[f"{folder_of(row)}/general_informations.txt"] = "1 2 3 4 5\n"
    return files


def dhg_files():
    rows = [(g, f, s, e) for g in (1, 2) for f in (1, 2) for s in (1, 2, 3) for e in (1, 2)]
    files = {"informations_troncage_sequences.txt": "".join(f"{g} {f} {s} {e} 2 {4 + e}\n" for g, f, s, e in rows)}
    for seed, row in enumerate(rows):
        files[f"{folder_of(row)}/skeleton_world.txt"] = words(hands(seed, 9))
    return files


def sfinge3d_files(kinds=13, clips=3):
    files = {"README.md": "about", "Sequences/1.txt": "1;2;\n", "Sequences/sequencesGT.csv": "1,1,8,51,93\n"}
    for kind in range(1, kinds + 1):
        for clip in range(1, clips + 1):
            numbers = np.random.default_rng(100 * kind + clip).normal(size=(5 + clip, 20 * 7))
            files[f"Dictionary/{kind}/{clip}.txt"] = words(numbers, ";", ";")
    return files


SETS = {"shrec17": shrec17_files, "dhg": dhg_files, "sfinge3d": sfinge3d_files}


@pytest.fixture
def write(tmp_path):
    """Write a set as it is unpacked; `changes` replace, add or (None) leave out files."""

    def start(name, changes=None, folder=None):
        root = tmp_path / "data" / (folder or PUBLIC_SETS[name].files["folder"][0])
        for file, text in {**SETS[name](), **(changes or {})}.items():
            if text is not None:
                (root / file).parent.mkdir(parents=True, exist_ok=True)
                (root / file).write_text(text)
        return root

    return start


def refused(name, **params):
    with pytest.raises(UserError) as caught:
        read_dataset(name, **params)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def left_out(clips):
    return {one.clip: one.reason for one in clips.left_out}


def test_shrec17_has_its_published_split_its_people_and_its_joints(write):
    clips = read_dataset("shrec17", path=str(write("shrec17")))
    assert clips.classes == ("Grab", "Tap", "Shake")
    assert (clips.split == "train").sum() == len(TRAIN)
    assert (clips.split == "test").sum() == len(TEST)
    assert clips.ids[0] == "gesture_1/finger_1/subject_1/essai_1"
    assert clips.subjects.tolist() == [str(row[2]) for row in TRAIN + TEST]
    assert clips.labels.tolist() == [(1, 2, 14).index(row[0]) for row in TRAIN + TEST]
    assert (clips.skeleton.name, clips.fps, clips.left_out) == ("shrec_hand", 30.0, ())
    for row, (frames, seed) in enumerate((row[4], seed) for seed, row in enumerate(TRAIN + TEST)):
        assert clips.lengths[row] == frames
        expected = hands(seed, frames).reshape(frames, JOINTS, 3)
        assert np.allclose(clips.positions[row, :frames], expected, atol=1e-6)
        assert np.isnan(clips.positions[row, frames:]).all()
    splits = make_splits(clips, "auto", 0.3, 0.0, np.random.default_rng(0))
    assert (splits.rule, len(splits.test)) == ("official", len(TEST))


@pytest.mark.parametrize("name", ["shrec17", "dhg"])
def test_with_28_gestures_each_way_is_a_class(write, name):
    coarse = read_dataset(name, path=str(write(name)))
    fine = read_dataset(name, path=str(write(name)), gestures=28)
    assert fine.classes[:3] == ("Grab, one finger", "Grab, whole hand", "Tap, one finger")
    assert len(fine.classes) == 2 * len(coarse.classes)
    fingers = [int(re.search(r"finger_(\d)", clip).group(1)) for clip in fine.ids]
    assert fine.labels.tolist() == [2 * label + finger - 1 for label, finger in zip(coarse.labels, fingers, strict=True)]


CLIP = "gesture_2/finger_1/subject_1/essai_1"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (None, "no skeletons_world.txt"),
        ("", "no frame"),
        (words(hands(0, 5)[:, :-1]), "a line that does not hold 66 numbers"),
        (words(hands(0, 4)), "other frames than the list of clips says"),
        (words(hands(0, 5)).replace(" 0.", " x.", 1), "a word that is no number"),
        (words(np.full((5, 66), np.nan)), "a number that is not finite"),
        (words(np.full((5, 66), 1e300)), "a number that is not finite"),
        (words(np.zeros((5, 66))), "no landmark in any frame"),
    ],
)
def test_a_clip_that_cannot_be_read_is_left_out_with_its_reason(write, change, reason):
    clips = read_dataset("shrec17", path=str(write("shrec17", {f"{CLIP}/skeletons_world.txt": change})))
    assert left_out(clips) == {CLIP: reason}
    assert len(clips) == len(TRAIN) + len(TEST) - 1


def test_a_frame_in_which_no_hand_was_seen_is_no_place(write):
    numbers = hands(0, 5)
    numbers[2] = 0
    clips = read_dataset("shrec17", path=str(write("shrec17", {f"{CLIP}/skeletons_world.txt": words(numbers)})))
    row = clips.ids.tolist().index(CLIP)
    assert np.isnan(clips.positions[row, :5]).all(axis=(1, 2)).tolist() == [False, False, True, False, False]


def test_a_clip_that_no_list_names_is_told(write):
    other = "gesture_1/finger_1/subject_1/essai_7"
    clips = read_dataset("shrec17", path=str(write("shrec17", {f"{other}/skeletons_world.txt": words(hands(0, 4))})))
    assert left_out(clips) == {other: "in no list of the set's clips"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 1 1 1 1 1\n", "train_gestures.txt:1: must hold 7 whole numbers"),
        ("\n1 1 1 1 1 1 -5\n", "train_gestures.txt:2: must hold 7 whole numbers"),
        ("15 1 1 1 15 29 5\n", "no gesture 15 with fingers 1"),
        ("1 3 1 1 1 29 5\n", "no gesture 1 with fingers 3"),
        (listed(TRAIN) + "2 1 1 1 1 2 5\n", "label 1 is that of another gesture"),
        (listed(TRAIN) + "2 1 1 1 2 16 5\n", "label 16 is that of another gesture"),
        (listed(TRAIN) + listed(TRAIN[:1]), "stands 2 times"),
        (listed(TRAIN) + listed(TEST[:1]), "stands 2 times"),
        ("\n", "holds no row"),
        ("", "is empty"),
        (None, "nothing at"),
    ],
)
def test_a_damaged_list_is_refused(write, text, says):
    root = write("shrec17", {"train_gestures.txt": text})
    assert says in refused("shrec17", path=str(root))


def test_dhg_keeps_the_frames_of_the_gesture_itself(write):
    root = write("dhg")
    clips = read_dataset("dhg", path=str(root))
    whole = read_dataset("dhg", path=str(root), trim=False)
    assert set(whole.lengths.tolist()) == {9}
    # Frames 2 to 5 of the first trial, 2 to 6 of the second, both included.
    assert clips.lengths[:2].tolist() == [4, 5]
    assert np.array_equal(clips.positions[0, :4], whole.positions[0, 2:6])
    assert (clips.fps, clips.split) == (30.0, None)


def test_dhg_leaves_out_the_people_that_are_named(write):
    clips = read_dataset("dhg", path=str(write("dhg")))
    splits = make_splits(hold_out(clips, ["2"]), "auto", 0.3, 0.0, np.random.default_rng(0))
    assert set(clips.subjects[splits.test].tolist()) == {"2"}
    assert set(clips.subjects[splits.train].tolist()) == {"1", "3"}


@pytest.mark.parametrize(("part", "frames"), [("0 8", 9), ("1 9", 8), ("2 10", None), ("9 9", None), ("5 2", None)])
def test_a_dhg_clip_that_does_not_hold_its_gesture_is_left_out(write, part, frames):
    lists = dhg_files()["informations_troncage_sequences.txt"].replace("1 1 1 1 2 5", f"1 1 1 1 {part}")
    clips = read_dataset("dhg", path=str(write("dhg", {"informations_troncage_sequences.txt": lists})))
    first = "gesture_1/finger_1/subject_1/essai_1"
    if frames is None:
        assert left_out(clips) == {first: "other frames than the list of clips says"}
    else:
        assert clips.lengths[clips.ids.tolist().index(first)] == frames


def test_a_damaged_list_of_dhg_is_refused(write):
    root = write("dhg", {"informations_troncage_sequences.txt": "1 1 1 1 5\n"})
    assert "informations_troncage_sequences.txt:1: must hold 6 whole numbers" in refused("dhg", path=str(root))


def test_the_dictionary_of_sfinge3d_is_read_without_its_quaternions(write):
    clips = read_dataset("sfinge3d", path=str(write("sfinge3d")))
    assert len(clips.classes) == 13
    assert clips.ids[:4].tolist() == ["1/1", "1/2", "1/3", "2/1"]
    assert clips.labels.tolist() == sorted([*range(13)] * 3)
    assert (clips.skeleton.name, clips.fps, clips.subjects, clips.split) == ("leap_hand", 20.0, None, None)
    numbers = np.random.default_rng(203).normal(size=(8, 20, 7))
    assert np.allclose(clips.positions[5, :8], numbers[..., :3], atol=1e-5)


def test_clips_of_sfinge3d_stand_in_the_order_of_their_numbers(write):
    clips = read_dataset("sfinge3d", path=str(write("sfinge3d", {"Dictionary/1/10.txt": sfinge3d_files()["Dictionary/1/1.txt"]})))
    assert clips.ids[:4].tolist() == ["1/1", "1/2", "1/3", "1/10"]


def test_what_else_lies_in_the_dictionary_is_told(write):
    changes = {
        "Dictionary/14/1.txt": "1;",
        "Dictionary/2/notes.md": "x",
        "Dictionary/3/1.txt": sfinge3d_files()["Dictionary/3/1.txt"][:-20],
        "Dictionary/Thumbs.db": "x",
    }
    clips = read_dataset("sfinge3d", path=str(write("sfinge3d", changes)))
    assert left_out(clips) == {
        "14": "no folder of a gesture, 1 to 13",
        "2/notes.md": ".md",
        "3/1": "a line that does not hold 140 numbers",
        "Thumbs.db": "Thumbs.db",
    }


@pytest.mark.parametrize("name", SETS)
def test_a_folder_without_the_set_is_refused(tmp_path, name):
    assert "dataset.params.path" in refused(name, path=str(tmp_path))
    assert "dataset.params.path" in refused(name, path=str(tmp_path / "nowhere"))


@pytest.mark.parametrize("name", SETS)
def test_the_offline_folder_comes_first_and_is_read_again_from_the_cache(write, monkeypatch, name):
    root = write(name, folder=PUBLIC_SETS[name].files["folder"][-1])
    monkeypatch.setenv("GESTURE_AL_DATA", str(root.parent))
    clips = read_dataset(name)
    assert PUBLIC_SETS[name].source in clips.source
    assert isinstance(read_dataset(name).positions, np.memmap)


def test_what_is_given_to_those_who_register_is_not_downloaded():
    message = refused("dhg")
    assert "register at http://www-rech.telecom-lille.fr/DHGdataset/" in message
    assert "put the unpacked folder DHG2016" in message


def packed(name, kind):
    content = io.BytesIO()
    files = {f"Somewhere/{file}": text.encode() for file, text in SETS[name]().items()}
    if kind == "zip":
        with zipfile.ZipFile(content, "w") as archive:
            for file, data in files.items():
                archive.writestr(file, data)
    else:
        with tarfile.open(fileobj=content, mode="w:gz") as tar:
            for file, data in files.items():
                entry = tarfile.TarInfo(file)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
    return content.getvalue()


@pytest.fixture
def publish(serve, monkeypatch):
    def start(name, content, cut=False, **changes):
        path = "/" + PUBLIC_SETS[name].url.rpartition("/")[2]
        address, requests = serve({path: content}, cut)
        monkeypatch.setitem(PUBLIC_SETS, name, replace(PUBLIC_SETS[name], url=address + path, **changes))
        return requests

    return start


@pytest.mark.parametrize(("name", "kind"), [("shrec17", "tar"), ("sfinge3d", "zip")])
def test_a_download_keeps_what_is_read_and_is_fetched_once(publish, write, cache, name, kind):
    requests = publish(name, packed(name, kind))
    clips = read_dataset(name)
    own = read_dataset(name, path=str(write(name)))
    assert np.array_equal(clips.positions, own.positions, equal_nan=True)
    assert (clips.ids == own.ids).all()
    read_dataset(name)
    assert len(requests) == 1
    kept = {path.name for path in (cache / "downloads" / name).rglob("*") if path.is_file()}
    assert not kept & {"skeletons_image.txt", "general_informations.txt", "README.md", PUBLIC_SETS[name].url.rpartition("/")[2]}


@pytest.mark.parametrize("cut", [True, False], ids=["the connection breaks", "the file is short"])
@pytest.mark.parametrize(("name", "kind"), [("shrec17", "tar"), ("sfinge3d", "zip")])
def test_a_truncated_download_is_refused_and_not_kept(publish, cache, name, kind, cut):
    content = packed(name, kind)
    publish(name, content if cut else content[: len(content) // 2], cut)
    assert "set GESTURE_AL_DATA" in refused(name)
    assert not list((cache / "downloads").rglob("*.txt"))


def test_an_archive_without_the_set_is_refused(publish):
    publish("shrec17", packed("dhg", "tar"))
    assert "does not hold the unpacked folder HandGestureDataset_SHREC2017" in refused("shrec17")


def test_members_that_point_out_of_the_folder_stay_in_it(publish, cache):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for file, text in sfinge3d_files().items():
            archive.writestr(f"../../{file}", text)
    publish("sfinge3d", content.getvalue())
    assert len(read_dataset("sfinge3d")) == 39
    assert {path.name for path in (cache / "downloads").iterdir()} == {"sfinge3d"}


def hash_of(name):
    files = SETS[name]()
    rows = [name.split("/") for name in files if name.startswith("Dictionary/")]
    rows.sort(key=lambda row: (int(row[1]), int(row[2].removesuffix(".txt"))))
    tables = [np.array([line.rstrip(";").split(";") for line in files["/".join(row)].splitlines()], np.float64) for row in rows]
    lengths = np.array([len(table) for table in tables])
    labels = np.array([int(row[1]) - 1 for row in rows])
    return published_hash(lengths, labels, [table.astype(np.float32) for table in tables])


def test_the_first_reading_is_remembered_and_demanded(publish, cache, monkeypatch):
    publish("sfinge3d", packed("sfinge3d", "zip"))
    read_dataset("sfinge3d")
    assert (cache / "contents" / "sfinge3d").read_text() == hash_of("sfinge3d")
    # The makers publish other numbers: the download is new, what was read first is remembered.
    for folder in ("downloads", "sets"):
        shutil.rmtree(cache / folder)
    files = sfinge3d_files()
    other = files["Dictionary/1/1.txt"].replace("0.", "1.", 1)
    monkeypatch.setitem(SETS, "sfinge3d", lambda: {**files, "Dictionary/1/1.txt": other})
    publish("sfinge3d", packed("sfinge3d", "zip"))
    assert "other numbers than the first read (remembered in" in refused("sfinge3d")
    assert not (cache / "downloads" / "sfinge3d").exists()


def test_an_incomplete_set_is_not_remembered(write, cache, monkeypatch):
    root = write("sfinge3d", {"Dictionary/1/1.txt": "1;2;"})
    monkeypatch.setenv("GESTURE_AL_DATA", str(root.parent))
    assert len(read_dataset("sfinge3d")) == 38
    assert not (cache / "contents").exists()


def test_a_hash_that_the_user_gives_is_demanded(write, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_DATA", str(write("sfinge3d").parent))
    assert len(read_dataset("sfinge3d", content=hash_of("sfinge3d").upper())) == 39
    message = refused("sfinge3d", content="0" * 64)
    assert "other numbers than the expected ones" in message
    assert f"their hash is {hash_of('sfinge3d')}" in message
    assert "replace the files in the folder GESTURE_AL_DATA" in message
