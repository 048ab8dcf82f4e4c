from __future__ import annotations

import errno
import hashlib
import json
from collections import namedtuple
from dataclasses import replace

import numpy as np
import pytest

from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines
from gesture_al.data.track import read_track, write_track
from gesture_al.studio.record import clip_store
from gesture_al.studio.record.clip_store import ClipStore


def files(folder):
    """What is there for people; not the lock and the head of the list of takes."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.name != "lock" and path.suffix != ".head"]
    return sorted(str(path.relative_to(folder)) for path in found)


def test_a_kept_take_is_a_track_and_a_video_and_a_line(tmp_path, make_store):
    with make_store() as place:
        name = place.keep(place.take())
        assert place.counts() == {"Like": 1}
    folder = tmp_path / "data"
    assert name == "Like/ann_one_001"
    assert files(folder) == ["Like/ann_one_001.npz", "Like/ann_one_001.webm", "recorded.jsonl"]
    track = read_track(folder / f"{name}.npz")
    np.testing.assert_allclose(track.seconds, np.arange(10) / 10)
    assert (track.width, track.height, track.layout) == (64, 48, "hands")
    sha256 = hashlib.sha256((folder / f"{name}.webm").read_bytes()).hexdigest()
    assert track.about == {
        **{"class": "Like", "subject": "ann", "session": "one"},
        **{"video": f"{name}.webm", "sha256": sha256, "extractor": {"name": "fake"}},
    }
    with open_video(folder / f"{name}.webm") as video:
        assert len(list(video)) == 10
    (line,) = read_lines(folder / "recorded.jsonl")
    assert (line["op"], line["name"], line["frames"]) == ("keep", name, 10)
    assert line["prompt"] == "Faster"


def test_landmarks_only_keeps_no_picture(tmp_path, make_store):
    with make_store(video=False) as place:
        name = place.keep(place.take())
        place.keep(place.take("Heart"))
        place.undo()
        # No folder stays that would be read as a class without clips.
        assert place.counts() == {"Like": 1}
    assert files(tmp_path / "data") == [f"{name}.npz", "recorded.jsonl"]
    assert "video" not in read_track(tmp_path / "data" / f"{name}.npz").about


def moving(tools, seconds: float):
    """A hand that rests, goes up for a second every five, and rests again."""
    seen = tools.hand()
    seen.positions[21:, :2] = np.linspace([0.4, 0.8], [0.5, 0.6], 21)
    phase = np.clip(seconds % 5 - 2, 0, 1)
    seen.positions[21:, 1] -= 0.4 * np.sin(np.pi * phase)
    return seen


def test_a_free_recording_becomes_clips_without_a_class_where_hands_move(tmp_path, make_store, tools):
    with make_store() as place:
        name = place.keep(place.take(None, 300, lambda number: moving(tools, number / 20), rate=20))
        assert name == "unlabelled/ann_one_001"
        clips = sorted((tmp_path / "data" / "unlabelled").glob("*.npz"))
        assert place.counts() == {"unlabelled": 3}
        for clip, start in zip(clips, (2, 7, 12), strict=True):
            about = read_track(clip).about
            assert about["recording"] == "ann_one_001"
            assert start - 0.5 < about["start"] < start + 0.5 < about["end"] < start + 1.5
            assert "class" not in about
        # The next number does not take the place in the recording for its own.
        assert place.store.last_number("ann_one_") == 1
        place.undo()
    assert files(tmp_path / "data") == ["recorded.jsonl"]


def test_a_free_recording_in_which_nothing_comes_to_rest_is_cut_into_windows(tmp_path, make_store):
    with make_store(video=False) as place:
        place.keep(place.take(None, frames=45))
        assert place.counts()["unlabelled"] >= 3
    assert (tmp_path / "data" / ".whole" / "ann_one_001.npz").exists()


def test_names_go_on_over_classes_undo_and_a_restart(make_store):
    names = []
    with make_store() as place:
        names += [place.keep(place.take()), place.keep(place.take("Heart"))]
        assert place.undo() == names[-1]
    with make_store() as place:
        names += [place.keep(place.take("Heart")), place.keep(place.take())]
    assert names == ["Like/ann_one_001", "Heart/ann_one_002", "Heart/ann_one_003", "Like/ann_one_004"]


def test_names_do_not_meet_files_that_no_manifest_knows(tmp_path, make_store):
    (tmp_path / "data" / "Like").mkdir(parents=True)
    (tmp_path / "data" / "Like" / "Ann_one_007.npz").touch()
    with make_store() as place:
        assert place.keep(place.take()) == "Like/ann_one_008"


def test_undo_removes_the_files_of_this_recorder_only(tmp_path, make_store):
    with make_store() as place:
        place.keep(place.take())
    with make_store() as place:
        place.keep(place.take())
        assert place.undo() == "Like/ann_one_002"
    assert files(tmp_path / "data") == ["Like/ann_one_001.npz", "Like/ann_one_001.webm", "recorded.jsonl"]
    assert [line["op"] for line in read_lines(tmp_path / "data" / "recorded.jsonl")] == ["keep", "keep", "undo"]


def test_a_second_recorder_is_kept_out(make_store):
    with make_store(), pytest.raises(UserError, match="another recorder"), make_store():
        pass


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="choose another --out"), ClipStore(tmp_path / "file" / "data"):
        pass


def test_too_little_room_refuses_the_take_before_it_is_made(make_store, monkeypatch):
    usage = namedtuple("usage", "total used free")
    with make_store() as place:
        kept = place.keep(place.take())
        monkeypatch.setattr(clip_store.shutil, "disk_usage", lambda path: usage(1, 1, 1_000_000))
        with pytest.raises(UserError, match="only 1 MB are free"):
            place.take()
        assert place.counts() == {"Like": 1}
        assert kept


@pytest.mark.parametrize("step", ["write_track", "append_line"])
@pytest.mark.parametrize("video", [True, False])
def test_a_disk_that_is_full_keeps_nothing_of_the_take_until_there_is_room(tmp_path, make_store, monkeypatch, step, video):
    def full(path, *content):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with make_store(video) as place:
        first = place.keep(place.take())
        before = {name: (tmp_path / "data" / name).read_bytes() for name in files(tmp_path / "data")}
        take = place.take()
        with monkeypatch.context() as broken:
            broken.setattr(clip_store, step, full)
            with pytest.raises(UserError, match="No space left on device"):
                place.keep(take)
        there = {name: (tmp_path / "data" / name).read_bytes() for name in files(tmp_path / "data") if ".recording" not in name}
        assert there == before
        second = place.keep(take)
    assert {first, second} == {"Like/ann_one_001", "Like/ann_one_002"}
    assert len(files(tmp_path / "data")) == (5 if video else 3)


@pytest.mark.parametrize("killed_before", ["video", "write_track", "append_line", "unlink"])
def test_a_kill_while_a_take_is_kept_leaves_both_files_or_none(tmp_path, make_store, monkeypatch, killed_before):
    class Killed(BaseException):
        pass

    def kill(*anything, **named):
        raise Killed

    place = make_store().__enter__()
    place.keep(place.take())
    take = place.take()
    monkeypatch.setattr(clip_store.Move, "__exit__", lambda *told: None)
    if killed_before == "video":
        monkeypatch.setattr(clip_store.Move, "bring", kill)
    elif killed_before != "unlink":
        monkeypatch.setattr(clip_store, killed_before, kill)
    if killed_before == "unlink":
        place.keep(take)
    else:
        with pytest.raises(Killed):
            place.keep(take)
    monkeypatch.undo()
    place.store._lock.release()
    with make_store() as again:
        whole = killed_before in ("append_line", "unlink")
        assert again.counts() == {"Like": 2 if whole else 1}
        folder = tmp_path / "data"
        assert files(folder / "Like") == [f"ann_one_00{n}.{end}" for n in ((1, 2) if whole else (1,)) for end in ("npz", "webm")]
        assert [line["name"][-3:] for line in read_lines(folder / "recorded.jsonl")] == (["001", "002"] if whole else ["001"])
        assert files(folder / ".recording") == []


def test_a_kill_while_a_take_is_removed_is_made_good(tmp_path, make_store):
    with make_store() as place:
        name = place.keep(place.take())
    folder = tmp_path / "data"
    (folder / f"{name}.npz").unlink()
    (folder / ".recording" / "intent.json").write_text(
        json.dumps({"op": "undo", "name": name, "files": [f"{name}.webm", f"{name}.npz"]})
    )
    with make_store() as place:
        assert place.counts() == {}
    assert files(folder) == ["recorded.jsonl"]
    assert [line["op"] for line in read_lines(folder / "recorded.jsonl")] == ["keep", "undo"]


def as_it_was(folder, name):
    """Make of a take what a recorder of earlier days left: its video an mp4, in the track and in the list too."""
    track = read_track(folder / f"{name}.npz")
    write_track(folder / f"{name}.npz", replace(track, about={**track.about, "video": f"{name}.mp4"}))
    (folder / f"{name}.webm").rename(folder / f"{name}.mp4")
    listed = folder / "recorded.jsonl"
    listed.write_text(listed.read_text().replace(f"{name}.webm", f"{name}.mp4"))


def test_takes_of_earlier_days_are_counted_and_forgotten_with_their_mp4(tmp_path, make_store):
    from gesture_al.capture.extraction.forget import find_traces, remove_traces

    folder = tmp_path / "data"
    with make_store() as place:
        first, gone = place.keep(place.take()), place.keep(place.take())
    as_it_was(folder, first)
    as_it_was(folder, gone)
    (folder / f"{gone}.npz").unlink()
    with make_store() as place:
        assert place.counts() == {"Like": 1}
        assert place.keep(place.take()) == "Like/ann_one_003"
        place.undo()
    remove_traces(find_traces(folder, "ann"))
    assert files(folder) == [f"{gone}.mp4", "recorded.jsonl"], "nothing says whose a video without a track is"


def test_an_undo_of_earlier_days_that_was_interrupted_is_made_good(tmp_path, make_store):
    folder = tmp_path / "data"
    with make_store() as place:
        name = place.keep(place.take())
    as_it_was(folder, name)
    (folder / ".recording" / "intent.json").write_text(
        json.dumps({"op": "undo", "name": name, "files": [f"{name}.mp4", f"{name}.npz"]})
    )
    with make_store() as place:
        assert place.counts() == {}
    assert files(folder) == ["recorded.jsonl"]


def test_a_person_who_is_forgotten_leaves_nothing(tmp_path, make_store, make_plan):
    from gesture_al.capture.extraction.forget import find_traces, remove_traces

    with make_store() as place:
        place.keep(place.take())
        place.keep(place.take(None, frames=30))
        place.keep(place.take())
        place.undo()
    with make_store(plan=make_plan(subject="ben")) as place:
        ben = place.keep(place.take())
    folder = tmp_path / "data"
    remove_traces(find_traces(folder, "ann"))
    assert files(folder) == [f"{ben}.npz", f"{ben}.webm", "recorded.jsonl"]
    assert "ann" not in (folder / "recorded.jsonl").read_text()
