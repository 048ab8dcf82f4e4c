"""What a sweep's labels bought: numbers from runs that stopped at different costs."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from gesture_al.runs.report import write_report
from gesture_al.runs.report.run_on_disk import read_runs
from gesture_al.runs.report.stopped import pareto_front, stopped_settings


@pytest.fixture(scope="module")
def sweep(tmp_path_factory, make_run):
    """Two values of k and two thresholds, three seeds each; a lower threshold stops earlier."""
    folder, made = tmp_path_factory.mktemp("sweep"), []
    for k in (4, 10):
        for threshold, rounds in ((0.8, 3), (0.9, 5)):
            for seed in range(3):
                made.append(make_run(folder / f"{k}-{threshold}-{seed}", rounds=rounds, k=k, seed=seed, threshold=threshold))
    return made


def test_labels_paid_count_validation_and_scores_are_of_the_kept_model(sweep):
    runs = read_runs(sweep)
    told = {one.label: one for one in stopped_settings(runs)}
    assert set(told) == {f"k {k}, threshold {t}" for k in (4, 10) for t in (0.8, 0.9)}
    one = told["k 10, threshold 0.9"]
    assert one.labels.tolist() == [8 + 10 * 4 + 40] * 3
    kept = [run.best.test_macro_f1 for run in runs if run.config["k"] == 10 and run.config["threshold"] == 0.9]
    assert sorted(one.scores) == sorted(kept)
    assert one.share == 1.0


def test_what_is_worthwhile_is_beaten_by_nothing(sweep):
    told = stopped_settings(read_runs(sweep))
    best = pareto_front(told)
    assert 1 <= len(best) <= len(told)
    for one in told:
        beaten = any(
            other is not one and other.labels.mean() <= one.labels.mean() and other.scores.mean() > one.scores.mean()
            for other in told
        )
        assert beaten != (one in best)


def test_runs_of_equal_cost_trade_nothing(tmp_path, make_run):
    made = [make_run(tmp_path / str(seed), seed=seed, rounds=3) for seed in range(2)]
    assert stopped_settings(read_runs(made)) == []
    assert not (write_report(made, tmp_path).parent / "stopped.csv").exists()


def test_the_page_has_the_figure_and_the_table_beside_it(sweep, tmp_path):
    page = write_report(sweep, tmp_path).read_text()
    assert "What the labels bought" in page
    assert (tmp_path / "figures" / "trade_off.png").stat().st_size > 10_000
    with (tmp_path / "stopped.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["setting"] for row in rows] == [one.label for one in stopped_settings(read_runs(sweep))]
    assert all(0 < float(row["seconds a round"]) < float(row["seconds a run"]) for row in rows)
    assert np.all(np.diff([float(row["labels paid"].split(" ")[0]) for row in rows]) >= 0)
