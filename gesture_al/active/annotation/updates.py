"""What the loop is told of the log: answers to its questions, and what has changed since it was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gesture_al.active.annotation.asking import key_of
from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.entry import Entry, Operation
from gesture_al.active.annotation.items import DISGUISED
from gesture_al.active.questions import Answer, Kind, Purpose, Question


def question_of(entry: Entry, rows: Mapping[str, int]) -> Question:
    """The question that an entry answers; a hidden repeat or a second opinion is a query in disguise."""
    purpose = Purpose.QUERY if entry.purpose in DISGUISED else Purpose(entry.purpose)
    return Question(entry.clip, rows[entry.clip], entry.round, purpose)


def answer_of(entry: Entry, decisions: Decisions) -> Answer:
    """An entry as the loop knows answers."""
    label = decisions.place(entry.name or "") if entry.operation is Operation.LABEL else None
    kind, seconds = Kind(entry.operation.value), entry.milliseconds / 1000
    return Answer(entry.clip, kind, label, seconds, cut=entry.cut, reason=entry.reason)


def news(
    decisions: Decisions, heard: Iterable[tuple[Question, Answer]], rows: Mapping[str, int]
) -> list[tuple[Question, Answer]]:
    """Answers that the loop has not heard, or has heard otherwise.

    Args:
        decisions: What stands.
        heard: All that the loop was told so far, in order; a log that is ahead of it (it was killed) is brought in thus.
        rows: Row of every clip by id; answers about other clips are passed over.
    """
    last, latest = {}, {}
    for question, answer in heard:
        last[key_of(question)] = question, answer
        latest[question.clip] = key_of(question)
    found = []
    for entry in decisions.all_standing():
        if entry.purpose in DISGUISED or entry.clip not in rows:
            continue
        answer = answer_of(entry, decisions)
        known = last.pop(entry.question, None)
        if known is None or _said(known[1]) != _said(answer):
            found.append((question_of(entry, rows), answer))
            latest[entry.clip] = entry.question
    # Taken back and not answered anew: put off, as far as the loop is concerned.
    for key, (question, answer) in last.items():
        # With the ends that it has without that answer.
        put_off = replace(answer, kind=Kind.SKIP, label=None, cut=decisions.cut_of(question.clip), reason="")
        # One that was put off already matters only where nothing was said of its clip since, and its ends go back.
        matters = answer.kind is not Kind.SKIP or (latest[question.clip] == key and answer.cut != put_off.cut)
        if decisions.touched(key) and matters:
            found.append((question, put_off))
    return found


def _said(answer: Answer) -> tuple[object, ...]:
    return answer.kind, answer.label, answer.cut, answer.reason
