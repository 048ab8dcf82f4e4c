"""The simulated oracle tells the truth as often as it was told to, and the same after a resume."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from loop_world import clips_on_a_line

from gesture_al.active.oracles.base import ORACLES
from gesture_al.active.oracles.simulated import Known, Simulated
from gesture_al.active.questions import AnswerKind, Purpose, Question
from gesture_al.core.errors import UserError
from gesture_al.core.seeds import RandomStreams

TRUTH = np.random.default_rng(0).integers(0, 4, size=2000)


def questions(count: int = 2000, attempt: int = 0) -> list[Question]:
    return [Question(f"clip-{row}", row, 0, Purpose.QUERY, attempt) for row in range(count)]


def oracle(**params) -> Simulated:
    return ORACLES.build("simulated", params, truth=TRUTH, classes=4, random_streams=RandomStreams(0))


def test_without_noise_it_tells_the_truth():
    assert [answer.label for answer in oracle().ask(questions())] == TRUTH.tolist()


def test_noise_names_another_class_as_often_as_asked_for():
    answers = list(oracle(noise=0.2).ask(questions()))
    wrong = np.mean([answer.label != truth for answer, truth in zip(answers, TRUTH, strict=True)])
    assert 0.17 < wrong < 0.23
    assert all(0 <= answer.label < 4 for answer in answers)


def test_refusal_is_unsure_without_a_label_and_may_change_when_asked_again():
    first = list(oracle(refusal=0.3).ask(questions()))
    refused = [answer.clip for answer in first if answer.kind is AnswerKind.UNSURE]
    assert 0.26 < len(refused) / 2000 < 0.34
    assert all(answer.label is None for answer in first if answer.kind is AnswerKind.UNSURE)
    again = {a.clip: a for a in oracle(refusal=0.3).ask(questions(attempt=1))}
    assert 0.6 < np.mean([again[clip].kind is AnswerKind.LABEL for clip in refused]) < 0.8


def test_an_answer_does_not_depend_on_what_else_is_asked():
    whole = {a.clip: a for a in oracle(noise=0.5, refusal=0.2).ask(questions())}
    alone = next(oracle(noise=0.5, refusal=0.2).ask(questions()[777:778]))
    assert alone == whole["clip-777"]


def test_known_labels_cost_nothing_and_say_where_they_come_from():
    answer = next(Known(TRUTH, 4, RandomStreams(0)).ask(questions(1)))
    assert (answer.label, answer.cost, Known.source) == (TRUTH[0], 0.0, "known")


def test_a_clip_without_a_true_label_is_named():
    blind = Simulated(np.array([-1]), 4, RandomStreams(0))
    with pytest.raises(UserError, match="clip clip-0 has no true label"):
        list(blind.ask(questions(1)))


@pytest.mark.parametrize("params", [{"noise": -0.1}, {"noise": 1.5}, {"refusal": 1.0}, {"cost": -1}])
def test_a_parameter_outside_its_range_is_named(params):
    with pytest.raises(UserError, match=f"oracle 'simulated': {next(iter(params))}=.*: must be a number"):
        oracle(**params)


def open_set(**params) -> Simulated:
    truth = np.where(np.arange(2000) % 4 == 3, -1, TRUTH % 3)
    return ORACLES.build("simulated", params, truth=truth, classes=3, random_streams=RandomStreams(0))


def test_clips_of_no_class_are_named_none_a_class_that_comes_last():
    answers = list(open_set(unlabelled="none").ask(questions()))
    assert open_set(unlabelled="none").classes(["a", "b", "c"]) == ["a", "b", "c", "none"]
    assert [answer.label == 3 for answer in answers] == [row % 4 == 3 for row in range(2000)]
    assert {answer.kind for answer in answers} == {AnswerKind.LABEL}


def test_where_the_set_has_a_class_none_that_one_is_meant():
    clips = replace(clips_on_a_line(classes=3), classes=("a", "none", "c"))
    truth = np.array([0, -1, 2])
    made = ORACLES.build(
        "simulated", {"unlabelled": "none"}, truth=truth, classes=3, random_streams=RandomStreams(0), clips=clips
    )
    assert [answer.label for answer in made.ask(questions(3))] == [0, 1, 2]
    assert made.classes(clips.classes) == ["a", "none", "c"]


def test_clips_of_no_class_can_be_thrown_out_at_the_cost_of_a_question():
    answers = list(open_set(unlabelled="bad", cost=2.0).ask(questions()))
    assert [answer.kind is AnswerKind.BAD for answer in answers] == [row % 4 == 3 for row in range(2000)]
    assert all(answer.cost == 2 for answer in answers)
    assert open_set(unlabelled="bad").classes(["a", "b", "c"]) == ["a", "b", "c"]


def test_noise_takes_clips_of_no_class_for_gestures_and_gestures_for_none():
    answers = list(open_set(unlabelled="none", noise=0.5).ask(questions()))
    is_none = np.arange(2000) % 4 == 3
    said_none = np.array([answer.label == 3 for answer in answers])
    assert 0.4 < said_none[is_none].mean() < 0.6
    assert 0.12 < said_none[~is_none].mean() < 0.21, "one of three wrong names"


@pytest.mark.parametrize(("unlabelled", "answers"), [("left_out", False), ("none", True), ("bad", True)])
def test_it_says_whether_it_answers_for_clips_without_a_label(unlabelled, answers):
    assert open_set(unlabelled=unlabelled).answers_unlabelled is answers
