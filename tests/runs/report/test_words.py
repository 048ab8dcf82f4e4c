from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gesture_al.active.records.round_row import RoundRow
from gesture_al.runs.report.run_on_disk import Run, read_run
from gesture_al.runs.report.words import choice, outcome, score_words, target


@pytest.fixture
def run(tmp_path, make_run):
    return read_run(make_run(tmp_path / "run"))


def test_the_outcome_says_score_interval_all_labels_and_why_it_stopped(run):
    said, best = outcome(run), run.best
    assert f"macro-F1 {best.test_macro_f1:.3f} (95% interval {best.test_macro_f1_low:.3f} to " in said
    assert "on 60 test clips for 68 labels (28 for training, 40 for validation)" in said
    assert said.endswith("it stopped after round 5: macro F1 0.934 on 40 validation clips, threshold 0.9 reached.")


def test_too_few_clips_and_classes_without_clips_are_said_in_the_same_sentence(run):
    counts = [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    few = replace(run.best, test_macro_f1_low=None, test_macro_f1_high=None, test_macro_f1=1.0, test_confusion=counts)
    said = score_words(run, few)
    assert said.startswith("macro-F1 1.000 (too few clips for an interval) on 2 test clips, none of them of ")
    assert f"{run.classes[1]}, {run.classes[3]}, which the score leaves out" in said


def test_a_bound_that_there_are_too_few_clips_for_is_said(run):
    state = {"reached": False, "proven": False, "f1": 1.0, "clips": 2, "needed": 40}
    counts = [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    reached, proven = target(replace(run, rounds=[replace(run.best, stopping=state, val_confusion=counts)]))
    assert reached.endswith(f"None of them is of {run.classes[1]}, {run.classes[3]}, so nothing is said of those.")
    assert (
        proven == "Not proven: too few clips for a lower bound. About 40 further random clips at the same score would prove it."
    )


def test_a_failed_run_says_how_far_it_came(tmp_path, make_run):
    said = outcome(read_run(make_run(tmp_path / "run", rounds=2, state="failed")))
    assert said.startswith("The run failed after round 1 (the disk is full); so far: macro-F1")
    assert "before its first round was measured: the disk is full." in outcome(
        read_run(make_run(tmp_path / "none", rounds=0, state="failed"))
    )


def test_a_run_without_test_labels_is_told_on_validation_clips():
    rows = [
        RoundRow(
            labels=8,
            validation_labels=4,
            val_macro_f1=0.75,
            val_confusion=[[2, 1], [0, 1]],
        )
    ]
    said = outcome(Run(Path("x"), status={"state": "running"}, rounds=rows))
    assert said.startswith("The run is still going after round 0; so far: macro-F1 0.750 on 4 validation clips for 12 labels")


def test_the_kept_checkpoint_is_explained(run, tmp_path, make_run):
    assert f"the model of round {run.best.round}: its macro-F1 on the validation clips" in choice(run)
    assert run.best.val_macro_f1 == max(row.val_macro_f1 for row in run.rounds)
    plain = read_run(make_run(tmp_path / "plain", validation=False))
    assert plain.best.round == 5
    assert choice(plain).startswith("No validation clips were drawn")


def test_reached_and_proven_are_put_into_words(run):
    reached, proven = target(run)
    assert reached.startswith("Reached: the score measured on the 40 clips")
    assert proven.startswith("Not proven")
    assert "About 210 further random clips" in proven


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"reached": False, "proven": False, "f1": 0.5, "lower_bound": 0.4}, ["Not reached", "no number of further clips"]),
        ({"reached": True, "proven": True, "lower_bound": 0.93, "needed": 0}, ["Reached", "Proven: the score is above 0.9"]),
        ({"mean_kappa": 0.99}, []),
    ],
)
def test_every_state_has_its_words(state, words):
    told = target(Run(Path("x"), config={"threshold": 0.9}, rounds=[RoundRow(stopping=state, val_confusion=[[1, 0], [0, 1]])]))
    assert len(told) == len(words)
    assert all(word in text for word, text in zip(words, told, strict=True))


def test_the_confidence_is_the_one_that_was_set(run):
    said = " ".join(target(replace(run, config={**run.config, "stopping": {"params": {"confidence": 0.999}}})))
    assert "99.9% confidence" in said


def test_a_run_that_stopped_on_its_test_clips_does_not_call_them_innocent(run):
    said = choice(replace(run, config={**run.config, "stopping": {"params": {"judged_on": "test"}}}))
    assert "test clips decided when to stop" in said
    assert "no say" not in said
