"""The log of a session: a line counts once, and a damaged one is named."""

from __future__ import annotations

import pytest

from gesture_al.active.annotation.answer_log import AnswerLog, Entry, Operation
from gesture_al.core.errors import DamagedFileError
from gesture_al.core.line_file import append_line


def entry(uuid, name="a"):
    return Entry(uuid, Operation.LABEL, "2026-01-01T00:00:00+00:00", "ann", "q", "clip", name=name)


def test_a_uuid_that_stands_twice_counts_once(tmp_path):
    path = tmp_path / "session.jsonl"
    for one in (entry("1"), entry("2"), entry("1", "b")):
        append_line(path, one.record())
    log = AnswerLog(path)
    assert [(one.uuid, one.name) for one in log] == [("1", "a"), ("2", "a")]
    assert not log.append(entry("2", "b"))
    assert len(log) == 2


@pytest.mark.parametrize("line", [{"uuid": "1"}, {"uuid": "1", "operation": "dance", "time": ""}, {"operation": "label"}])
def test_a_line_that_is_no_entry_is_named(tmp_path, line):
    path = tmp_path / "session.jsonl"
    append_line(path, line)
    with pytest.raises(DamagedFileError, match="a line is no entry of a session"):
        AnswerLog(path)


def test_answers_that_are_gone_are_missed(tmp_path):
    path = tmp_path / "session.jsonl"
    log = AnswerLog(path)
    for number in range(5):
        log.append(entry(str(number)))
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    with pytest.raises(DamagedFileError, match="it has 3 of 5 lines"):
        AnswerLog(path)
