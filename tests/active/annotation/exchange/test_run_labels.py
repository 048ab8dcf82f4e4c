"""Labels out of a run's folder and into its session."""

from __future__ import annotations

import numpy as np
import pytest
from labelling_world import CLASSES, questions, some_clips

from gesture_al.active.annotation.exchange.folders import move_labelled, write_folders
from gesture_al.active.annotation.exchange.formats import read_labels
from gesture_al.active.annotation.exchange.records import LabelFile, LabelRecord
from gesture_al.active.annotation.exchange.run_labels import import_labels, run_labels
from gesture_al.active.questions import Purpose
from gesture_al.cli.main import main
from gesture_al.core.errors import UserError
from gesture_al.data.datasets.base import read_dataset

FAST = ["dataset.params.clips=160", "dataset.params.subjects=8", "model=lstm_s", "trainer.params.steps=8"]
RUN = ["run", *FAST, "trainer.params.warmup=2", "tracking=csv", "stopping=budget", "budget=16"]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    parent = tmp_path_factory.mktemp("runs")
    assert main([*RUN, f"output_dir={parent}"]) == 0
    return next(path for path in parent.iterdir() if path.is_dir())


def test_labels_of_a_simulated_run_are_its_answers(done, tmp_path, capsys):
    assert main(["labels", str(done), "--to", str(tmp_path / "l.csv")]) == 0
    assert "16 labels, 16 answers" in capsys.readouterr().out
    assert {one.name for one in read_labels(tmp_path / "l.csv").records} <= {"Like", "Fire works", "Heart", "none"}


def test_labelled_clips_become_folders_that_the_reader_of_tutorials_reads(done, tmp_path, capsys):
    assert main(["labels", str(done), "--to", str(tmp_path / "MP_Data")]) == 0
    assert "16 clips copied" in capsys.readouterr().out
    assert main(["labels", str(done), "--to", str(tmp_path / "MP_Data")]) == 0
    assert "0 clips copied" in capsys.readouterr().out
    clips = read_dataset("keypoint_folder", path=str(tmp_path / "MP_Data"), joints="hands")
    assert len(clips) == 16


def test_positions_come_through_the_folders_unchanged(tmp_path):
    clips = some_clips()
    records = [LabelRecord("c05", "Heart"), LabelRecord("c06", None, "skip"), LabelRecord("c07", "Fire/works")]
    assert write_folders(tmp_path, records, clips) == 2
    read = read_dataset("keypoint_folder", path=str(tmp_path), joints="hands")
    assert [read.classes[label] for label in read.labels] == ["Fire_works", "Heart"]
    assert np.array_equal(read.positions, clips.positions[[7, 5]])


def test_a_label_of_a_clip_that_is_not_there_writes_nothing(tmp_path):
    with pytest.raises(UserError, match="clip nowhere is not in this data set"):
        write_folders(tmp_path / "out", [LabelRecord("c05", "Heart"), LabelRecord("nowhere", "Like")], some_clips())
    assert not (tmp_path / "out").exists()


def test_labels_brought_in_are_news_for_the_loop_and_only_once(session_at, tmp_path):
    records = [
        LabelRecord("c01", "Heart", annotator="ann"),
        LabelRecord("c02", "Wave"),
        LabelRecord("c99", "Like"),
        LabelRecord("c03", None, "skip"),
    ]
    file = LabelFile(tuple(records))
    first = import_labels(tmp_path, file, some_clips(), new_classes=True)
    assert (first.new, [one.clip for one in first.of_file.left_out]) == (2, ["c99", "c03"])
    assert import_labels(tmp_path, file, some_clips(), new_classes=True).new == 0
    session = session_at(tmp_path)
    assert session.decisions.classes == [*CLASSES, "Wave"]
    changes = [(question.clip, question.purpose, answer.label) for question, answer in session.updates([])]
    assert changes == [("c01", Purpose.INITIAL, 2), ("c02", Purpose.INITIAL, 3)]


def test_what_a_person_said_comes_out_under_the_names_that_classes_have_now(session_at, asked, tmp_path):
    from labelling_world import entry

    from gesture_al.active.annotation.answer_log import Operation

    (tmp_path / "dataset.json").write_text('{"classes": ["Like", "Fire works", "Heart"]}')
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2))
    for operation in (Operation.LABEL, Operation.UNSURE):
        session.keep(entry(operation, "Heart", milliseconds=700.0), session.next_items("tab")[0].handle, "tab")
    session.keep(entry(Operation.RENAME_CLASS, "Love", renamed="Heart"))
    assert [(one.clip, one.name, one.kind) for one in run_labels(tmp_path)] == [("c01", "Love", "label"), ("c02", None, "unsure")]


def test_labels_are_not_brought_into_a_run_that_no_person_answers(done, tmp_path, capsys):
    (tmp_path / "l.csv").write_text("clip,class\nx,Like\n")
    assert main(["labels", str(done), "--from", str(tmp_path / "l.csv")]) == 2
    assert "oracle=simulated answers there" in capsys.readouterr().err


@pytest.fixture
def pool(tmp_path):
    for name in ("unlabelled/ann_1_003_01", "unlabelled/ann_1_003_02", "Like/ann_1_001"):
        path = tmp_path / f"{name}.npz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


def test_clips_of_the_pool_are_moved_into_their_class_once(pool):
    records = [
        LabelRecord("unlabelled/ann_1_003_01", "Heart"),
        LabelRecord("unlabelled/ann_1_003_02", None, "bad"),
        LabelRecord("Like/ann_1_001", "Heart"),
    ]
    assert move_labelled(pool, records) == 1
    assert move_labelled(pool, records) == 0
    assert (pool / "Heart" / "ann_1_003_01.npz").read_bytes() == b"unlabelled/ann_1_003_01"
    assert [path.name for path in (pool / "unlabelled").iterdir()] == ["ann_1_003_02.npz"]
    assert (pool / "Like" / "ann_1_001.npz").exists(), "a class that somebody gave by folder is not changed"


@pytest.mark.parametrize("name", ["../Like", ".hidden", "unlabelled", "a\\b"])
def test_a_class_that_is_no_folders_name_moves_nothing(name, pool):
    with pytest.raises(UserError, match="cannot be a folder's name"):
        move_labelled(pool, [LabelRecord("unlabelled/ann_1_003_01", name)])
    assert len(list((pool / "unlabelled").iterdir())) == 2


def test_nothing_is_written_over(pool):
    (pool / "Like" / "ann_1_003_01.npz").write_bytes(b"another")
    with pytest.raises(UserError, match="is there already"):
        move_labelled(pool, [LabelRecord("unlabelled/ann_1_003_01", "Like")])
    assert (pool / "Like" / "ann_1_003_01.npz").read_bytes() == b"another"
