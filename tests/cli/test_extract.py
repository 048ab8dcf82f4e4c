"""What `gesture-al extract` and `gesture-al forget` make of what was typed."""

from __future__ import annotations

import shutil

import pytest
from capture.video.small_videos import cut_off, make_video
from fake_extractor import FakeExtractor

import gesture_al.cli.extract as commands
from gesture_al.cli.main import main
from gesture_al.core.errors import UserError


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("Like/ann_1.mp4", "Like/bob_1.mp4", "Heart/ann_1.mp4")):
        make_video(tmp_path / "clips" / name, frames=10 + number)


@pytest.fixture
def faked(monkeypatch):
    monkeypatch.setattr(commands, "chosen_extractor", lambda overrides: FakeExtractor())


def test_a_folder_of_videos_becomes_landmarks_and_a_second_time_there_is_nothing_to_do(faked, capsys):
    typed = ["extract", "clips", "--out", "data/landmarks", "--processes", "1", "--pattern", "{class}/{subject}_{session}"]
    assert main(typed) == 0
    told = capsys.readouterr()
    assert told.out == "landmarks: data/landmarks\n"
    assert "3 videos extracted, 0 known from before\n3 clips in data/landmarks (Heart, Like)\n" in told.err
    assert main(typed) == 0
    assert "nothing to do: 3 videos extracted already" in capsys.readouterr().err


def test_what_is_no_video_is_told_and_listed_beside_the_table(faked, tmp_path, capsys):
    for name in ("Like/Thumbs.db", "Heart/Thumbs.db", "Like/notes.txt"):
        (tmp_path / "clips" / name).touch()
    assert main(["extract", "clips", "--out", "clips/out", "--processes", "1"]) == 0
    line = "read 3 videos, left out 3: 2 x Thumbs.db (Heart/Thumbs.db, Like/Thumbs.db), 1 x .txt (Like/notes.txt)"
    assert f"{line}; all of them in clips/out/left_out.csv\n" in capsys.readouterr().err
    listed = (tmp_path / "clips" / "out" / "left_out.csv").read_text()
    assert listed == "file,reason\nHeart/Thumbs.db,Thumbs.db\nLike/Thumbs.db,Thumbs.db\nLike/notes.txt,.txt\n"
    for path in (tmp_path / "clips").glob("*/*.*[!4]"):
        if path.parent.name != "out":
            path.unlink()
    assert main(["extract", "clips", "--out", "clips/out", "--processes", "1"]) == 0
    assert "left out" not in capsys.readouterr().err
    assert not (tmp_path / "clips" / "out" / "left_out.csv").exists()


def test_a_video_that_was_read_in_part_is_told_once(faked, tmp_path, capsys):
    video = cut_off(make_video(tmp_path / "videos" / "Like" / "cut.avi"))
    assert main(["extract", "videos", "--out", "clips"]) == 0
    assert f"{video}: ends after" in " ".join(capsys.readouterr().err.split())
    assert main(["extract", "videos", "--out", "clips"]) == 0
    assert "cut.avi" not in capsys.readouterr().err


def test_a_video_under_two_classes_is_told(faked, tmp_path, capsys):
    shutil.copy(tmp_path / "clips" / "Like" / "ann_1.mp4", tmp_path / "clips" / "Heart" / "other.mp4")
    for _ in range(2):
        assert main(["extract", "clips", "--processes", "1"]) == 0
        line = "the same video under several classes: Heart/other.mp4 and Like/ann_1.mp4; remove it from all but one"
        assert line in capsys.readouterr().err


def test_landmarks_only_asks_and_removes_the_videos(faked, tmp_path, capsys, monkeypatch):
    typed = ["extract", "clips", "--processes", "1", "--landmarks-only"]
    assert main(typed) == 2
    assert "Nobody can be asked here: add --yes" in capsys.readouterr().err
    assert len(list(tmp_path.glob("clips/*/*.mp4"))) == 3
    (tmp_path / "clips" / "Like" / "dan_1.mp4").write_text("broken")
    assert main([*typed, "--yes"]) == 0
    assert [path.name for path in tmp_path.glob("clips/*/*.mp4")] == ["dan_1.mp4"], "what gave no clip can still be looked at"
    assert len(list(tmp_path.glob("data/landmarks/*/*.npz"))) == 3 + 3
    make_video(tmp_path / "clips" / "Like" / "cy_1.mp4", frames=5)
    assert main(["extract", "clips", "--processes", "1"]) == 0
    told = capsys.readouterr().err
    assert "4 clips in data/landmarks" in told, "those of removed videos stay"
    assert "3 videos no longer there: they are cut from the landmarks that were kept" in told
    assert main(["extract", "clips", "--processes", "1", "--at-least", "1.0"]) == 2, "no clip is left of any"
    assert main(["extract", "clips/Heart/ann_1.mp4", "--processes", "1"]) == 0
    assert main(["extract", "clips/Heart/nobody.mp4"]) == 2


def test_no_clip_at_all_is_no_success(faked, tmp_path, capsys):
    (tmp_path / "bad" / "Like").mkdir(parents=True)
    (tmp_path / "bad" / "Like" / "a.mp4").write_text("no video")
    assert main(["extract", "bad", "--processes", "1"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    page = "data/landmarks/tracking.html"
    assert told.err.splitlines()[-1] == f"gesture-al: bad: no video gave a clip; {page} says why of each"
    assert "no video that can be read" in (tmp_path / page).read_text()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["nowhere"], "): no such folder; name a folder of videos"),
        (["clips", "--processes", "0"], "--processes 0: must be at least 1"),
        (["clips", "--fps", "-3"], "--fps -3: must be above 0"),
        (["clips", "--at-least", "2"], "--at-least 2: must be between 0 and 1"),
        (["clips", "--cut", "scenes"], "--cut scenes: unknown; there are: motion, windows, whole"),
        (["clips", "--window", "0"], "--window 0: must be above 0"),
        (["clips", "--pattern", "{klass}"], "{klass} is unknown"),
        (["clips", "model=lstm"], "model=lstm: extract takes landmarks=..."),
        (["clips", "landmarks=feet"], "no landmarks 'feet'"),
        (["clips", "landmarks.params.confidence=1"], "has no parameter 'confidence'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(typed, says, capsys):
    assert main(["extract", *typed]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


def test_the_extractor_is_the_one_that_was_typed():
    assert commands.chosen_extractor(["landmarks=hands_pose"]).skeleton.name == "hands_pose"
    assert commands.chosen_extractor([]).skeleton.name == "hands"
    with pytest.raises(UserError, match=r"landmarks\.params"):
        commands.chosen_extractor(["landmarks.params.max_hands=many"])


def test_forgetting_somebody_unknown_is_refused(faked, capsys):
    assert main(["forget", "subject=ann"]) == 2
    assert "no such folder of landmarks" in capsys.readouterr().err
    main(["extract", "clips", "--processes", "1", "--pattern", "{class}/{subject}_{session}"])
    assert main(["forget", "subject=zoe", "--yes"]) == 2
    assert "subject=zoe: nothing of that name" in capsys.readouterr().err
    assert main(["forget", "subject=ann", "--yes"]) == 0
    assert capsys.readouterr().out.endswith("removed of ann: 2 clips, 2 whole tracks, 2 videos and 0 answers\n")


def test_an_address_is_refused_as_it_was_typed_and_without_its_secrets(faked, capsys):
    assert main(["extract", "http://ann:s3cret@host/clips/a.mp4?key=t0ken"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("gesture-al: http://***@host/clips/a.mp4?***: an address, where a file is needed; download it first")
