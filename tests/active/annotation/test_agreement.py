"""Second opinions of two annotators, and their agreement."""

from __future__ import annotations

import numpy as np
import pytest
from labelling_world import CLASSES, entry, questions

from gesture_al.active.annotation.agreement import agreement
from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.items import SECOND
from gesture_al.active.questions import Purpose


def say(session, item, who, name="Like"):
    return session.keep(entry(name=name, annotator=who), item.handle, who)


def labels(*pairs):
    """Decisions in which clips have these names: (first, second), by Ann and Ben."""
    entries = []
    for number, (first, second) in enumerate(pairs):
        more = {"clip": f"c{number}", "annotator": "Ann", "purpose": "query", "question": f"query/0/c{number}"}
        entries.append(entry(name=first, **more))
        more |= {"annotator": "Ben", "purpose": SECOND, "question": f"second/0/c{number}"}
        entries.append(entry(name=second, **more))
    return Decisions.of(entries, CLASSES)


def test_what_one_has_named_is_put_to_the_other_and_to_nobody_else(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0, second_opinions=1.0)
    loop = asked(session, questions(1, 2, 3))
    for _ in range(2):
        say(session, session.next_items("Ann", 1, annotator="Ann")[0], "Ann", "Heart")
    assert [item.disguise for item in session.next_items("Ann", 9, annotator="Ann")] == [""]
    session.leases.release("Ann")
    assert [item.disguise for item in session.next_items("nobody", 9)] == [""]
    session.leases.release("nobody")
    mine = session.next_items("Ben", 9, annotator="Ben")
    assert [(item.question.clip, item.disguise) for item in mine] == [("c01", SECOND), ("c02", SECOND), ("c03", "")]
    assert all(item.question.purpose is Purpose.QUERY for item in mine)
    for item in mine:
        say(session, item, "Ben")
    assert [(answer.clip, answer.label) for answer in loop.result()] == [("c01", 2), ("c02", 2), ("c03", 0)]
    result = agreement(session.decisions)
    assert (result.people, result.clips, result.same) == (2, 2, 0)
    # What Ben named first is put to Ann in turn.
    assert [item.question.clip for item in session.next_items("Ann", 9, annotator="Ann")] == ["c03"]


def test_the_loop_never_hears_of_them(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0, second_opinions=1.0)
    loop = asked(session, questions(1, 2))
    say(session, session.next_items("Ann", 1, annotator="Ann")[0], "Ann")
    for item in session.next_items("Ben", 9, annotator="Ben"):
        say(session, item, "Ben", "Heart")
    journal_answers = list(zip(questions(1, 2), loop.result(), strict=True))
    assert session.updates(journal_answers) == []


def test_the_same_clips_are_chosen_after_a_restart_whoever_comes_first(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0, second_opinions=0.4)
    asked(session, questions(*range(30)))
    for item in session.next_items("Ann", 30, annotator="Ann"):
        say(session, item, "Ann")
    chosen = [item.question.clip for item in session.next_items("Ben", 40, annotator="Ben")]
    assert 4 <= len(chosen) <= 20
    again = session_at(tmp_path, audit_each_round=0, second_opinions=0.4)
    assert [item.question.clip for item in again.next_items("Zoe", 40, annotator="Zoe")] == chosen


def test_two_are_never_given_the_same_clip_unless_it_was_asked_for(session_at, asked, tmp_path):
    session = session_at(tmp_path, audit_each_round=0)
    asked(session, questions(1, 2))
    say(session, session.next_items("Ann", 1, annotator="Ann")[0], "Ann")
    assert [item.question.clip for item in session.next_items("Ben", 9, annotator="Ben")] == ["c02"]


def test_alpha_is_that_of_the_textbook():
    # Of two coders, by its definition: 1 - observed / expected disagreement, coincidences counted in both directions.
    pairs = [
        ("Like", "Like"),
        ("Like", "Heart"),
        ("Heart", "Heart"),
        ("Fire works", "Fire works"),
        ("Heart", "Like"),
        ("Like", "Like"),
    ]
    coincidences = np.zeros((3, 3))
    for first, second in pairs:
        a, b = CLASSES.index(first), CLASSES.index(second)
        coincidences[a, b] += 1
        coincidences[b, a] += 1
    totals, n = coincidences.sum(axis=1), coincidences.sum()
    observed = (n - np.trace(coincidences)) / n
    expected = (n * n - (totals**2).sum()) / (n * (n - 1))
    result = agreement(labels(*pairs))
    assert result.alpha == pytest.approx(1 - observed / expected)
    assert (result.clips, result.same) == (6, 4)


def test_alpha_where_chance_explains_everything_and_where_there_is_too_little():
    assert agreement(labels(("Like", "Like"), ("Like", "Like"))).alpha == 1.0
    assert agreement(labels(("Like", "Heart"))).alpha is None
    assert agreement(labels()).alpha is None
