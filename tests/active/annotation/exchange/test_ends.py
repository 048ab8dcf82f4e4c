"""Moved ends and reasons through every format, out of one run and into another."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from cutting_world import recorded
from labelling_world import entry

from gesture_al.active.annotation.answer_log import AnswerLog, Operation
from gesture_al.active.annotation.exchange.folders import write_folders
from gesture_al.active.annotation.exchange.formats import read_labels, write_labels
from gesture_al.active.annotation.exchange.records import LabelFile, LabelRecord
from gesture_al.active.annotation.exchange.run_labels import import_labels, run_labels
from gesture_al.active.annotation.session import LabelSession, SessionConfig
from gesture_al.active.questions import Purpose, Question
from gesture_al.core.errors import UserError
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.datasets.base import read_dataset
from gesture_al.data.datasets.recordings import with_ends
from gesture_al.data.track import Stretch

MOVED = LabelRecord("Like/x", "Heart", "label", "ann", "2026-01-31T12:00:00+00:00", 1.5, start=2.0123456789, end=3.5)
BAD = LabelRecord("Like/y", None, "bad", reason="no hand")


@pytest.fixture
def clips(tmp_path):
    return recorded(tmp_path / "data", people=1)


def session_of(clips, folder):
    (folder / "dataset.json").write_text(json.dumps({"classes": list(clips.classes)}))
    return LabelSession(AnswerLog(folder / "session.jsonl"), clips, SessionConfig(audit_each_round=0), RandomStreams(0))


@pytest.mark.parametrize("ending", ["csv", "jsonl", "json"])
def test_ends_and_reasons_come_through_every_format(tmp_path, ending):
    path = tmp_path / f"labels.{ending}"
    write_labels(path, [MOVED, BAD])
    moved, bad = read_labels(path).records
    assert moved == MOVED
    assert (bad.clip, bad.kind, bad.reason, bad.ends) == ("Like/y", "bad", "no hand", None)


def test_a_table_has_columns_for_them(tmp_path):
    write_labels(tmp_path / "labels.csv", [MOVED, BAD])
    with (tmp_path / "labels.csv").open(newline="") as file:
        moved, bad = csv.DictReader(file)
    assert (moved["start"], moved["end"], moved["reason"]) == ("2.0123456789", "3.5", "")
    assert (bad["start"], bad["end"], bad["reason"]) == ("", "", "no hand")


@pytest.mark.parametrize(
    ("row", "said"),
    [("a,Like,1.0,", "only one of start and end"), ("a,Like,x,2", "start is 'x'"), ("a,Like,1,nan", "end is 'nan'")],
)
def test_half_a_stretch_is_refused_by_its_line(tmp_path, row, said):
    (tmp_path / "labels.csv").write_text(f"clip,class,start,end\n{row}\n")
    with pytest.raises(UserError, match=f"line 2: .*{said}"):
        read_labels(tmp_path / "labels.csv")


def test_from_one_run_into_another_by_a_table(clips, asked, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    session = session_of(clips, first)
    asked(session, [Question(str(clips.ids[row]), row, 0, Purpose.QUERY) for row in (3, 15)])
    one, two = session.next_items("tab", 2)
    kept = session.keep(entry(name="Like", start=2.0, end=3.0), one.handle, "tab")
    session.keep(entry(Operation.BAD, None, reason="cut wrong"), two.handle, "tab")
    write_labels(tmp_path / "labels.csv", run_labels(first))
    file = read_labels(tmp_path / "labels.csv")
    assert [(it.kind, it.ends, it.reason) for it in file.records] == [("label", kept.ends, ""), ("bad", None, "cut wrong")]
    session_of(clips, second)
    assert import_labels(second, file, clips).new == 1
    assert import_labels(second, file, clips).new == 0
    [(_, answer)] = session_of(clips, second).updates([])
    assert answer.ends == kept.ends
    # Other ends are another answer.
    other = import_labels(second, LabelFile((LabelRecord(kept.clip, "Like", start=2.5, end=3.0),)), clips)
    assert (other.new, other.replaced) == (1, 1)


def test_ends_that_a_clip_cannot_have_bring_nothing_in(clips, tmp_path):
    session_of(clips, tmp_path)
    fine, not_so = (str(clips.ids[row]) for row in (3, 4))
    with pytest.raises(UserError, match=rf"clip {not_so} from 2.0 to 90.0 s: the recording goes from"):
        import_labels(tmp_path, LabelFile((LabelRecord(fine, "Like"), LabelRecord(not_so, "Like", start=2.0, end=90.0))), clips)
    assert not (tmp_path / "session.jsonl").exists()


def test_ends_that_would_mix_training_with_the_test_are_refused(clips, tmp_path):
    session_of(clips, tmp_path)
    (tmp_path / "splits.json").write_text(json.dumps({"test": [str(clips.ids[4])], "validation": []}))
    with pytest.raises(UserError, match="kept apart from this one"):
        import_labels(tmp_path, LabelFile((LabelRecord(str(clips.ids[3]), "Like", start=3.0, end=5.0),)), clips)
    fine = LabelFile((LabelRecord(str(clips.ids[3]), "Like", start=2.0, end=4.0),))
    assert import_labels(tmp_path, fine, clips).new == 1


def test_folders_get_the_stretch_as_it_was_cut(clips, tmp_path):
    records = [LabelRecord(str(clips.ids[3]), "Heart", start=2.0, end=4.0), LabelRecord(str(clips.ids[4]), "Like")]
    assert write_folders(tmp_path / "out", records, clips) == 2
    read = read_dataset("keypoint_folder", path=str(tmp_path / "out"), joints="hands")
    cut = with_ends(clips, 3, Stretch(2.0, 4.0))
    assert read.lengths.tolist() == [cut.lengths[0], clips.lengths[4]]
    assert np.array_equal(read.positions[0, : cut.lengths[0]], cut.positions[0])
