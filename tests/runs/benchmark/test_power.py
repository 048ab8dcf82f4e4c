"""What a benchmark can show is known, and said, before its first run."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.cli.composition import compose_points
from gesture_al.core.errors import UserError
from gesture_al.learning.metrics.power import detectable_difference
from gesture_al.runs.benchmark.comparisons import primary
from gesture_al.runs.benchmark.design import BenchmarkDesign
from gesture_al.runs.benchmark.power import TYPICAL_SPREADS, check_power, forecast, planned_comparisons
from gesture_al.runs.benchmark.scores import comparable_panels, run_scores
from gesture_al.runs.report.run_on_disk import read_runs


def test_comparisons_are_strategies_but_the_baseline_in_every_panel():
    points = [
        [f"strategy={strategy}", f"k={k}", f"seed={seed}"]
        for strategy in ("random", "margin", "entropy")
        for k in (5, 10)
        for seed in (0, 1)
    ]
    assert planned_comparisons(compose_points(points), "random") == 4


def test_they_are_as_many_as_are_tested_in_the_end(make_benchmark, tmp_path, design):
    panels = comparable_panels(read_runs([make_benchmark(tmp_path / "bench", seeds=3)]))
    scores = [one for panel in panels for one in run_scores(panel, "random")]
    assert len(primary(scores, design)) == 2


@pytest.mark.parametrize(("seeds", "comparisons", "needed"), [(5, 1, 6), (10, 28, 11), (3, 3, 7)])
def test_too_few_seeds_are_refused_with_the_number_that_would_do(seeds, comparisons, needed):
    with pytest.raises(UserError, match=rf"nothing can be significant; {needed} seeds are the fewest"):
        check_power(BenchmarkDesign(seeds=seeds), comparisons)
    check_power(BenchmarkDesign(seeds=needed), comparisons)


def test_without_runs_the_typical_spread_is_taken():
    outlook = forecast(BenchmarkDesign(), 3, [])
    assert outlook.pairs_seen == 0
    assert outlook.difference == pytest.approx(TYPICAL_SPREADS["aulc"] * detectable_difference(20, 3))
    assert "typical of experiments/strategies" in outlook.sentences()[1]
    assert forecast(BenchmarkDesign(seeds=3), 3, []).sentences() == [
        "power: 3 comparisons of 3 seeds; the smallest p after Holm's correction is 0.75 (level 0.05): nothing can be significant"
    ]


def test_with_runs_it_is_theirs(make_benchmark, tmp_path, design):
    runs = read_runs([make_benchmark(tmp_path / "bench", seeds=6)])
    folders = [run.folder for run in runs if run.part("strategy") != "entropy"]
    outlook = forecast(design, 1, folders)
    panels = comparable_panels(read_runs(folders))
    scores = {(one.strategy, one.seed): one.values["aulc"] for one in run_scores(panels[0], "random")}
    differences = [scores["margin", seed] - scores["random", seed] for seed in range(6)]
    assert outlook.pairs_seen == 6
    assert outlook.spread == pytest.approx(np.std(differences, ddof=1))
    assert "of 6 pairs of runs that are done" in outlook.sentences()[1]
