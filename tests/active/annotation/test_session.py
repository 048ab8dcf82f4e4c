"""The session: the log is the truth, nothing is asked twice, nothing that was said is lost."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from labelling_world import CLASSES, entry, questions

from gesture_al.active.annotation.answer_log import Operation
from gesture_al.active.annotation.items import REPEAT
from gesture_al.active.questions import AnswerKind, Purpose
from gesture_al.core.errors import Refused


def say(session, item, operation=Operation.LABEL, name="Like", tab="tab", **more):
    return session.keep(entry(operation, name, **more), item.handle, tab)


def test_a_batch_is_put_in_the_strategys_order_and_answered_whole(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    loop = asked(session, questions(7, 3, 5))
    assert [item.question.clip for item in session.next_items("tab")] == ["c07", "c03", "c05"]
    for number in range(3):
        say(session, session.next_items("tab")[0], name=CLASSES[number])
    assert [(answer.clip, answer.label) for answer in loop.result()] == [("c07", 0), ("c03", 1), ("c05", 2)]


def test_an_answer_is_on_disk_before_it_is_acknowledged_and_survives_the_session(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0, annotator="ann")
    asked(session, questions(1, 2))
    kept = say(session, session.next_items("tab")[0], name="Heart", milliseconds=900.0, replays=2, source="keys")
    line = json.loads((tmp_path / "session.jsonl").read_text())
    assert (line["clip"], line["name"], line["annotator"], line["round"], line["purpose"]) == ("c01", "Heart", "ann", 0, "query")
    assert (line["milliseconds"], line["replays"], line["uuid"]) == (900.0, 2, kept.uuid)
    again = session_at(tmp_path, audit_each_round=0)
    loop = asked(again, questions(1, 2))
    assert [item.question.clip for item in again.next_items("tab")] == ["c02"]
    say(again, again.next_items("tab")[0])
    assert [answer.label for answer in loop.result()] == [2, 0]


def test_the_same_line_sent_twice_counts_once(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2))
    item = session.next_items("tab")[0]
    line = entry(name="Heart")
    assert session.keep(line, item.handle, "tab") == session.keep(line, item.handle, "tab")
    assert len((tmp_path / "session.jsonl").read_text().splitlines()) == 1


def test_two_tabs_never_have_the_same_clip(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2, 3, 4))
    mine, yours = session.next_items("mine", 2), session.next_items("yours", 2)
    assert not {item.key for item in mine} & {item.key for item in yours}
    with pytest.raises(Refused, match="somebody else has this clip"):
        say(session, yours[0], tab="mine")
    later = session.leases.clock() + 60
    session.leases.clock = lambda: later
    assert {item.key for item in session.next_items("mine", 4)} == {item.key for item in [*mine, *yours]}


def test_an_answer_to_what_another_tab_has_answered_is_refused_and_changes_nothing(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2))
    item = session.next_items("mine")[0]
    say(session, item, name="Heart", tab="mine")
    with pytest.raises(Refused, match="answered already") as refused:
        say(session, item, name="Like", tab="yours")
    assert refused.value.status == 409
    assert session.decisions.standing(item.key).name == "Heart"


def test_undo_reopens_the_clip_at_once_any_number_of_times_and_after_a_restart(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2, 3))
    for _ in range(2):
        say(session, session.next_items("tab")[0])
    again = session_at(tmp_path, audit_each_round=0)
    loop = asked(again, questions(1, 2, 3))
    for clip in ("c02", "c01"):
        again.keep(entry(Operation.UNDO, None, undoes=again.decisions.undoable().uuid))
        assert again.next_items("tab")[0].question.clip == clip
    assert again.decisions.undoable() is None
    for _ in range(3):
        say(again, again.next_items("tab")[0], name="Heart")
    assert [answer.label for answer in loop.result()] == [2, 2, 2]


def test_a_revision_after_the_round_reaches_the_loop_as_news(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    loop = asked(session, questions(1))
    item = session.next_items("tab")[0]
    say(session, item)
    journal_answers = list(zip(questions(1), loop.result(), strict=True))
    assert session.updates(journal_answers) == []
    session.keep(entry(name="Heart"), item.handle, "tab", revises=True)
    [(question, answer)] = session.updates(journal_answers)
    assert (question.clip, question.round, answer.label) == ("c01", 0, 2)
    assert session.updates([*journal_answers, (question, answer)]) == []


def test_what_is_taken_back_after_the_round_is_put_off_and_asked_again(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    loop = asked(session, questions(1))
    say(session, session.next_items("tab")[0])
    journal_answers = list(zip(questions(1), loop.result(), strict=True))
    session.keep(entry(Operation.UNDO, None, undoes=session.decisions.undoable().uuid))
    [(_, answer)] = session.updates(journal_answers)
    assert answer.kind is AnswerKind.SKIP
    assert [item.question.clip for item in session.next_items("tab")] == ["c01"]


def test_a_log_ahead_of_the_loop_is_brought_in(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2))
    say(session, session.next_items("tab")[0], name="Heart")
    again = session_at(tmp_path, audit_each_round=0)
    assert [(question.clip, answer.label) for question, answer in again.updates([])] == [("c01", 2)]


def test_audit_clips_come_between_queries_and_while_the_model_trains(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=2)
    session.offer(questions(20, 21, 22, 23, round_=-1, purpose=Purpose.VALIDATION))
    loop = asked(session, questions(1, 2, 3, 4, 5, 6))
    order = [item.question.clip for item in session.next_items("tab", 8)]
    assert order == ["c01", "c02", "c20", "c03", "c04", "c21", "c05", "c06"]
    for _ in range(8):
        say(session, session.next_items("tab", 1)[0])
    assert len(loop.result()) == 6
    assert [item.question.clip for item in session.next_items("tab")] == ["c22", "c23"]
    assert session.audit_progress() == (2, 4)


def test_no_more_audit_clips_between_queries_than_are_needed(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=5)
    session.offer(questions(*range(9, 40), round_=-1, purpose=Purpose.VALIDATION))
    for item in session.next_items("tab", 29):
        say(session, item)
    asked(session, questions(1, 2, 3))
    purposes = [item.question.purpose for item in session.next_items("tab", 9)]
    assert purposes.count(Purpose.VALIDATION) == 1


def test_hidden_repeats_look_like_queries_and_stay_out_of_the_loop(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0, repeats=1.0, repeats_from=3)
    first = asked(session, questions(1, 2, 3))
    for _ in range(3):
        say(session, session.next_items("tab", 1)[0], name="Heart")
    journal_answers = list(zip(questions(1, 2, 3), first.result(), strict=True))
    second = asked(session, questions(4, 5, round_=1))
    items = session.next_items("tab", 9)
    assert len(items) == 4
    assert all(item.question.purpose is Purpose.QUERY and REPEAT not in item.handle for item in items)
    for item in items:
        say(session, item, name="Like" if item.disguise else "Heart")
    assert [answer.clip for answer in second.result()] == ["c04", "c05"]
    changes = session.updates([*journal_answers, *zip(questions(4, 5, round_=1), second.result(), strict=True)])
    assert changes == []


def test_a_pause_ends_the_wait(session_at, asked, tmp_path):
    session = session_at(tmp_path)
    said = []

    def wait():
        try:
            session.ask(questions(1))
        except KeyboardInterrupt:
            said.append("paused")

    waiting = threading.Thread(target=wait)
    waiting.start()
    session.pause()
    waiting.join(5)
    assert said == ["paused"]


@pytest.mark.parametrize(
    ("operation", "more", "status"),
    [
        (Operation.LABEL, {"name": "Wave"}, 422),
        (Operation.UNDO, {"name": None, "undoes": "nothing"}, 404),
        (Operation.NEW_CLASS, {"name": " "}, 422),
        (Operation.NEW_CLASS, {"name": "Like"}, 409),
        (Operation.RENAME_CLASS, {"name": "Good", "renamed": "Wave"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_written(session_at, asked, tmp_path, operation, more, status):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1))
    with pytest.raises(Refused) as refused:
        session.keep(replace(entry(operation), **more), session.next_items("tab")[0].handle, "tab")
    assert refused.value.status == status
    assert not (tmp_path / "session.jsonl").exists()


def test_a_full_disk_refuses_loudly_and_the_question_stays_open(session_at, asked, tmp_path, monkeypatch):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1))

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gesture_al.active.annotation.answer_log.append_line", full)
    with pytest.raises(OSError, match="No space"):
        say(session, session.next_items("tab")[0])
    assert [item.question.clip for item in session.next_items("tab")] == ["c01"]


def test_a_renamed_class_is_the_same_class_and_a_new_one_comes_last(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    loop = asked(session, questions(1, 2, 3))
    say(session, session.next_items("tab")[0], name="Heart")
    session.keep(entry(Operation.RENAME_CLASS, "Love", renamed="Heart"))
    session.keep(entry(Operation.NEW_CLASS, "Wave"))
    assert session.decisions.classes == ["Like", "Fire works", "Love", "Wave"]
    say(session, session.next_items("tab")[0], name="Love")
    say(session, session.next_items("tab")[0], name="Wave")
    assert [answer.label for answer in loop.result()] == [2, 2, 3]
    assert session_at(tmp_path).decisions.classes == session.decisions.classes
