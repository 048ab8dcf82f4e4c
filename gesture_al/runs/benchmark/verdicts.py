"""The tests of a benchmark: the primary comparison that was declared, and the exploratory penalty matrix and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.seeds import RandomStreams
from gesture_al.learning.metrics.comparison import Paired, compare_paired, holm, seeds_needed
from gesture_al.learning.metrics.penalty import wins
from gesture_al.learning.metrics.ranks import LEAST_DATA_SETS, Ranks, rank_over_data_sets
from gesture_al.runs.benchmark.declared import Declared
from gesture_al.runs.benchmark.outcomes import Panel, RunScores, seed_of
from gesture_al.runs.benchmark.tested import TestError, Units
from gesture_al.runs.report.base import Run
from gesture_al.runs.report.compare import Group, on_grid

Float = NDArray[np.float64]
LEAST_SEEDS = 3
_KEYS = {"aulc": "aulc", "final": "final_macro_f1"}


@dataclass(frozen=True)
class Comparison:
    """One strategy against the one that all are compared with, on one panel.

    Args:
        panel: Where they met.
        strategy: The label of its line.
        against: Of the other's.
        result: What the test and the interval say.
        units: What test clips were resampled in; None where the predictions were not kept, and the interval is over seeds only.
        adjusted: Holm's p over all verdicts.
    """

    panel: Panel
    strategy: str
    against: str
    result: Paired
    units: Units | None
    adjusted: float

    def clear(self, alpha: float) -> bool:
        """Whether the test over seeds and the interval, which also allows for other test people, both say so."""
        return self.adjusted <= alpha and not self.result.low <= 0 <= self.result.high

    @property
    def resampled(self) -> str:
        """What the interval speaks of.

        `seeds`, or `seeds and 6 people`, `recordings` or `clips`.
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
    shares: Float
    panels: int


def primary(told: Sequence[RunScores], declared: Declared) -> list[Comparison]:
    """The declared comparison on every panel, paired over the seeds that both strategies finished; Holm over all of them."""
    scored, found = _by_strategy(told, _KEYS[declared.measure]), []
    errors: dict[int, TestError] = {}
    for panel, name, scores in scored.values():
        base = panel.group(declared.against)
        if base is None or name == base.label:
            continue
        other = scored.get((id(panel), base.label), (panel, base.label, {}))[2]
        seeds = sorted(scores.keys() & other.keys())
        if seeds:
            rng = RandomStreams(0).generator("benchmark", panel.title, name)
            pair = [scores[seed] for seed in seeds], [other[seed] for seed in seeds]
            level = 1 - declared.alpha
            # Other test people would move both strategies at once; what counts is by how much they move the difference.
            error = errors.setdefault(id(panel), TestError(panel, declared.measure, declared.resamples))
            moved = error.of_difference(_runs(panel, name), base.runs, level)
            result = compare_paired(*pair, rng, level, declared.resamples, moved)
            found.append((panel, name, base.label, result, error.units))
    adjusted = holm([result.p for _, _, _, result, _ in found])
    return [Comparison(*one, adjusted=float(p)) for one, p in zip(found, adjusted, strict=True)]


def too_few_seeds(verdicts: Sequence[Comparison], alpha: float) -> str | None:
    """Why no test can reach the level whatever the scores are; None where one can."""
    pairs, tests = max((one.result.pairs for one in verdicts), default=0), len(verdicts)
    if not tests or pairs >= seeds_needed(tests, alpha):
        return None
    alone, smallest = seeds_needed(1, alpha), 2.0 ** (1 - pairs)
    if pairs < alone:
        said = f"With {pairs} seeds a two-sided Wilcoxon test cannot reach {alpha:g}: its smallest p-value is {smallest:.3g}"
    else:
        corrected = f"{tests * smallest:.3g} after Holm's correction over {tests} tests"
        said = f"With {pairs} seeds the smallest p-value is {smallest:.3g}, and {corrected}"
    remedy = f"{seeds_needed(tests, alpha)} seeds are the fewest that can show anything for {tests} comparison{'s' * (tests > 1)}"
    return f"{said}, so nothing can be significant here. {remedy}; look at differences and intervals."


def penalty(found: Sequence[Panel], alpha: float) -> Penalty | None:
    """The matrix over all panels with three or more seeds that all their strategies finished; None where there is none.

    Rounds are compared at equal labels. Round 0 is left out: before the first query all strategies are the same.
    """
    names = list(dict.fromkeys(group.label for panel in found for group in panel.groups))
    total, count, used = np.zeros((len(names), len(names))), np.zeros((len(names), len(names))), 0
    for panel in found:
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


def ranks(told: Sequence[RunScores], declared: Declared) -> tuple[list[str], Ranks] | None:
    """Ranks over data sets by the declared measure; None below ten data sets or three strategies that ran on all of them."""
    key = _KEYS[declared.measure]
    cells: dict[tuple[str, str], list[float]] = {}
    for panel, name, scores in _by_strategy(told, key).values():
        cells.setdefault((panel.data, name), []).append(float(np.mean(list(scores.values()))))
    data = sorted({place for place, _ in cells})
    names = [name for name in dict.fromkeys(name for _, name in cells) if all((place, name) in cells for place in data)]
    if len(data) < LEAST_DATA_SETS or len(names) < 3:
        return None
    return names, rank_over_data_sets([[np.mean(cells[place, name]) for name in names] for place in data])


def _runs(panel: Panel, label: str) -> Sequence[Run]:
    return next(group.runs for group in panel.groups if group.label == label)


def _by_strategy(told: Sequence[RunScores], key: str) -> dict[tuple[int, str], tuple[Panel, str, dict[int, float]]]:
    """Scores by seed of every strategy of every panel, under the panel's identity and the strategy's name."""
    found: dict[tuple[int, str], tuple[Panel, str, dict[int, float]]] = {}
    for one in told:
        value = one.values[key]
        if value is not None:
            found.setdefault((id(one.panel), one.strategy), (one.panel, one.strategy, {}))[2][one.seed] = value
    return found


def _rounds(panel: Panel) -> Float | None:
    """Scores (strategies, seeds, rounds) of the seeds that all strategies finished."""
    seeds = sorted(set.intersection(*({seed_of(run) for run in group.runs} for group in panel.groups)))
    steps = np.unique(np.concatenate([run.curve(f"{run.split}_macro_f1")[0] for group in panel.groups for run in group.runs]))
    steps = steps[(steps > panel.start) & (steps <= panel.end)]
    if len(seeds) < LEAST_SEEDS or not len(steps):
        return None
    chosen = [[next(run for run in group.runs if seed_of(run) == seed) for seed in seeds] for group in panel.groups]
    return np.stack([on_grid(Group(panel.title, "", runs), steps) for runs in chosen])
