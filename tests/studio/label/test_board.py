"""State of a session as the page shows it: pace, labels, scores, pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labelling_world import entry, questions
from page_world import round_row

from gesture_al.active.annotation.answer_log import Operation
from gesture_al.active.annotation.pace import RECENT, active_minutes, per_minute
from gesture_al.active.questions import Purpose
from gesture_al.active.run_info import RunInfo
from gesture_al.studio.label.clip_picture import HEIGHT, WIDTH, clip_picture, skeleton_picture
from gesture_al.studio.label.results import confusion


def at(*seconds, milliseconds=2000.0):
    return [
        replace(entry(), time=f"2026-01-01T10:{s // 60:02d}:{s % 60:02d}.000+00:00", milliseconds=milliseconds) for s in seconds
    ]


def test_time_between_answers_is_work_and_a_coffee_is_not():
    # 2 s for the first clip, 10 s, then 20 minutes away, of which the clip that was open counts with a minute at most.
    assert active_minutes(at(0, 10, 1210)) == pytest.approx([2 / 60, 12 / 60, 14 / 60])
    assert active_minutes(at(0, 1210, milliseconds=1.2e6))[-1] == pytest.approx(2.0)
    assert active_minutes([]) == []


def test_a_clock_that_was_set_back_takes_nothing_away():
    minutes = active_minutes(at(30, 20, 40))
    assert minutes == sorted(minutes)


def test_the_pace_is_of_the_last_thirty_answers():
    entries = at(*range(0, 50, 10), *range(50, 110, 2))
    assert per_minute(active_minutes(entries)[-RECENT:]) == pytest.approx(30.0)
    assert per_minute(active_minutes(entries[:1])) is None


def test_labels_are_those_of_the_last_round_and_those_given_since(page):
    page.session.run_info = RunInfo(budget=20, known_start=True)
    page.session.progress.round(round_row())
    for item in page.next(2):
        page.answer(item["handle"], "Heart")
    state = page.state()
    assert state["labels"] == 8
    assert [one["count"] for one in state["classes"]] == [2, 2, 4]
    assert state["batch"] == {"answered": 2, "questions": 6}


def test_skipped_clips_and_audit_clips_cost_no_label_of_the_budget(page):
    page.session.offer(questions(20, round_=-1, purpose=Purpose.VALIDATION))
    first, *_ = page.next(1)
    page.answer(first["handle"], operation="skip")
    audit = page.session.items[next(iter(page.session._audits))].handle
    page.answer(audit, "Like")
    state = page.state()
    assert state["labels"] == 0
    assert state["audits"] == {"labelled": 1, "all": 1}
    assert state["last"][0]["audit"] is True


def test_a_score_on_audit_clips_has_its_interval_and_its_cost(page):
    page.session.progress.round(round_row(val_confusion=[[3, 0, 0], [0, 3, 0], [1, 0, 3]], val_macro_f1=0.9))
    [point] = page.state()["rounds"]
    assert point["on"] == "audit"
    assert point["clips"] == 10
    assert point["low"] < 0.9 < point["high"]
    assert page.state()["rounds"] == [point], "another interval for the same round"


def test_one_audit_clip_a_class_has_a_score_and_no_interval(page):
    page.session.progress.round(round_row(val_confusion=[[1, 0, 0], [0, 1, 0], [1, 0, 0]], val_macro_f1=0.556))
    [point] = page.state()["rounds"]
    assert (point["score"], point["low"], point["high"]) == (0.556, None, None)


def test_minutes_of_a_round_are_those_until_the_last_answer_that_it_was_trained_on(page):
    for item in page.next(3):
        page.answer(item["handle"], "Like", milliseconds=6000)
    page.session.progress.round(round_row())
    page.session.progress.round(round_row(round=1, labels=9))
    before, after = page.state()["rounds"]
    assert before["minutes"] == 0.0
    assert after["minutes"] >= 0.1


def test_the_matrix_is_that_of_the_test_clips_where_they_are_known():
    assert confusion(round_row(test_confusion=[[1]], val_confusion=[[2]]).to_json())["on"] == "test"
    assert confusion(round_row(val_confusion=[[2]]).to_json()) == {"round": 0, "on": "audit", "counts": [[2]]}
    assert confusion(round_row(val_confusion=None).to_json()) is None


def test_the_state_says_why_it_ended(page):
    assert page.state()["finished"] is None
    page.session.progress.ended("the budget is spent")
    assert page.state()["finished"] == "the budget is spent"


def test_a_drawing_keeps_its_proportions_and_says_what_was_not_seen(page):
    import numpy as np

    clips = page.session.clips
    positions = clips.positions.copy()
    positions[0, 3, :21] = np.nan
    picture = clip_picture(replace(clips, positions=positions, aspect=np.full(len(clips), 4 / 3, dtype=np.float32)), 0)
    assert picture["frames"][3][:42] == [None] * 42
    assert picture["seen"]["left"] == [1, 1, 1, *[0], *[1] * 8]
    assert picture["seen"]["right"] == [1] * 12
    numbers = [number for frame in picture["frames"] for number in frame if number is not None]
    assert all(isinstance(number, int) for number in numbers)
    assert min(numbers) >= 0
    assert max(numbers) <= max(WIDTH, HEIGHT)


def test_a_skeleton_has_its_bones_with_their_sides(page):
    drawn = skeleton_picture(page.session.clips)
    assert len(drawn["bones"]) == 42
    assert {side for *_, side in drawn["bones"]} == {"left", "right"}
    assert len(drawn["trail"]) == 10


def test_an_undone_answer_is_no_answer_of_the_last_ten(page):
    for item in page.next(6):
        page.answer(item["handle"], "Like")
    last = page.state()["last"]
    page.session.keep(entry(Operation.UNDO, None, undoes=last[0]["uuid"]))
    assert page.state()["last"] == last[1:]
