"""Folders of tracks as a data set: who, when, where in a recording, and what cannot be read."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al import Track, UserError, make_splits, read_dataset
from gesture_al.data.datasets.splits import shared_sessions
from gesture_al.data.track import write_track


def a_track(frames=10, joints=42, layout="hands", start=0.0, seed=0, **about):
    positions = np.random.default_rng([seed, frames]).random((frames, joints, 3), dtype=np.float32)
    seconds = start + np.arange(frames) ** 1.1 / 30
    if "recording" in about:
        about |= {"start": float(seconds[0]), "end": float(seconds[-1])}
    return Track(positions, seconds, np.ones((frames, 2), np.float32), np.full(frames, ""), 640, 480, layout, about)


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "landmarks"
    for n in range(3):
        write_track(root / "Like" / f"a{n}.npz", a_track(8 + n, seed=n, subject="ann", session="1"))
        write_track(root / "Heart" / f"b{n}.npz", a_track(6, seed=9 + n, subject="bob", session="1", **{"class": "Like"}))
    write_track(root / "unlabelled" / "free_000500.npz", a_track(12, start=5.0, recording="free"))
    write_track(root / ".tracks" / "x.npz", a_track())
    return root


def test_a_folder_of_tracks_is_a_set(folder):
    clips = read_dataset("clips", path=str(folder))
    assert clips.classes == ("Heart", "Like")
    assert clips.ids.tolist() == ["Heart/b0", "Heart/b1", "Heart/b2", "Like/a0", "Like/a1", "Like/a2", "unlabelled/free_000500"]
    assert clips.labels.tolist() == [0, 0, 0, 1, 1, 1, -1], "the folder says the class"
    assert clips.subjects.tolist() == ["bob"] * 3 + ["ann"] * 3 + [""]
    assert clips.groups.tolist() == ["bob/1"] * 3 + ["ann/1"] * 3 + ["recording free"]
    assert clips.lengths.tolist() == [6, 6, 6, 8, 9, 10, 12]
    assert clips.aspect.tolist() == pytest.approx([4 / 3] * 7)
    assert clips.skeleton.name == "hands"
    assert np.isnan(clips.positions[0, 6:]).all()
    assert np.allclose(clips.times[3, :8], np.arange(8) ** 1.1 / 30)
    assert clips.times[6, 0] == 0
    assert (clips.start[6], clips.end[6]) == pytest.approx((5.0, 5.0 + 11**1.1 / 30))
    assert (np.diff(clips.start[:3]) > 0).all()
    assert (clips.start[1:3] > clips.end[:2]).all(), "clips of one session lie behind each other"


def test_the_set_comes_from_the_cache_and_a_new_clip_makes_a_new_one(folder):
    first = read_dataset("clips", path=str(folder))
    again = read_dataset("clips", path=str(folder))
    assert isinstance(again.positions, np.memmap)
    assert again.fingerprint == first.fingerprint
    write_track(folder / "Like" / "a9.npz", a_track(5))
    assert len(read_dataset("clips", path=str(folder))) == len(first) + 1


def test_what_is_no_clip_is_left_out_with_its_reason(folder):
    (folder / "Like" / "torn.npz").write_bytes(b"PK\x03\x04 torn")
    write_track(folder / "Like" / "long.npz", a_track(900))
    write_track(folder / "Like" / "pose.npz", a_track(joints=75, layout="hands_pose"))
    dark = a_track()
    write_track(folder / "Like" / "dark.npz", Track(**{**vars(dark), "positions": np.full_like(dark.positions, np.nan)}))
    clips = read_dataset("clips", path=str(folder))
    reasons = {out.clip: out.reason for out in clips.left_out}
    assert len(clips) == 7
    assert reasons["Like/torn"].startswith("no landmarks can be read here")
    assert reasons["Like/long"].startswith("lasts 59 s, more than 20")
    assert reasons["Like/pose"] == "is of layout hands_pose, most are hands; extract it again"
    assert reasons["Like/dark"] == "no landmark in any frame"


def test_a_class_of_any_name_is_read_and_what_is_none_is_told(folder):
    for name in ("_______/a.npz", "Like/A9.NPZ", "Like/deep/a.npz", "loose.npz"):
        write_track(folder / name, a_track(5))
    for name in ("Like/Thumbs.db", "Like/notes.txt", "Like/a0.webm", ".up/a.npz", "__MACOSX/x", "desktop.ini"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    for _ in range(2):  # the second time from the cache
        clips = read_dataset("clips", path=str(folder))
        assert clips.classes == ("Heart", "Like", "_______")
        assert {"_______/a", "Like/A9"} <= set(clips.ids.tolist())
        assert {out.clip: out.reason.split(";")[0] for out in clips.left_out} == {
            "Like/Thumbs.db": "Thumbs.db",
            "Like/notes.txt": ".txt",
            "Like/deep": "a folder inside of a class",
            ".up": "hidden",
            "__MACOSX": "__MACOSX",
            "desktop.ini": "desktop.ini",
            "loose.npz": "lies in no folder named for a class",
        }
    chosen = read_dataset("clips", path=str(folder), classes=["Heart", "Like"])
    assert ("_______", "not in dataset.params.classes") in [(out.clip, out.reason) for out in chosen.left_out]


@pytest.mark.parametrize("made", [True, False])
def test_without_a_clip_it_says_how_to_get_one(tmp_path, made):
    if made:
        (tmp_path / "landmarks").mkdir()
    said = r"record first: gesture-al record --out .*landmarks, or extract a folder of videos"
    with pytest.raises(UserError, match=said) as refused:
        read_dataset("clips", path=str(tmp_path / "landmarks"))
    assert "\n" not in str(refused.value)


def test_a_class_with_one_clip_is_named(folder):
    write_track(folder / "Solo" / "x.npz", a_track(5, subject="ann", session="1"))
    clips = read_dataset("clips", path=str(folder))
    with pytest.raises(UserError, match=r"class 'Solo' has (1|one) clip"):
        make_splits(clips, "auto", 0.3, 0.0, np.random.default_rng(0))


def test_chosen_classes_pass_the_others_over(folder):
    write_track(folder / "Fire works" / "c.npz", a_track(seed=5))
    assert read_dataset("clips", path=str(folder), classes=["Like", "Heart"]).classes == ("Like", "Heart")


def test_what_is_no_set_is_refused(tmp_path, folder):
    for path, says in ((tmp_path / "x", "nothing at"), (folder / "Like" / "a0.npz", "is a file"), (tmp_path, "no clip in it")):
        with pytest.raises(UserError, match=says):
            read_dataset("clips", path=str(path))


def of_sessions(root, sessions, per_class=10):
    for session in range(sessions):
        for kind in ("Heart", "Like", "none"):
            for n in range(per_class):
                about = {} if sessions == 1 else {"session": str(session)}
                write_track(root / kind / f"{session}-{n:02d}.npz", a_track(5, seed=n, **about))
    write_track(root / "unlabelled" / "free_000000.npz", a_track(12, recording="free"))
    return read_dataset("clips", path=str(root))


@pytest.mark.parametrize(
    ("sessions", "rules", "note"),
    [
        (1, ("blocks", "blocks"), "the test and validation clips are other moments of the sessions"),
        (2, ("group", "blocks"), "the validation clips are other moments of the sessions"),
        (6, ("group", "group"), ""),
    ],
)
def test_a_solo_maker_can_run_with_one_session_and_is_told_what_the_score_means(tmp_path, sessions, rules, note):
    clips = of_sessions(tmp_path, sessions)
    splits = make_splits(clips, "auto", 0.3, 0.2, np.random.default_rng(0))
    assert (splits.rule, splits.validation_rule) == rules
    for side in (splits.train, splits.test, splits.validation):
        assert set(clips.labels[side].tolist()) - {-1} == {0, 1, 2}
    assert shared_sessions(clips, splits)[: len(note)] == note
    assert bool(note) == bool(shared_sessions(clips, splits))


def test_what_a_live_recogniser_got_wrong_is_asked_first_also_from_the_cache(folder):
    assert read_dataset("clips", path=str(folder)).priority is None
    write_track(folder / "unlabelled" / "live_1.npz", a_track(12, priority=2))
    for _ in range(2):
        clips = read_dataset("clips", path=str(folder))
        assert clips.priority[clips.ids == "unlabelled/live_1"].tolist() == [2]
        assert clips.priority.sum() == 2


def test_videos_are_found_where_they_are_and_from_when_on_they_show_the_clip(folder, tmp_path):
    def shown(id):
        clips = read_dataset("clips", path=str(folder))
        row = clips.rows[id]
        return None if clips.videos is None else (clips.videos[row], clips.video_from[row])

    whole = tmp_path / "monday.mov"
    write_track(folder / "Like" / "rec.npz", a_track(video="Like/rec.webm"))
    write_track(folder / "unlabelled" / "cut.npz", a_track(start=4.5, recording="cut", video="unlabelled/long.webm"))
    write_track(folder / "Heart" / "far.npz", a_track(video=str(whole)))
    write_track(folder / "Heart" / "pictures.npz", a_track(video=str(tmp_path)))
    write_track(folder / "Heart" / "old.npz", a_track(video=str(tmp_path / "old.avi")))
    before = read_dataset("clips", path=str(folder))
    assert before.videos is None, "none of them is there yet"
    for path in (folder / "Like" / "rec.webm", folder / "unlabelled" / "long.webm", whole, tmp_path / "old.avi"):
        path.write_bytes(b"video")
    assert shown("Like/rec") == (str(folder / "Like" / "rec.webm"), 0)
    assert shown("unlabelled/cut") == (str(folder / "unlabelled" / "long.webm"), 4.5)
    assert shown("Heart/far") == (str(whole), 0)
    assert shown("Like/a0")[0] == shown("Heart/pictures")[0] == shown("Heart/old")[0] == "", "nothing that a browser plays"
    assert read_dataset("clips", path=str(folder)).fingerprint == before.fingerprint, "runs go on when videos are removed"


def test_a_clip_that_was_moved_into_a_class_takes_its_video_along(folder):
    write_track(folder / "Heart" / "rec.npz", a_track(video="Like/rec.webm"))
    write_track(folder / "Heart" / "cut.npz", a_track(start=4.5, recording="cut", video="unlabelled/long.webm"))
    for name in ("Heart/rec.webm", "unlabelled/long.webm"):
        (folder / name).write_bytes(b"video")
    clips = read_dataset("clips", path=str(folder))
    assert clips.videos[clips.rows["Heart/rec"]] == str(folder / "Heart" / "rec.webm")
    assert clips.videos[clips.rows["Heart/cut"]] == str(folder / "unlabelled" / "long.webm")
