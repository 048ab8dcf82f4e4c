"""The statistics of a benchmark: paired tests and intervals of the primary comparison, penalty matrix, ranks over data sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gesture_al.active.records.held_out_clips import TestClips, read_test_clips
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.arrays import Float64
from gesture_al.core.seeds import RandomStreams
from gesture_al.learning.metrics.comparison import (
    LEAST_DATA_SETS,
    LEAST_UNITS,
    Paired,
    Ranks,
    UnitTallies,
    compare_paired,
    holm,
    rank_over_data_sets,
    resampled_macro_f1,
    seeds_needed,
    small_sample_factor,
    unit_tallies,
    weighted_macro_f1,
    wins,
)
from gesture_al.runs.benchmark.design import BenchmarkDesign
from gesture_al.runs.benchmark.scores import Panel, RunScores, curve_measures, seed_of
from gesture_al.runs.report.compare import Group, on_grid
from gesture_al.runs.report.run_on_disk import Run

# More units than that say no more about the spread; they are dealt into as many piles at random.
MOST_UNITS = 2000
LEAST_SEEDS = 3
_KEYS = {"aulc": "aulc", "final": "final_macro_f1"}
# Kinds of units, the largest first, and what names them in test_clips.csv.
_UNIT_FIELDS = {"people": "subjects", "recordings": "groups", "blocks": "blocks", "clips": "ids"}


@dataclass(frozen=True)
class Units:
    """The units that test clips were sampled in: people, recordings, blocks of a stream or single clips.

    Args:
        kind: `people`, `recordings`, `blocks` (of a stream whose clips overlap in time) or `clips`.
        names: All of them over the panel's runs, in order.
    """

    kind: str
    names: tuple[str, ...]


class ErrorDraws:
    """Draws of the error that the choice of test units puts into the measure of each run of a panel.

    All runs of a panel meet the same draws, since all seeds and strategies may share test people.

    Args:
        panel: The runs.
        measure: `aulc` or `final`.
        resamples: Draws, B.
    """

    def __init__(self, panel: Panel, measure: str, resamples: int) -> None:
        self._panel, self._measure, self._resamples = panel, measure, resamples
        self._test_clips = {str(run.folder): _test_clips(run) for group in panel.groups for run in group.runs}
        split_rules = {run.dataset.get("split_by") for group in panel.groups for run in group.runs}
        self.units = _units(self._test_clips.values(), overlapping="blocks" in split_rules)
        self._errors: dict[str, Float64] = {}

    def of_difference(self, first: Sequence[Run], second: Sequence[Run], level: float) -> Float64 | None:
        """Errors of the mean difference between two strategies over the seeds that both have, (B,); None where not known."""
        if self.units is None:
            return None
        by_seed = {seed_of(run): run for run in second}
        pairs = [(run, by_seed[seed_of(run)]) for run in first if seed_of(run) in by_seed]
        errors_B = np.mean([self._error(one) - self._error(other) for one, other in pairs], axis=0)
        return np.asarray(errors_B * small_sample_factor(len(self.units.names), level))

    def _error(self, run: Run) -> Float64:
        key = str(run.folder)
        if key not in self._errors:
            assert self.units is not None
            tallies = _tallies(run, self._test_clips[key], self.units)
            # Drawn anew for every run: kept, the weights of many clips would take more memory than all else.
            rng = RandomStreams(0).generator("benchmark", "test units", self._panel.title)
            scores = resampled_macro_f1(tallies, self._resamples, rng)
            actual = weighted_macro_f1(tallies, np.ones((1, tallies.right_RC_U.shape[1])))
            weights = np.array([curve_measures(run, self._panel, unit)[self._measure] for unit in np.eye(scores.shape[1])])
            self._errors[key] = (scores - actual) @ weights
        return self._errors[key]


def _test_clips(run: Run) -> TestClips | None:
    predicted = all(row.test_predicted is not None for row in run.rounds)
    return read_test_clips(RunPaths(run.folder).test_clips) if predicted else None


def _units(test_clips: Iterable[TestClips | None], overlapping: bool) -> Units | None:
    """The largest units in which there are enough of them; None where a run did not keep what it takes to know.

    Clips that overlap in time are never resampled one by one: neighbours are nearly the same clip.

    Args:
        test_clips: Of each run.
        overlapping: Whether the clips are known to overlap, as where the split was by blocks.
    """
    clips = list(test_clips)
    if not clips or any(one is None for one in clips):
        return None
    kept = [one for one in clips if one is not None]
    for kind, field in _UNIT_FIELDS.items():
        if kind == "clips" and (overlapping or any(one.overlapping for one in kept)):
            break
        names = np.unique(np.concatenate([getattr(one, field) for one in kept]))
        if len(names) >= LEAST_UNITS and names[0]:
            return Units(kind, tuple(names.tolist()))
    return None


def _tallies(run: Run, clips: TestClips | None, units: Units) -> UnitTallies:
    """The clips of a run's curve by unit and round."""
    assert clips is not None
    pile_N = np.searchsorted(np.array(units.names), getattr(clips, _UNIT_FIELDS[units.kind]))
    if len(units.names) > MOST_UNITS:
        pile_N = RandomStreams(0).generator("benchmark", "piles").integers(0, MOST_UNITS, len(units.names))[pile_N]
    place = {name: number for number, name in enumerate(run.classes)}
    true_N = [place[name] for name in clips.classes.tolist()]
    rows = {row.labels: row for row in run.rounds}.values()
    predicted_R_N = np.array([row.test_predicted for row in rows], dtype=np.int64)
    return unit_tallies(pile_N, true_N, predicted_R_N, min(len(units.names), MOST_UNITS), len(place))


@dataclass(frozen=True)
class Comparison:
    """One strategy against the one that all are compared with, on one panel.

    Args:
        panel: Where they met.
        strategy: The label of its line.
        against: Of the other's.
        result: What the test and the interval say.
        units: What test clips were resampled in; None where the predictions were not kept, and the interval is over seeds only.
        adjusted: Holm's p over all comparisons.
    """

    panel: Panel
    strategy: str
    against: str
    result: Paired
    units: Units | None
    adjusted: float

    def significant(self, alpha: float) -> bool:
        """Whether the test over seeds and the interval, which also allows for other test people, both find a difference."""
        return self.adjusted <= alpha and not self.result.low <= 0 <= self.result.high

    @property
    def resampled(self) -> str:
        """What the interval was resampled over.

        `seeds`, or `seeds and 6 people`, `recordings`, `blocks` or `clips`.
        """
        return "seeds" if self.units is None else f"seeds and {len(self.units.names)} {self.units.kind}"


@dataclass(frozen=True)
class Penalty:
    """Share of rounds in which the row's strategy was significantly better than the column's, mean over panels.

    Args:
        names: Of rows and columns.
        shares: (A, A), NaN where two strategies met on no panel.
        panels: On how many panels there were seeds enough.
    """

    names: Sequence[str]
    shares: Float64
    panels: int


def primary(scores: Sequence[RunScores], design: BenchmarkDesign) -> list[Comparison]:
    """The declared comparison on every panel, paired over the seeds that both strategies finished; Holm over all of them."""
    by_strategy, results = _by_strategy(scores, _KEYS[design.measure]), []
    errors: dict[int, ErrorDraws] = {}
    for panel, name, by_seed in by_strategy.values():
        base = panel.group(design.against)
        if base is None or name == base.label:
            continue
        other = by_strategy.get((id(panel), base.label), (panel, base.label, {}))[2]
        seeds = sorted(by_seed.keys() & other.keys())
        if seeds:
            rng = RandomStreams(0).generator("benchmark", panel.title, name)
            pair = [by_seed[seed] for seed in seeds], [other[seed] for seed in seeds]
            level = 1 - design.alpha
            # Other test people would move both strategies at once; what counts is by how much they move the difference.
            if id(panel) not in errors:
                errors[id(panel)] = ErrorDraws(panel, design.measure, design.resamples)
            error = errors[id(panel)]
            test_errors = error.of_difference(_runs(panel, name), base.runs, level)
            result = compare_paired(*pair, rng, level, design.resamples, test_errors)
            results.append((panel, name, base.label, result, error.units))
    adjusted = holm([result.p for _, _, _, result, _ in results])
    return [Comparison(*one, adjusted=float(p)) for one, p in zip(results, adjusted, strict=True)]


def too_few_seeds(comparisons: Sequence[Comparison], alpha: float) -> str | None:
    """Why no test can reach the level whatever the scores are; None where one can."""
    pairs, tests = max((one.result.pairs for one in comparisons), default=0), len(comparisons)
    if not tests or pairs >= seeds_needed(tests, alpha):
        return None
    alone, smallest = seeds_needed(1, alpha), 2.0 ** (1 - pairs)
    if pairs < alone:
        reason = f"With {pairs} seeds a two-sided Wilcoxon test cannot reach {alpha:g}: its smallest p-value is {smallest:.3g}"
    else:
        corrected = f"{tests * smallest:.3g} after Holm's correction over {tests} tests"
        reason = f"With {pairs} seeds the smallest p-value is {smallest:.3g}, and {corrected}"
    remedy = f"{seeds_needed(tests, alpha)} seeds are the fewest that can show anything for {tests} comparison{'s' * (tests > 1)}"
    return f"{reason}, so nothing can be significant here. {remedy}; look at differences and intervals."


def penalty(panels: Sequence[Panel], alpha: float) -> Penalty | None:
    """The pairwise penalty matrix over the panels of which all strategies finished three seeds or more; None where there is none.

    Rounds are compared at equal labels. Round 0 is left out: before the first query all strategies are the same.
    """
    names = list(dict.fromkeys(group.label for panel in panels for group in panel.groups))
    total, count, used = np.zeros((len(names), len(names))), np.zeros((len(names), len(names))), 0
    for panel in panels:
        scores = _rounds(panel)
        if scores is None:
            continue
        used += 1
        where = np.ix_(*[[names.index(group.label) for group in panel.groups]] * 2)
        total[where] += wins(scores, alpha)
        count[where] += 1
    if not used:
        return None
    with np.errstate(invalid="ignore"):
        return Penalty(names, total / count, used)


def ranks(scores: Sequence[RunScores], design: BenchmarkDesign) -> tuple[list[str], Ranks] | None:
    """Ranks over data sets by the declared measure; None below ten data sets or three strategies that ran on all of them."""
    key = _KEYS[design.measure]
    cells: dict[tuple[str, str], list[float]] = {}
    for panel, name, by_seed in _by_strategy(scores, key).values():
        cells.setdefault((panel.data, name), []).append(float(np.mean(list(by_seed.values()))))
    data = sorted({place for place, _ in cells})
    names = [name for name in dict.fromkeys(name for _, name in cells) if all((place, name) in cells for place in data)]
    if len(data) < LEAST_DATA_SETS or len(names) < 3:
        return None
    return names, rank_over_data_sets([[np.mean(cells[place, name]) for name in names] for place in data])


def _runs(panel: Panel, label: str) -> Sequence[Run]:
    return next(group.runs for group in panel.groups if group.label == label)


def _by_strategy(scores: Sequence[RunScores], key: str) -> dict[tuple[int, str], tuple[Panel, str, dict[int, float]]]:
    """Scores by seed of every strategy of every panel, under the panel's identity and the strategy's name."""
    by_strategy: dict[tuple[int, str], tuple[Panel, str, dict[int, float]]] = {}
    for one in scores:
        value = one.values[key]
        if value is not None:
            by_strategy.setdefault((id(one.panel), one.strategy), (one.panel, one.strategy, {}))[2][one.seed] = value
    return by_strategy


def _rounds(panel: Panel) -> Float64 | None:
    """Scores (strategies, seeds, rounds) of the seeds that all strategies finished."""
    seeds = sorted(set.intersection(*({seed_of(run) for run in group.runs} for group in panel.groups)))
    steps = np.unique(np.concatenate([run.curve(f"{run.split}_macro_f1")[0] for group in panel.groups for run in group.runs]))
    steps = steps[(steps > panel.start) & (steps <= panel.end)]
    if len(seeds) < LEAST_SEEDS or not len(steps):
        return None
    chosen = [[next(run for run in group.runs if seed_of(run) == seed) for seed in seeds] for group in panel.groups]
    return np.stack([on_grid(Group(panel.title, "", runs), steps) for runs in chosen])
