"""The units of a test, and the error that they put into a difference."""

from __future__ import annotations

import csv
import json
import re

import numpy as np
import pytest

from gesture_al.learning.metrics import confusion_matrix, macro_f1
from gesture_al.runs.benchmark.comparisons import ErrorDraws, primary
from gesture_al.runs.benchmark.protocol import protocol
from gesture_al.runs.benchmark.scores import comparable_panels, run_scores
from gesture_al.runs.report.run_on_disk import read_runs

CLASSES = ["wave", "point"]


def keep_predictions(folder, people, blocks=0, chance=0.7):
    """Give the runs of a benchmark a list of 18 test clips, predictions by round, and scores that follow from them.

    With blocks the clips of each are recognised together or not at all, as windows of a stream nearly are.
    """
    true = np.arange(18) % 2
    for number, run in enumerate(sorted(path for path in folder.iterdir() if path.is_dir())):
        rng = np.random.default_rng(number)
        with (run / "test_clips.csv").open("w") as file:
            lines = [
                (f"t{n}", CLASSES[true[n]], people[n % len(people)], "", blocks and f"block/{n % blocks:03d}") for n in range(18)
            ]
            csv.writer(file).writerows(
                [("clip", "class", "subject", "group", "block"), *[(*one[:4], one[4] or "") for one in lines]]
            )
        rows = [json.loads(line) for line in (run / "rounds.jsonl").read_text().splitlines()]
        for row in rows:
            luck = rng.random(blocks)[np.arange(18) % blocks] if blocks else rng.random(18)
            predicted = np.where(luck < chance, true, 1 - true)
            row["test_predicted"] = predicted.tolist()
            row["test_macro_f1"] = float(macro_f1(confusion_matrix(true, predicted, 2)))
        (run / "rounds.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def panel_of(make_benchmark, tmp_path):
    def make(people, blocks=0, **options):
        keep_predictions(make_benchmark(tmp_path / "bench", **options), people, blocks)
        return comparable_panels(read_runs([tmp_path / "bench"]))[0]

    return make


@pytest.mark.parametrize(
    ("people", "kind", "count"),
    [(["ann", "bob", "eve"], "people", 3), (["ann", "bob"], "clips", 18), ([""], "clips", 18), (["ann", "bob", ""], "clips", 18)],
)
def test_people_are_resampled_where_three_are_known_and_clips_elsewhere(panel_of, people, kind, count):
    units = ErrorDraws(panel_of(people, seeds=3), "aulc", 100).units
    assert (units.kind, len(units.names)) == (kind, count)


@pytest.mark.parametrize(("people", "kind", "count"), [([""], "blocks", 6), (["ann", "bob", "eve"], "people", 3)])
def test_clips_that_overlap_in_time_are_resampled_by_blocks(panel_of, people, kind, count):
    units = ErrorDraws(panel_of(people, blocks=6, seeds=3), "aulc", 100).units
    assert (units.kind, len(units.names)) == (kind, count)


def test_an_interval_over_blocks_is_wider_than_one_over_their_clips(panel_of, design):
    panel = panel_of([""], blocks=6)
    by_block = primary(run_scores(panel, "random"), design)
    for group in panel.groups:
        for run in group.runs:
            path = run.folder / "test_clips.csv"
            path.write_text(re.sub(r"block/\d+", "", path.read_text()))
    by_clip = primary(run_scores(panel, "random"), design)
    for wide, narrow in zip(by_block, by_clip, strict=True):
        assert (wide.resampled, narrow.resampled) == ("seeds and 6 blocks", "seeds and 18 clips")
        assert wide.result.high - wide.result.low > 1.1 * (narrow.result.high - narrow.result.low)


def test_overlapping_clips_without_their_blocks_are_not_taken_for_independent(make_benchmark, tmp_path, design):
    folder = make_benchmark(tmp_path / "bench", seeds=3)
    keep_predictions(folder, [""])
    for path in folder.glob("*/dataset.json"):
        path.write_text(path.read_text().replace('"official"', '"blocks"'))
    panel = comparable_panels(read_runs([folder]))[0]
    comparisons = primary(run_scores(panel, "random"), design)
    assert [one.resampled for one in comparisons] == ["seeds", "seeds"]
    assert "names of blocks" in protocol([panel], design, comparisons)[-1]


def test_a_strategy_against_itself_has_no_error(panel_of):
    panel = panel_of(["ann", "bob", "eve"], seeds=3)
    runs = panel.groups[0].runs
    assert not ErrorDraws(panel, "aulc", 100).of_difference(runs, runs, 0.95).any()


@pytest.mark.parametrize("measure", ["aulc", "final"])
def test_the_spread_is_that_of_leaving_units_out(panel_of, measure):
    """The jackknife, an independent way to the same standard error, agrees to within a third with few clips."""
    panel = panel_of([""], seeds=4)
    first, second = panel.groups[0].runs, panel.groups[1].runs
    drawn = ErrorDraws(panel, measure, 4000).of_difference(first, second, 0.95).std()
    true = np.arange(18) % 2

    def difference(kept):
        def value(run):
            scores = [macro_f1(confusion_matrix(true[kept], np.array(row.test_predicted)[kept], 2)) for row in run.rounds]
            return scores[-1] if measure == "final" else (scores[0] / 2 + sum(scores[1:-1]) + scores[-1] / 2) / 3

        return np.mean([value(one) - value(other) for one, other in zip(first, second, strict=True)])

    left_out = np.array([difference(np.arange(18) != n) for n in range(18)])
    jackknife = np.sqrt(17 / 18 * np.square(left_out - left_out.mean()).sum())
    assert drawn == pytest.approx(jackknife * 2.1098 / 1.95996, rel=0.34)


def test_the_interval_is_wider_with_people_and_says_so(panel_of, design):
    panel = panel_of(["ann", "bob", "eve"])
    with_people = primary(run_scores(panel, "random"), design)
    for group in panel.groups:
        for run in group.runs:
            (run.folder / "test_clips.csv").unlink()
    without = primary(run_scores(panel, "random"), design)
    for wide, narrow in zip(with_people, without, strict=True):
        assert wide.result.high - wide.result.low > narrow.result.high - narrow.result.low
        assert (wide.resampled, narrow.resampled) == ("seeds and 3 people", "seeds")
