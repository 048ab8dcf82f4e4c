"""Counts that are kept up to date entry by entry are those that counting everything anew would give."""

from __future__ import annotations

import uuid
from dataclasses import replace

import numpy as np
import pytest
from labelling_world import CLASSES, entry, questions

from gesture_al.active.annotation.agreement import agreement, consistency
from gesture_al.active.annotation.answer_log import ANSWERS, Operation
from gesture_al.active.annotation.asked import AskedQuestions
from gesture_al.active.annotation.decisions import Decisions, labels_of
from gesture_al.active.annotation.pace import RECENT, active_minutes, per_minute
from gesture_al.active.annotation.tally import Tally
from gesture_al.active.questions import Purpose

PURPOSES = ("query", "query", "query", "initial", "validation", "repeat", "second")
OPERATIONS = (*[Operation.LABEL] * 6, Operation.SKIP, Operation.UNDO, Operation.UNDO)


def random_log(seed: int, length: int = 400):
    """Entries of four people on fifteen clips: revised, taken back, asked again, and with names that come to be classes later."""
    rng = np.random.default_rng(seed)
    entries = []
    for number in range(length):
        operation = OPERATIONS[rng.integers(len(OPERATIONS))]
        time = f"2026-01-01T10:{number // 60:02d}:{number % 60:02d}.000+00:00"
        more = {"time": time, "annotator": f"p{rng.integers(4)}"}
        if operation is Operation.UNDO:
            undoes = entries[rng.integers(len(entries))].uuid if entries else str(uuid.uuid4())
            entries.append(replace(entry(operation, None, undoes=undoes), **more))
            continue
        if rng.random() < 0.02:
            change = (Operation.NEW_CLASS, "Wave") if rng.random() < 0.5 else (Operation.RENAME_CLASS, f"Love {number}")
            renamed = "Heart" if change[0] is Operation.RENAME_CLASS else None
            entries.append(replace(entry(*change, renamed=renamed), **more))
            continue
        clip, round_, purpose = f"c{rng.integers(15)}", int(rng.integers(3)), PURPOSES[rng.integers(len(PURPOSES))]
        name = (*CLASSES, "Wave")[rng.integers(4)] if operation is Operation.LABEL else None
        key = f"{purpose}/{round_}/{clip}"
        entries.append(replace(entry(operation, name, question=key, clip=clip, round=round_, purpose=purpose), **more))
    return entries


def standing_from_scratch(entries):
    """The last answer to each question that was not taken back, in the order of the log."""
    answers = {one.uuid: one for one in entries if one.operation in ANSWERS}
    last, stacks, undone = {}, {}, set()
    for one in entries:
        if one.operation in ANSWERS:
            stacks.setdefault(one.question, []).append(one)
        elif one.operation is Operation.UNDO and one.undoes in {done.uuid for done in entries[: entries.index(one)]} & set(
            answers
        ):
            undone.add(one.undoes)
    for question, stack in stacks.items():
        last[question] = next((one for one in reversed(stack) if one.uuid not in undone), None)
    return [one for one in answers.values() if last[one.question] is one]


@pytest.mark.parametrize("seed", range(6))
def test_counts_after_every_entry_are_those_of_a_count_from_scratch(seed):
    entries = random_log(seed)
    decisions = Decisions([*CLASSES])
    keys = list(dict.fromkeys(one.question for one in entries if one.question))
    tally, asked = Tally([], decisions), AskedQuestions(keys, decisions)
    for number, one in enumerate(entries, 1):
        change = decisions.apply(one)
        tally.add(one, change)
        if change is not None:
            asked.update(change)
        so_far = entries[:number]
        labels, minutes = labels_of(decisions), active_minutes(so_far)
        assert asked.open == {key: None for key in keys if decisions.standing(key) is None}
        assert tally.answers == sum(one.operation in ANSWERS for one in so_far)
        assert tally.minutes == minutes[-1]
        of_answers = [minute for minute, one in zip(minutes, so_far, strict=True) if one.operation in ANSWERS]
        assert tally.per_minute == per_minute(of_answers[-RECENT:])
        for since in (-1, 1, 2):
            expected = sum(one.round >= since and one.purpose != "validation" for one in labels)
            assert tally.labels_since(since) == expected
        counts = tally.labels_by_class()
        assert [counts[place] for place in range(len(decisions.classes))] == [
            sum(decisions.place(one.name) == place for one in labels) for place in range(len(decisions.classes))
        ]
        assert tally.labels_by_class(Purpose.INITIAL).total() == sum(one.purpose == "initial" for one in labels)
        assert tally.opinions.consistency() == consistency(decisions)
        together, expected = tally.opinions.agreement(), agreement(decisions)
        assert replace(together, alpha=None) == replace(expected, alpha=None)
        assert together.alpha == (None if expected.alpha is None else pytest.approx(expected.alpha, abs=1e-12))
    assert decisions.all_standing() == standing_from_scratch(entries)
    assert tally.opinions.agreement().clips > 1
    assert tally.opinions.consistency()[0] > 1


def test_minutes_before_a_round_are_those_of_the_last_answer_of_any_round_before_it():
    entries = [replace(one, round=round_) for one, round_ in zip(random_log(1, 30), [0, 2, 1] * 10, strict=True)]
    tally, minutes = Tally(entries, Decisions.of(entries, CLASSES)), active_minutes(entries)

    def before(round_):
        counted = [
            minute
            for minute, one in zip(minutes, entries, strict=True)
            if one.operation in ANSWERS and one.round < round_ and one.purpose != "validation"
        ]
        return max(counted, default=0.0)

    assert tally.minutes_before([0, 1, 2, 3]) == [before(round_) for round_ in range(4)]


def test_an_answer_makes_nobody_count_everything_anew(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0, second_opinions=0.5)
    asked(session, questions(*range(30)))
    for item in session.next_items("tab", 30, annotator="Ann"):
        kept = session.keep(entry(annotator="Ann"), item.handle, "tab")
    session.keep(entry(Operation.UNDO, None, undoes=kept.uuid))
    assert session.tally.recounts == 1
    session.keep(entry(Operation.NEW_CLASS, "Wave"))
    assert session.tally.recounts == 2
    again = session_at(tmp_path)
    assert again.tally.answers == session.tally.answers == 30
    assert again.tally.labels_by_class() == session.tally.labels_by_class()
