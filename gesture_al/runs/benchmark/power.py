"""The power of a benchmark before its first run: what its seeds can show at all, and how large a difference they would find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import Float64
from gesture_al.core.errors import UserError
from gesture_al.core.settings import Settings
from gesture_al.learning.metrics.comparison import seeds_needed
from gesture_al.learning.metrics.power import detectable_difference, smallest_p
from gesture_al.runs.benchmark.design import BenchmarkDesign
from gesture_al.runs.benchmark.scores import Panel, comparable_panels, curve_measures, seed_of
from gesture_al.runs.report.compare import NOT_COMPARED
from gesture_al.runs.report.run_on_disk import read_run

POWER = 0.8
LEAST_PAIRS = 3
TYPICAL_SPREADS = {"aulc": 0.05, "final": 0.035}
"""Standard deviation over seeds of the difference between a strategy and random, by measure, as experiments/strategies has it.

The median of eight panels there (0.02 to 0.07 for `aulc`), from the half intervals in `*-summary.csv`, which are of each
strategy by itself; pairing takes something away from it, if anything.
"""


@dataclass(frozen=True)
class PowerForecast:
    """What a benchmark can show.

    Args:
        seeds: Pairs of runs that each test has.
        comparisons: Tests of the primary comparison.
        alpha: Their level, after Holm's correction.
        spread: Standard deviation of the paired differences.
        pairs_seen: Of how many pairs of done runs the spread is; 0: it is a typical one.
    """

    seeds: int
    comparisons: int
    alpha: float
    spread: float
    pairs_seen: int

    @property
    def smallest_p(self) -> float:
        """The smallest p-value that a test can reach, after Holm's correction."""
        return smallest_p(self.seeds, self.comparisons)

    @property
    def possible(self) -> bool:
        """Whether any test can be significant."""
        return self.seeds >= seeds_needed(self.comparisons, self.alpha)

    @property
    def difference(self) -> float:
        """The difference that each test finds with a probability of 80%; infinity where none is found ever."""
        return self.spread * detectable_difference(self.seeds, self.comparisons, self.alpha, POWER)

    def sentences(self) -> list[str]:
        """The forecast in words."""
        tests = f"{self.comparisons} comparison{'s' * (self.comparisons > 1)} of {self.seeds} seed{'s' * (self.seeds > 1)}"
        reach = f"power: {tests}; the smallest p after Holm's correction is {self.smallest_p:.2g} (level {self.alpha:g})"
        if not self.possible:
            return [f"{reach}: nothing can be significant"]
        seen = f"of {self.pairs_seen} pairs of runs that are done" if self.pairs_seen else "typical of experiments/strategies"
        found = f"power: a difference of {self.difference:.3f} is found with {POWER:.0%} probability, and smaller ones less often"
        return [reach, f"{found} (standard deviation of differences {self.spread:.3f}, {seen})"]


def planned_comparisons(settings: Sequence[Settings], against: str) -> int:
    """Tests of the primary comparison: in every panel each strategy, with its parameters, against the baseline."""
    panels: dict[str, set[str]] = {}
    for one in settings:
        told = {key: value for key, value in asdict(one).items() if key not in NOT_COMPARED}
        strategy = told.pop("strategy")
        panels.setdefault(repr(told), set()).add(strategy["name"] if strategy["name"] == against else repr(strategy))
    return sum(len(strategies) - 1 for strategies in panels.values())


def check_power(design: BenchmarkDesign, comparisons: int) -> None:
    """Refuse a benchmark in which no declared test can be significant whatever the scores are.

    Raises:
        UserError: Naming the seeds needed.
    """
    needed = seeds_needed(comparisons, design.alpha)
    if design.seeds >= needed:
        return
    seeds = f"{design.seeds} seed{'s' * (design.seeds > 1)}"
    tests = f"{comparisons} comparison{'s' * (comparisons > 1)}"
    smallest = smallest_p(design.seeds, comparisons)
    raise UserError(
        f"benchmark: with {seeds} and {tests} the smallest p-value after Holm's correction is {smallest:.2g}, above "
        f"{design.alpha:g}, so nothing can be significant; {needed} seeds are the fewest ('seed=range({needed})'), or compare "
        "fewer strategies, or add --underpowered to run it for its curves alone"
    )


def forecast(design: BenchmarkDesign, comparisons: int, done: Sequence[Path]) -> PowerForecast:
    """What a benchmark can show, with the spread of differences between its runs that are done, or a typical one.

    Args:
        design: What is declared.
        comparisons: From `planned_comparisons`.
        done: Folders of runs of it that are done.
    """
    panels = comparable_panels([read_run(folder) for folder in done])
    groups = [values for panel in panels for values in _paired_differences(panel, design) if len(values) >= LEAST_PAIRS]
    pairs = sum(map(len, groups))
    if not groups:
        return PowerForecast(design.seeds, comparisons, design.alpha, TYPICAL_SPREADS[design.measure], 0)
    variance = sum((len(values) - 1) * float(np.var(values, ddof=1)) for values in groups) / (pairs - len(groups))
    return PowerForecast(design.seeds, comparisons, design.alpha, variance**0.5, pairs)


def _paired_differences(panel: Panel, design: BenchmarkDesign) -> list[Float64]:
    """Differences from the baseline in the declared measure, over the seeds that both have, of every other strategy."""
    by_strategy = {
        group.label: {
            seed_of(run): curve_measures(run, panel, run.curve(f"{run.split}_macro_f1")[1])[design.measure] for run in group.runs
        }
        for group in panel.groups
    }
    base = panel.group(design.against)
    if base is None:
        return []
    of_base = by_strategy.pop(base.label)
    return [np.array([score - of_base[seed] for seed, score in one.items() if seed in of_base]) for one in by_strategy.values()]
