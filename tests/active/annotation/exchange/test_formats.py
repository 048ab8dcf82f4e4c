"""Labels survive every format, and what is no label is refused by its line."""

from __future__ import annotations

import json
import os
import re

import pytest

from gesture_al.active.annotation.exchange.formats import read_labels, write_labels
from gesture_al.active.annotation.exchange.records import LabelFile, LabelRecord
from gesture_al.core.errors import UserError

GIVEN = [
    LabelRecord("a/1", "Fire works", "label", "ann", "2026-01-31T12:00:00.000+00:00", 1.25),
    LabelRecord("ü,2", 'say "hi"', "label", "", "2026-01-31T12:00:02.000+00:00", 0.5),
    LabelRecord("a/3", None, "unsure", "bob", "2026-01-31T12:00:03.000+00:00", 4.0),
    LabelRecord("a/4", None, "bad", "ann", "2026-01-31T12:00:04.000+00:00", 2.0),
]


@pytest.mark.parametrize("name", ["labels.csv", "labels.tsv", "labels.jsonl", "labels.json"])
def test_what_was_written_is_read(tmp_path, name):
    write_labels(tmp_path / name, GIVEN)
    assert read_labels(tmp_path / name) == LabelFile(tuple(GIVEN))


def test_a_spreadsheet_with_two_columns_is_enough(tmp_path):
    (tmp_path / "t.csv").write_text("\ufeffclip,class\nc1,Like\nc2,\n", encoding="utf-8")
    assert [(one.clip, one.name, one.kind) for one in read_labels(tmp_path / "t.csv").records] == [
        ("c1", "Like", "label"),
        ("c2", None, "skip"),
    ]


def test_label_studios_documented_task_is_read(tmp_path):
    """The shape of the documentation's example task, with a choice in the place of its rectangle."""
    task = {
        "id": 1,
        "created_at": "2021-03-09T21:52:49.513742Z",
        "project": 83,
        "data": {"clip": "c7"},
        "annotations": [
            {
                "id": "1001",
                "result": [
                    {
                        "from_name": "gesture",
                        "id": "Dx_aB91ISN",
                        "to_name": "clip",
                        "type": "choices",
                        "value": {"choices": ["Like"]},
                    }
                ],
                "was_cancelled": False,
                "created_at": "2021-03-09T22:16:08.728353Z",
                "lead_time": 4.288,
                "completed_by": 10,
            }
        ],
        "predictions": [],
    }
    (tmp_path / "e.json").write_text(json.dumps([task]))
    assert read_labels(tmp_path / "e.json") == LabelFile(
        (LabelRecord("c7", "Like", "label", "10", "2021-03-09T22:16:08.728353Z", 4.288),)
    )


def test_a_written_task_has_what_label_studio_wants(tmp_path):
    write_labels(tmp_path / "l.json", GIVEN)
    named, _, unsure, _ = json.loads((tmp_path / "l.json").read_text())
    [result] = named["annotations"][0]["result"]
    assert result["value"] == {"choices": ["Fire works"]}
    assert (result["from_name"], result["to_name"], result["type"]) == ("gesture", "clip", "choices")
    assert named["data"]["clip"] == "a/1"
    assert unsure["annotations"][0]["was_cancelled"]
    assert unsure["annotations"][0]["result"] == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.csv", "clip,klass\nc1,Like\n", "lacks clip or class, it has 'clip', 'klass'"),
        ("t.csv", "clip,class,seconds\nc1,Like,soon\n", "line 2: seconds is 'soon'"),
        ("t.jsonl", '{"clip": "c1", "class": "Like"}\n{"clip"', "line 2: no JSON"),
        ("t.jsonl", "[1]\n", "line 1: not an object"),
        ("t.json", "{}", "not a list of tasks"),
        ("t.json", '[{"data": {}, "annotations": [{"result": []}]}]', "task 1: lacks clip"),
        ("t.md", "", "labels are read from"),
        ("t.json", "\x00", "no JSON"),
        ("t.json", "[" * 100_000, "nested too deep"),
        ("t.json", "9" * 5000, "a whole number of 5000 digits"),
        ("t.json", '[{"clip": "c1", "gesture": "Like", "start": NaN, "end": 1}]', "task 1: start is 'nan'"),
        ("t.json", '[{"clip": "c1", "gesture": "Like", "lead_time": -1}]', "task 1: lead_time is '-1'"),
        ("t.jsonl", r'{"clip": "\ud800", "class": "Like"}', "lone surrogate"),
        ("t.jsonl", '{"clip": ["c1"], "class": "Like"}', "clip is a list"),
        ("t.csv", "clip,class,seconds\nc1,Like,-3\n", "line 2: seconds is '-3'"),
        ("t.csv", "clip,class,kind\nc1,Like,perhaps\n", "kind is 'perhaps'"),
    ],
)
def test_what_is_no_label_is_refused_in_one_line(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=re.escape(said)) as refused:
        read_labels(tmp_path / name)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".json"])
def test_bytes_that_are_no_text_and_pipes_are_refused(tmp_path, suffix):
    (tmp_path / f"bytes{suffix}").write_bytes(b"clip,class\n\xff,a\n")
    with pytest.raises(UserError, match="no text in UTF-8"):
        read_labels(tmp_path / f"bytes{suffix}")
    os.mkfifo(tmp_path / f"pipe{suffix}")
    with pytest.raises(UserError, match="a pipe"):
        read_labels(tmp_path / f"pipe{suffix}")


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path):
    with pytest.raises(UserError, match="No such file"):
        read_labels(tmp_path / "none.csv")
