"""The desk of the terminal, its text, and a real pseudo-terminal with a person's keys in it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from cutting_world import recorded
from labelling_world import entry, questions

from gesture_al.active.annotation.entry import Operation
from gesture_al.active.annotation.log import AnswerLog
from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.annotation.session_config import SessionConfig
from gesture_al.active.questions import Purpose, Question
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.datasets.recordings import recut
from gesture_al.data.skeleton import Skeleton
from gesture_al.studio.label.terminal.braille import frames_of
from gesture_al.studio.label.terminal.controller import Controller
from gesture_al.studio.label.terminal.keys import BACKSPACE, ENTER, ESCAPE
from gesture_al.studio.label.terminal.screen import hands_seen, screen


@pytest.fixture
def desk(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2, 3, 4, 5, 6))
    now = [0.0]
    made = Controller(session, "tab", clock=lambda: now[0])
    made.after = lambda seconds: now.__setitem__(0, now[0] + seconds)
    made.look()
    return made


def press(desk, *keys):
    for key in keys:
        desk.after(1.0)
        desk.press(key)


def names(desk):
    return [entry.name for entry in desk.session.decisions.all_standing()]


def test_one_key_is_one_label_and_the_next_clip(desk):
    press(desk, "3", "1")
    assert names(desk) == ["Heart", "Like"]
    assert desk.item.question.clip == "c03"
    entry = desk.session.decisions.all_standing()[0]
    assert (entry.milliseconds, entry.source) == (1000, "terminal")


@pytest.mark.parametrize("key", ["7", "0", "k", "é", "%"])
def test_a_typo_saves_nothing_and_skips_nothing(desk, key):
    press(desk, key)
    assert names(desk) == []
    assert desk.item.question.clip == "c01"
    assert desk.message == f'"{key}" is not a class. Nothing was saved.'


def test_unsure_skip_bad_and_undo(desk):
    press(desk, "u", "s", "x", "x", "z", BACKSPACE)
    assert [entry.operation.value for entry in desk.session.decisions.all_standing()] == ["unsure"]
    assert desk.item.question.clip == "c02"
    press(desk, "z", "z")
    assert desk.message == "nothing to take back"


@pytest.mark.parametrize(("key", "reason"), [("1", "cut wrong"), ("2", "two gestures"), ("3", "no hand"), ("x", ""), (ENTER, "")])
def test_a_bad_clip_has_its_reason_by_one_key_more_or_none(desk, key, reason):
    press(desk, "x")
    assert "1 cut wrong   2 two gestures   3 no hand" in screen(desk, [], "").plain
    assert names(desk) == []
    press(desk, key)
    [entry] = desk.session.decisions.all_standing()
    assert (entry.operation.value, entry.reason) == ("bad", reason)
    assert "bad clip, taken out" in desk.message
    assert reason in desk.message
    press(desk, "1")
    assert names(desk) == [None, "Like"], "the next clip is asked for its class again"


def test_a_clip_may_be_not_bad_after_all_and_no_other_key_is_a_reason_or_a_class(desk):
    press(desk, "x", "7", "z", "u", ESCAPE)
    assert names(desk) == []
    assert not desk.session.paused
    press(desk, "1")
    assert names(desk) == ["Like"]


def test_a_clip_whose_ends_were_moved_is_seen_and_answered_so(asked, tmp_path):
    clips = recorded(tmp_path / "data", people=1)
    session = LabelSession(AnswerLog(tmp_path / "session.jsonl"), clips, SessionConfig(audit_each_round=0), RandomStreams(0))
    question = Question(str(clips.ids[3]), 3, 0, Purpose.QUERY)
    waits = asked(session, [question])
    [item] = session.next_items("tab", 1)
    session.keep(entry(Operation.UNSURE, None, start=2.0, end=4.0), item.handle, "tab")
    waits.result()
    asked(session, [replace(question, round=1)])
    desk = Controller(session, "tab", clock=iter(range(100)).__next__)
    desk.look()
    cut = session.decisions.cut_of(str(clips.ids[3]))
    assert cut == pytest.approx((2.0, 4.0), abs=0.02)
    assert f"  {recut(clips, 3, *cut).lengths[0]} frames" in screen(desk, [], hands_seen(desk)).plain
    desk.press("1")
    assert session.decisions.cut_of(str(clips.ids[3])) == cut
    assert [one.name for one in session.decisions.all_standing()] == [None, "Fire works"]


def test_a_key_in_the_moment_a_clip_appears_is_not_for_it(desk):
    press(desk, "1")
    desk.after(0.05)
    desk.press("1")
    assert names(desk) == ["Like"]


def test_a_class_is_found_by_typing_and_made_by_naming(desk):
    press(desk, "/", "f", "i", ENTER)
    press(desk, "n", *"Wave", ENTER, "4")
    assert names(desk) == ["Fire works", "Wave"]
    press(desk, "/", "e", ENTER)
    assert "match 'e'; type more" in desk.message
    press(desk, ESCAPE, "n", *"Like", ENTER)
    assert "there is, or was, a class 'Like'" in desk.message


def test_the_guess_is_shown_only_when_asked_for_and_noted_down(desk):
    press(desk, "g")
    assert desk.message == "no model has seen this clip yet"
    desk.session.seen._guesses["c01"] = [0.2, 0.7, 0.1]
    assert "0.70" not in screen(desk, [], "").plain
    press(desk, "g")
    assert "Fire works 0.70" in screen(desk, [], "").plain
    press(desk, "2", "1")
    shown = [entry.guess_shown for entry in desk.session.decisions.all_standing()]
    assert shown == [2000.0, None]


def test_a_full_disk_is_told_in_capitals_and_the_clip_stays(desk, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gesture_al.active.annotation.log.append_line", full)
    press(desk, "1")
    assert desk.message.startswith("NOT SAVED: No space left")
    assert desk.item.question.clip == "c01"


def test_the_screen_says_where_one_is_and_what_the_keys_are(desk):
    text = screen(desk, ["⠁⠂"], hands_seen(desk)).plain
    for said in ("0/6", "clip c01", "12 frames", "left hand 12, right hand 12", "1 Like   2 Fire works   3 Heart", "Esc pause"):
        assert said in text


def test_a_bone_is_a_line_of_dots_and_what_is_unseen_is_not_drawn():
    corners = Skeleton("square", ("a", "b", "c", "d"), bones=((0, 1), (1, 2), (2, 3), (3, 0)))
    square = np.array([[[0, 0], [3, 0], [3, 3], [0, 3]]], dtype=np.float32)
    assert frames_of(square, corners, 1.0, 2, 1) == [["⣏⣹"]]
    square[0, 0] = np.nan
    assert frames_of(square, corners, 1.0, 2, 1) == [["⣀⣸"]]
    assert frames_of(np.full((2, 4, 2), np.nan, np.float32), corners, 1.0, 3, 2) == [["   ", "   "]] * 2


def test_without_a_terminal_it_says_what_to_do(tmp_path):
    command = [sys.executable, "-m", "gesture_al", "run", "oracle=interactive", "oracle.params.frontend=terminal", "start=oracle"]
    data = ["dataset.params.clips=80", "dataset.params.subjects=8", "tracking=csv", f"output_dir={tmp_path}"]
    done = subprocess.run([*command, *data], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "standard input is no terminal; label in the browser" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_a_person_in_a_real_terminal_labels_pauses_and_goes_on(tmp_path):
    command = [sys.executable, "-m", "gesture_al", "run", "oracle=interactive", "oracle.params.frontend=terminal", "start=oracle"]
    data = ["dataset.params.clips=80", "dataset.params.subjects=8", "tracking=csv", f"output_dir={tmp_path}"]
    person, desk = pty.openpty()
    process = subprocess.Popen([*command, *data], stdin=desk, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        deadline, log = time.monotonic() + 120, None
        while time.monotonic() < deadline and (log is None or len(log.read_text().splitlines()) < 3):
            log = next(tmp_path.glob("*/session.jsonl"), None)
            os.write(person, b"2")
            time.sleep(0.3)
        os.write(person, b"\x1b")
        _, said = process.communicate(timeout=90)
    finally:
        process.kill()
        os.close(person)
        os.close(desk)
    assert process.returncode == 3, said.decode()[-2000:]
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert {entry["name"] for entry in entries} == {"Fire works"}
    assert len({entry["clip"] for entry in entries}) == len(entries)
    assert "gesture-al resume" in said.decode()
