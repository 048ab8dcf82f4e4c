"""Rows of rounds: the columns that follow from others, in rows of today and of earlier versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gesture_al.active.records.round_row import CSV_COLUMNS, TITLES, RoundRow
from gesture_al.learning.metrics import balanced_accuracy, per_class_f1

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "version_0_1_0"
CONFUSION = [[3, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_scores_of_the_confusion_matrix_are_columns():
    values = RoundRow(test_confusion=CONFUSION).csv_values()
    assert values["test_balanced_accuracy"] == balanced_accuracy(CONFUSION) == 0.875
    # The last class has no test clip.
    assert values["test_class_f1"] == " ".join(f"{score:.4f}" for score in per_class_f1(CONFUSION)[:2]) + " -"


def test_without_test_clips_there_are_no_such_scores():
    values = RoundRow().csv_values()
    assert values["test_balanced_accuracy"] is values["test_class_f1"] is values["test_nll"] is None


def test_a_round_takes_the_time_of_the_machine_and_not_of_who_answers():
    row = RoundRow(fit_seconds=2.0, predict_seconds=0.5, select_seconds=0.25, oracle_seconds=60.0)
    assert row.csv_values()["round_seconds"] == 2.75


def test_what_follows_from_others_is_written_only_in_the_table():
    row = RoundRow(class_counts=[2, 2, 2], test_confusion=CONFUSION, fit_seconds=1.0)
    assert {"test_balanced_accuracy", "test_class_f1", "round_seconds"} <= set(CSV_COLUMNS) - set(row.to_json())
    assert RoundRow.from_json(json.loads(json.dumps(row.to_json()))) == row


@pytest.mark.parametrize("run", ["sweep/0", "unfinished_run"])
def test_a_row_of_version_0_1_0_has_all_but_the_likelihood(run):
    lines = (FIXTURES / run / "rounds.jsonl").read_text().splitlines()
    for line in lines:
        row = RoundRow.from_json(json.loads(line))
        assert row.test_balanced_accuracy == pytest.approx(balanced_accuracy(row.test_confusion))
        assert row.round_seconds == pytest.approx(row.fit_seconds + row.predict_seconds + row.select_seconds)
        assert row.test_nll is None


def test_the_report_shows_them():
    titles = {"test_balanced_accuracy": "balanced accuracy", "test_nll": "NLL", "round_seconds": "seconds"}
    assert titles.items() <= TITLES.items()
