"""A person who is forgotten is nowhere any more, and nobody else is touched."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from fake_extractor import FakeExtractor

from gesture_al import read_dataset
from gesture_al.capture.extraction.clip_cutter import ClipRules
from gesture_al.capture.extraction.extract import extract
from gesture_al.capture.extraction.sources import Pattern, find_sources
from gesture_al.cli.forget import forget
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines
from gesture_al.data.track import read_track, write_track

ANN, BOB = ["Heart/ann_1_001", "Like/ann_1_001"], ["Heart/bob_1_002", "Like/bob_1_001"]


@pytest.fixture
def data(clips, tmp_path):
    out = tmp_path / "landmarks"
    extract(find_sources(clips, Pattern("{class}/{subject}_{session}_{n}")), out, FakeExtractor(), ClipRules(), 2)
    # What the recorder leaves: a track and a video beside it, and a line in its list.
    track = read_track(out / "Like" / "ann_1_001.npz")
    about = {"class": "Like", "subject": "ann", "session": "2", "video": "Like/ann_2_001.mp4"}
    write_track(out / "Like" / "ann_2_001.npz", type(track)(**{**vars(track), "about": about}))
    (out / "Like" / "ann_2_001.mp4").write_bytes(b"video")
    (out / "recorded.jsonl").write_text('{"name": "Like/ann_2_001", "subject": "ann"}\n{"name": "x", "subject": "bob"}\n')
    return out


@pytest.fixture
def run_folder(data, tmp_path):
    run = tmp_path / "runs" / "one"
    (run / "asked").mkdir(parents=True)
    (run / "config.yaml").write_text(f"dataset: {{name: clips, params: {{path: {data}}}}}\n")
    lines = [{"clip": clip, "round": 0, "class": "Like"} for clip in ANN + BOB]
    (run / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (run / "queries.jsonl").write_text(json.dumps({"round": 0, "ids": [ANN[0], BOB[0]], "scores": [0.5, 0.25]}) + "\n")
    (run / "splits.json").write_text(json.dumps({"test": [ANN[1], BOB[1]], "validation": []}))
    ids = np.array([ANN[0], BOB[0]])
    np.savez(run / "asked" / "round_000.npz", ids=ids, positions=np.ones((2, 3, 42, 3)), probs=np.ones((2, 2)))
    (run / "report.html").write_text("a picture of ann")
    (run / "session.jsonl").write_text("".join(json.dumps({"uuid": clip, "clip": clip}) + "\n" for clip in ANN + BOB))
    tested = [f"{clip},Like,{clip[5:8]},{clip[5:8]}/1" for clip in (ANN[1], BOB[1])]
    (run / "test_clips.csv").write_text("\n".join(["clip,class,subject,group", *tested]) + "\n")
    (run / "rounds.jsonl").write_text('{"round": 0}\n')
    return run


def everything(folder: Path) -> str:
    """Names and contents of all files that have text, and what is in the archives."""
    texts = []
    for path in sorted(folder.rglob("*")):
        texts.append(str(path.relative_to(folder)))
        if path.suffix == ".npz":
            with np.load(path) as file:
                texts += [str(file[name]) for name in file.files if file[name].dtype.kind == "U"]
        elif path.is_file():
            texts.append(path.read_bytes().decode(errors="replace"))
    return "\n".join(texts)


def test_everything_of_a_person_goes_and_the_rest_stays(clips, data, run_folder, tmp_path, capsys):
    read_dataset("clips", path=str(data))
    message = forget(["subject=ann"], data, tmp_path / "runs", yes=True)
    assert message == ("removed of ann: 3 clips, 3 whole tracks, 5 videos and 2 answers in 1 run, with their pictures"), (
        "one whole track and video had no hand, one video was broken"
    )
    assert "ann" not in everything(data)
    assert "ann" not in everything(clips)
    assert "ann" not in everything(run_folder).replace("a picture of ann", "")
    assert not (run_folder / "report.html").exists()
    assert not list((tmp_path / "cache").glob("sets/clips-*"))
    assert "models learned cannot be taken out of them" in capsys.readouterr().err.replace("\n", " ")
    assert sorted(f"{p.parent.name}/{p.stem}" for p in data.glob("[!.]*/*.npz")) == BOB
    assert sorted(path.name for path in clips.rglob("*.*")) == ["bob_1_001.avi", "bob_1_002.mov"]
    lines = [json.loads(line)["clip"] for line in (run_folder / "answers.jsonl").read_text().splitlines()]
    assert lines == BOB
    assert read_lines(run_folder / "queries.jsonl") == [{"round": 0, "ids": [BOB[0]], "scores": [0.25]}]
    with np.load(run_folder / "asked" / "round_000.npz") as file:
        assert (file["ids"].tolist(), file["positions"].shape[0]) == ([BOB[0]], 1)
    with pytest.raises(UserError, match="subject=ann: nothing of that name"):
        forget(["subject=ann"], data, tmp_path / "runs", yes=True)


def test_the_list_of_test_clips_keeps_its_length(data, run_folder, tmp_path):
    forget(["subject=ann"], data, tmp_path / "runs", yes=True)
    lines = (run_folder / "test_clips.csv").read_text().splitlines()
    assert lines[1] == "forgotten,Like,,"
    assert lines[2].startswith(BOB[1])


def test_windows_of_a_persons_clips_go_as_well_and_nobody_elses(data, run_folder, tmp_path, capsys):
    inner = f"{{name: clips, params: {{path: {data}}}}}"
    (run_folder / "config.yaml").write_text(f"dataset: {{name: stream_windows, params: {{inner: {inner}}}}}\n")
    windows = ["ann-000/000001", "ann-test-001/000002", "anna-000/000003", "bob-000/000004"]
    (run_folder / "answers.jsonl").write_text("".join(json.dumps({"clip": one}) + "\n" for one in windows))
    lines = [f"{one},Like,{one.partition('-')[0]},monday" for one in windows]
    (run_folder / "test_clips.csv").write_text("\n".join(["clip,class,subject,group", *lines]) + "\n")
    assert "2 answers in 1 run" in forget(["subject=ann"], data, tmp_path / "runs", yes=True)
    assert [json.loads(line)["clip"] for line in (run_folder / "answers.jsonl").read_text().splitlines()] == windows[2:]
    tested = (run_folder / "test_clips.csv").read_text()
    assert "ann-" not in tested
    assert "anna-000" in tested
    assert str(run_folder) in capsys.readouterr().err.replace("\n", "")


def test_what_was_asked_before_it_was_put_into_a_class_goes_too(data, run_folder, tmp_path):
    (run_folder / "answers.jsonl").write_text(json.dumps({"clip": f"unlabelled/{ANN[0].partition('/')[2]}"}) + "\n")
    forget(["subject=ann"], data, tmp_path / "runs", yes=True)
    assert not (run_folder / "answers.jsonl").read_text()


def test_a_run_of_another_folder_is_not_touched(data, run_folder, tmp_path):
    (run_folder / "config.yaml").write_text(f"dataset: {{name: clips, params: {{path: {tmp_path / 'other'}}}}}\n")
    before = everything(run_folder)
    assert forget(["subject=ann"], data, tmp_path / "runs", yes=True).endswith("and 0 answers")
    assert everything(run_folder) == before


def test_nothing_is_removed_unasked(data, tmp_path):
    before = everything(data)
    with pytest.raises(UserError, match="add --yes"):
        forget(["subject=ann"], data, tmp_path / "runs", yes=False)
    assert everything(data) == before


@pytest.mark.parametrize("arguments", [["ann"], ["subject="], ["subject=a", "subject=b"]])
def test_a_name_must_be_typed(arguments, data, tmp_path):
    with pytest.raises(UserError, match="type subject=<name>"):
        forget(arguments, data, tmp_path, yes=True)


def test_a_copy_of_somebody_elses_video_does_not_take_that_one_along(clips, data, tmp_path):
    (clips / "Like" / "zoe_1_001.avi").write_bytes((clips / "Like" / "bob_1_001.avi").read_bytes())
    pattern = Pattern("{class}/{subject}_{session}_{n}")
    extract(find_sources(clips, pattern), data, FakeExtractor(), ClipRules(), 1)
    assert "1 clip," in forget(["subject=zoe"], data, tmp_path / "runs", yes=True)
    assert (clips / "Like" / "bob_1_001.avi").exists()
    assert (data / "Like" / "bob_1_001.npz").exists()
