"""A kill, a full disk or a torn line never costs what was written before."""

from __future__ import annotations

import os

import pytest

from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.line_file import append_line, read_lines


def test_a_failed_write_leaves_the_old_content_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "status.json"
    write_atomic(path, "old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["status.json"]


def test_lines_come_back_in_order(tmp_path):
    path = tmp_path / "answers.jsonl"
    for number in range(3):
        append_line(path, {"n": number, "word": "größer"})
    assert [line["n"] for line in read_lines(path)] == [0, 1, 2]


@pytest.mark.parametrize("torn", [b'{"n": 1', b"{", b'{"n": 1, "long": "' + b"x" * 10_000])
def test_a_torn_last_line_is_not_read_and_cut_off_by_the_next_append(tmp_path, torn):
    path = tmp_path / "answers.jsonl"
    append_line(path, {"n": 0})
    with path.open("ab") as file:
        file.write(torn)
    assert read_lines(path) == [{"n": 0}]
    append_line(path, {"n": 2})
    assert read_lines(path) == [{"n": 0}, {"n": 2}]


def test_a_file_that_is_nothing_but_a_torn_line_is_empty(tmp_path):
    path = tmp_path / "answers.jsonl"
    path.write_bytes(b'{"n": 1')
    assert read_lines(path) == []
    append_line(path, {"n": 2})
    assert read_lines(path) == [{"n": 2}]


def test_no_file_is_no_lines(tmp_path):
    assert read_lines(tmp_path / "none.jsonl") == []
