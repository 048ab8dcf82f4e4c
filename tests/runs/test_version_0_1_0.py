"""What version 0.1.0 left on disk is still resumed, reported, exported and read (fixtures/version_0_1_0/README.md)."""

from __future__ import annotations

import csv
import json
import shutil
import threading
import uuid
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from gesture_al import ExportedModel, read_dataset
from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.active.records.status import read_status
from gesture_al.cli.main import main
from gesture_al.core.line_file import read_lines
from gesture_al.studio.label import server

pytestmark = pytest.mark.slow

LEFT = Path(__file__).resolve().parents[1] / "fixtures" / "version_0_1_0"
# Another processor or library may round otherwise: one of sixteen test clips may change sides.
CLOSE = 0.1


@pytest.fixture
def left(tmp_path, monkeypatch):
    """A copy of what was left, in the current folder, as the folders' relative paths mean it."""
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def copy(name: str) -> Path:
        return Path(shutil.copytree(LEFT / name, name))

    return copy


def table(path: Path) -> list[dict]:
    return list(csv.DictReader(path.read_text().splitlines()))


def kept_of(line: dict, *names: str) -> dict:
    return {name: line[name] for name in names}


# A run that was killed between two answers of the batch after its third round.


def test_the_unfinished_run_is_resumed_to_the_end_it_had_then(left):
    folder, then = left("unfinished_run"), json.loads((LEFT / "finished_run_rows.json").read_text())
    before = {name: (folder / name).read_bytes() for name in ("rounds.jsonl", "answers.jsonl", "queries.jsonl")}
    assert main(["resume", str(folder)]) == 0
    assert read_status(folder)["state"] == "done"
    assert all((folder / name).read_bytes().startswith(content) for name, content in before.items())
    assert [kept_of(line, "round", "ids") for line in read_lines(folder / "queries.jsonl")] == then["picks"]
    answers = [kept_of(line, "clip", "round", "purpose", "kind", "class") for line in read_lines(folder / "answers.jsonl")]
    assert answers == then["answers"]
    rows = read_lines(folder / "rounds.jsonl")
    assert [kept_of(row, "round", "labels", "pool") for row in rows] == [
        kept_of(row, "round", "labels", "pool") for row in then["rows"]
    ]
    assert [row["test_macro_f1"] for row in rows] == pytest.approx([row["test_macro_f1"] for row in then["rows"]], abs=CLOSE)
    assert "macro-F1" in (folder / "report.html").read_text()
    assert list((folder / "tensorboard" / "rounds").iterdir())


def test_the_unfinished_run_is_reported_as_it_stands(left):
    folder = left("unfinished_run")
    status = (folder / "status.json").read_bytes()
    assert main(["report", str(folder)]) == 0
    assert "macro-F1" in (folder / "report.html").read_text()
    assert (folder / "status.json").read_bytes() == status


def test_the_unfinished_run_is_exported_as_a_recogniser(left, capsys):
    folder = left("unfinished_run")
    assert main(["export", f"run={folder}", "--out", "recogniser"]) == 0
    told = capsys.readouterr()
    assert told.out == "recogniser: recogniser\n"
    assert "checked on 56 clips" in told.err
    assert "note:" not in told.err, "the data set and the run are known for the same as then"
    for runtime in ("onnx", "torch"):
        model = ExportedModel.load("recogniser", runtime)
        assert tuple(model.classes) == ("Like", "Fire works", "Heart", "none")
        probs = model.probs(np.random.default_rng(0).random((20, 42, 3), np.float32), np.arange(20) / 30, 4 / 3)
        assert probs.sum() == pytest.approx(1, abs=1e-5)


# A run that a person answers, who left in the middle of a batch.


def naming_everything(asked: list[str]):
    """A frontend behind which somebody names whatever is put."""

    @contextmanager
    def frontend(session, folder, opening):
        leave = threading.Event()

        def sit():
            while not leave.is_set():
                for item in session.next_items("tab", 1):
                    asked.append(item.question.clip)
                    names = session.decisions.classes
                    told = Entry(str(uuid.uuid4()), Operation.LABEL, "", name=names[item.question.index % len(names)])
                    session.keep(told, item.handle, "tab")
                session.wait_for_change(session.version, 0.02)

        thread = threading.Thread(target=sit, daemon=True)
        thread.start()
        try:
            yield
        finally:
            leave.set()
            thread.join(5)

    return frontend


def test_the_answers_of_the_labelled_run_are_read_as_they_were(left):
    folder = left("labelled_run")
    assert main(["labels", str(folder), "--to", "labels.csv"]) == 0
    assert Path("labels.csv").read_text() == (LEFT / "labelled_run_labels.csv").read_text()
    told = table(LEFT / "labelled_run_labels.csv")
    assert {line["kind"] for line in told} == {"label", "unsure", "bad"}
    assert {line["class"] for line in told} == {"", "Like", "Fireworks", "Heart"}, "with the new name"
    assert {line["reason"] for line in told} == {"", "two gestures"}
    assert sum(line["start"] != "" for line in told) == 1, "the clip whose ends were moved"


def test_the_labelled_run_goes_on_with_its_answers_kept(left, monkeypatch):
    folder, asked = left("labelled_run"), []
    left("recordings")
    before = {name: (folder / name).read_bytes() for name in ("session.jsonl", "rounds.jsonl", "answers.jsonl", "queries.jsonl")}
    named = {line["clip"] for line in read_lines(folder / "session.jsonl") if line["operation"] == "label"}
    monkeypatch.setattr(server, "serve", naming_everything(asked))
    assert main(["label", str(folder), "--browser-off"]) == 0
    assert read_status(folder)["state"] == "done"
    assert all((folder / name).read_bytes().startswith(content) for name, content in before.items())
    assert asked
    assert not named & set(asked), "what was named is not asked again"
    rows = read_lines(folder / "rounds.jsonl")
    assert rows[-1]["labels"] == 44
    assert "macro-F1" in (folder / "report.html").read_text()
    assert main(["labels", str(folder), "--to", "labels.csv"]) == 0
    then = table(LEFT / "labelled_run_labels.csv")
    now = {line["clip"]: line for line in table(Path("labels.csv"))}
    assert all(now[line["clip"]] == line for line in then if line["clip"] not in asked)


# What the recorder and the extractor left.


def test_the_recordings_are_read_as_clips(left):
    clips, then = read_dataset("clips", path=str(left("recordings"))), json.loads((LEFT / "recordings_clips.json").read_text())
    assert list(clips.classes) == then["classes"]
    assert clips.ids.tolist() == [clip["id"] for clip in then["clips"]]
    names = [None if label < 0 else clips.classes[label] for label in clips.labels.tolist()]
    assert names == [clip["class"] for clip in then["clips"]]
    assert clips.lengths.tolist() == [clip["frames"] for clip in then["clips"]]
    assert clips.subjects.tolist() == [clip["subject"] for clip in then["clips"]]
    assert clips.groups.tolist() == [clip["group"] for clip in then["clips"]]
    proposals = np.flatnonzero(clips.labels < 0)
    assert len(proposals) == 33
    assert all(Path(clips.recordings[row]).is_file() for row in proposals), "their recordings are found"
    assert [Path(video).name for video in clips.videos.tolist() if video] == ["ann_monday_002.webm"]


def test_the_free_recording_is_cut_anew(left):
    folder = left("recordings")
    before = {path.name: path.read_bytes() for path in (folder / "unlabelled").glob("ann_free*")}
    assert main(["extract", str(folder / ".whole"), "--cut", "windows", "--window", "10"]) == 0
    assert len(list((folder / "unlabelled").glob("ann_free*"))) == 16
    assert main(["extract", str(folder / ".whole")]) == 0
    assert {path.name: path.read_bytes() for path in (folder / "unlabelled").glob("ann_free*")} == before


# Two runs, of which the second was killed.


def test_the_sweep_is_resumed_and_reported(left):
    folder = left("sweep")
    before = [(folder / str(job) / "rounds.jsonl").read_bytes() for job in range(2)]
    assert main(["report", str(folder)]) == 0
    assert main(["resume", str(folder)]) == 0
    assert [read_status(folder / str(job))["state"] for job in range(2)] == ["done", "done"]
    assert [line["state"] for line in read_lines(folder / "manifest.jsonl")] == ["done", "done"]
    assert (folder / "0" / "rounds.jsonl").read_bytes() == before[0], "what was done is not done again"
    assert (folder / "1" / "rounds.jsonl").read_bytes().startswith(before[1])
    assert "margin" in (folder / "report.html").read_text()
