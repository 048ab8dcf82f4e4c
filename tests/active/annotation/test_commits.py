"""Entries that arrive together are written with one flush, and none is acknowledged before it is on the disk."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from labelling_world import entry, questions

from gesture_al.active.annotation import answer_log
from gesture_al.active.annotation.answer_log import Operation
from gesture_al.core.errors import Refused
from gesture_al.core.line_file import append_line


class SlowDisk:
    """Writes only while it is let; knows how many lines each write had."""

    def __init__(self, monkeypatch):
        self.ready, self.begun, self.writes = threading.Event(), threading.Event(), []
        # Of the next write, the one after it, and so on.
        self.errors = []
        monkeypatch.setattr(answer_log, "append_line", self)

    def __call__(self, path, *records):
        self.begun.set()
        assert self.ready.wait(10)
        self.writes.append(len(records))
        if self.errors:
            raise self.errors.pop(0)
        append_line(path, *records)


class Keeping(threading.Thread):
    """Somebody who keeps an entry."""

    def __init__(self, session, *args):
        super().__init__(daemon=True)
        self.session, self.args, self.kept, self.error = session, args, None, None
        self.start()

    def run(self):
        try:
            self.kept = self.session.keep(*self.args)
        except (Refused, OSError) as err:
            self.error = err


def waiting(session, number):
    """Wait until so many entries wait for the disk."""
    for _ in range(1000):
        if len(session._commits._waiting) == number:
            return
        threading.Event().wait(0.005)
    raise AssertionError(f"{len(session._commits._waiting)} wait, not {number}")


@pytest.fixture
def disk(monkeypatch):
    return SlowDisk(monkeypatch)


@pytest.fixture
def session(session_at, asked, tmp_path, disk):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(*range(9)))
    return session


def test_all_that_wait_go_to_the_disk_together_and_nobody_hears_before(session, disk, tmp_path):
    items = session.next_items("tab", 8)
    first = Keeping(session, entry(), items[0].handle, "tab")
    assert disk.begun.wait(5)
    others = [Keeping(session, entry(), item.handle, "tab") for item in items[1:]]
    waiting(session, 7)
    version = session.version
    assert session.batch_progress() == (0, 9), "an answer shows before it is on the disk"
    assert not (tmp_path / "session.jsonl").exists()
    disk.ready.set()
    for one in (first, *others):
        one.join(5)
        assert one.kept is not None
    assert disk.writes == [1, 7]
    assert session.version - version == 2, "one version a write"
    assert len((tmp_path / "session.jsonl").read_text().splitlines()) == 8


def test_of_two_who_answer_the_same_question_at_once_one_is_refused(session, disk):
    items = session.next_items("tab", 3)
    first = Keeping(session, entry(), items[0].handle, "tab")
    assert disk.begun.wait(5)
    pair = [Keeping(session, entry(), items[1].handle, "tab") for _ in range(2)]
    waiting(session, 2)
    same = entry()
    twice = [Keeping(session, same, items[2].handle, "tab") for _ in range(2)]
    waiting(session, 4)
    disk.ready.set()
    for one in (first, *pair, *twice):
        one.join(5)
    assert sorted(one.error is not None for one in pair) == [False, True]
    assert [one.error.status for one in pair if one.error] == [409]
    assert [one.kept.uuid for one in twice] == [same.uuid] * 2
    assert sum(disk.writes) == len(session.log) == 3


def test_a_class_is_there_for_the_answer_that_came_after_it(session, disk):
    items = session.next_items("tab", 2)
    first = Keeping(session, entry(), items[0].handle, "tab")
    assert disk.begun.wait(5)
    added = Keeping(session, entry(Operation.NEW_CLASS, "Wave"))
    waiting(session, 1)
    named = Keeping(session, entry(name="Wave"), items[1].handle, "tab")
    waiting(session, 2)
    disk.ready.set()
    for one in (first, added, named):
        one.join(5)
    assert named.kept.name == "Wave"
    assert disk.writes == [1, 1, 1]


def test_a_full_disk_is_told_to_all_who_wait_and_nothing_has_changed(session, disk):
    items = session.next_items("tab", 4)
    disk.errors = [OSError(28, "No space left on device") for _ in range(2)]
    first = Keeping(session, entry(), items[0].handle, "tab")
    assert disk.begun.wait(5)
    everyone = [first, *(Keeping(session, entry(), item.handle, "tab") for item in items[1:])]
    waiting(session, 3)
    disk.ready.set()
    for one in everyone:
        one.join(5)
    assert [one.error.errno for one in everyone] == [28] * 4
    assert len(session.log) == 0
    assert session.next_items("tab", 4) == items
    session.keep(entry(), items[0].handle, "tab")
    assert len(session.log) == 1


def test_somebody_else_goes_on_writing_for_those_who_wait_when_ctrl_c_ends_one(session, disk):
    items = session.next_items("tab", 2)
    disk.errors = [KeyboardInterrupt()]

    def interrupted():
        with pytest.raises(KeyboardInterrupt):
            session.keep(entry(), items[0].handle, "tab")

    first = threading.Thread(target=interrupted)
    first.start()
    assert disk.begun.wait(5)
    other = Keeping(session, entry(), items[1].handle, "tab")
    waiting(session, 1)
    disk.ready.set()
    first.join(5)
    other.join(5)
    assert other.kept is not None


def test_time_and_annotator_are_filled_in_for_each_of_a_group(session, disk):
    disk.ready.set()
    items = session.next_items("tab", 2)
    one, other = (
        session.keep(replace(entry(), annotator=who), item.handle, "tab") for item, who in zip(items, "AB", strict=True)
    )
    assert (one.annotator, other.annotator) == ("A", "B")
    assert one.time
