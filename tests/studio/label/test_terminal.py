"""The controller of the terminal, its text, and a real pseudo-terminal with a person's keys in it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from dataclasses import astuple, replace

import numpy as np
import pytest
from cutting_world import recorded
from labelling_world import entry, questions

from gesture_al.active.annotation.answer_log import AnswerLog, Operation
from gesture_al.active.annotation.session import LabelSession, SessionConfig
from gesture_al.active.questions import Purpose, Question
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.datasets.recordings import with_ends
from gesture_al.data.skeleton import Skeleton
from gesture_al.studio.label.terminal.controller import BACKSPACE, ENTER, ESCAPE, Controller
from gesture_al.studio.label.terminal.screen import braille_frames, hands_seen, screen


@pytest.fixture
def controller(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2, 3, 4, 5, 6))
    now = [0.0]
    made = Controller(session, "tab", clock=lambda: now[0])
    made.after = lambda seconds: now.__setitem__(0, now[0] + seconds)
    made.next_clip()
    return made


def press(controller, *keys):
    for key in keys:
        controller.after(1.0)
        controller.press(key)


def names(controller):
    return [entry.name for entry in controller.session.decisions.all_standing()]


def test_one_key_is_one_label_and_the_next_clip(controller):
    press(controller, "3", "1")
    assert names(controller) == ["Heart", "Like"]
    assert controller.item.question.clip == "c03"
    entry = controller.session.decisions.all_standing()[0]
    assert (entry.milliseconds, entry.source) == (1000, "terminal")


@pytest.mark.parametrize("key", ["7", "0", "k", "é", "%"])
def test_a_typo_saves_nothing_and_skips_nothing(controller, key):
    press(controller, key)
    assert names(controller) == []
    assert controller.item.question.clip == "c01"
    assert controller.message == f'"{key}" is not a class. Nothing was saved.'


def test_unsure_skip_bad_and_undo(controller):
    press(controller, "u", "s", "x", "x", "z", BACKSPACE)
    assert [entry.operation.value for entry in controller.session.decisions.all_standing()] == ["unsure"]
    assert controller.item.question.clip == "c02"
    press(controller, "z", "z")
    assert controller.message == "nothing to take back"


@pytest.mark.parametrize(("key", "reason"), [("1", "cut wrong"), ("2", "two gestures"), ("3", "no hand"), ("x", ""), (ENTER, "")])
def test_a_bad_clip_has_its_reason_by_one_key_more_or_none(controller, key, reason):
    press(controller, "x")
    assert "1 cut wrong   2 two gestures   3 no hand" in screen(controller, [], "").plain
    assert names(controller) == []
    press(controller, key)
    [entry] = controller.session.decisions.all_standing()
    assert (entry.operation.value, entry.reason) == ("bad", reason)
    assert "bad clip, taken out" in controller.message
    assert reason in controller.message
    press(controller, "1")
    assert names(controller) == [None, "Like"], "the next clip is asked for its class again"


def test_a_clip_may_be_not_bad_after_all_and_no_other_key_is_a_reason_or_a_class(controller):
    press(controller, "x", "7", "z", "u", ESCAPE)
    assert names(controller) == []
    assert not controller.session.paused
    press(controller, "1")
    assert names(controller) == ["Like"]


def test_a_clip_whose_ends_were_moved_is_seen_and_answered_so(asked, tmp_path):
    clips = recorded(tmp_path / "data", people=1)
    session = LabelSession(AnswerLog(tmp_path / "session.jsonl"), clips, SessionConfig(audit_each_round=0), RandomStreams(0))
    question = Question(str(clips.ids[3]), 3, 0, Purpose.QUERY)
    waits = asked(session, [question])
    [item] = session.next_items("tab", 1)
    session.keep(entry(Operation.UNSURE, None, start=2.0, end=4.0), item.handle, "tab")
    waits.result()
    asked(session, [replace(question, round=1)])
    controller = Controller(session, "tab", clock=iter(range(100)).__next__)
    controller.next_clip()
    cut = session.decisions.ends_of(str(clips.ids[3]))
    assert astuple(cut) == pytest.approx((2.0, 4.0), abs=0.02)
    assert f"  {with_ends(clips, 3, cut).lengths[0]} frames" in screen(controller, [], hands_seen(controller)).plain
    controller.press("1")
    assert session.decisions.ends_of(str(clips.ids[3])) == cut
    assert [one.name for one in session.decisions.all_standing()] == [None, "Fire works"]


def test_a_key_in_the_moment_a_clip_appears_is_not_for_it(controller):
    press(controller, "1")
    controller.after(0.05)
    controller.press("1")
    assert names(controller) == ["Like"]


def test_a_class_is_found_by_typing_and_made_by_naming(controller):
    press(controller, "/", "f", "i", ENTER)
    press(controller, "n", *"Wave", ENTER, "4")
    assert names(controller) == ["Fire works", "Wave"]
    press(controller, "/", "e", ENTER)
    assert "match 'e'; type more" in controller.message
    press(controller, ESCAPE, "n", *"Like", ENTER)
    assert "there is, or was, a class 'Like'" in controller.message


def test_the_guess_is_shown_only_when_asked_for_and_noted_down(controller):
    press(controller, "g")
    assert controller.message == "no model has seen this clip yet"
    controller.session.progress._guesses["c01"] = [0.2, 0.7, 0.1]
    assert "0.70" not in screen(controller, [], "").plain
    press(controller, "g")
    assert "Fire works 0.70" in screen(controller, [], "").plain
    press(controller, "2", "1")
    shown = [entry.guess_shown for entry in controller.session.decisions.all_standing()]
    assert shown == [2000.0, None]


def test_a_full_disk_is_told_in_capitals_and_the_clip_stays(controller, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gesture_al.active.annotation.answer_log.append_line", full)
    press(controller, "1")
    assert controller.message.startswith("NOT SAVED: No space left")
    assert controller.item.question.clip == "c01"


def test_the_screen_says_where_one_is_and_what_the_keys_are(controller):
    text = screen(controller, ["⠁⠂"], hands_seen(controller)).plain
    for said in ("0/6", "clip c01", "12 frames", "left hand 12, right hand 12", "1 Like   2 Fire works   3 Heart", "Esc pause"):
        assert said in text


def test_a_bone_is_a_line_of_dots_and_what_is_unseen_is_not_drawn():
    corners = Skeleton("square", ("a", "b", "c", "d"), bones=((0, 1), (1, 2), (2, 3), (3, 0)))
    square = np.array([[[0, 0], [3, 0], [3, 3], [0, 3]]], dtype=np.float32)
    assert braille_frames(square, corners, 1.0, 2, 1) == [["⣏⣹"]]
    square[0, 0] = np.nan
    assert braille_frames(square, corners, 1.0, 2, 1) == [["⣀⣸"]]
    assert braille_frames(np.full((2, 4, 2), np.nan, np.float32), corners, 1.0, 3, 2) == [["   ", "   "]] * 2


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
    person, controller = pty.openpty()
    process = subprocess.Popen([*command, *data], stdin=controller, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
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
        os.close(controller)
    assert process.returncode == 3, said.decode()[-2000:]
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert {entry["name"] for entry in entries} == {"Fire works"}
    assert len({entry["clip"] for entry in entries}) == len(entries)
    assert "gesture-al resume" in said.decode()
