"""The design of a benchmark: its strategies, its seeds and its primary comparison, fixed before the first run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MinLen

from gesture_al.core.parameters import ShareInside
from gesture_al.core.registry import Registry

BENCHMARKS: Registry[BenchmarkDesign] = Registry("benchmark", "gesture_al.runs.benchmark.design:BENCHMARKS")


@BENCHMARKS.register("default")
@dataclass(frozen=True)
class BenchmarkDesign:
    """The strategies and seeds of a benchmark, and its primary comparison.

    Args:
        strategies: Options of the group `strategy`; at least one.
        seeds: How many seeds, from 0 on, 1 or more.
        measure: `aulc`, the area under the learning curve of macro-F1 on the test clips, or `final`, where the curves end.
        against: The strategy that all others are compared with.
        alpha: Level of the tests, above 0 and below 1.
        resamples: Draws of the bootstrap, 100 or more.
    """

    strategies: Annotated[Sequence[str], MinLen(1)] = ("random", "entropy", "margin", "least_confidence")
    seeds: Annotated[int, Ge(1), Le(1000)] = 20
    measure: Literal["aulc", "final"] = "aulc"
    against: str = "random"
    alpha: ShareInside = 0.05
    resamples: Annotated[int, Ge(100), Le(1_000_000)] = 10_000

    @property
    def measure_words(self) -> str:
        """The measure as a sentence names it."""
        return {"aulc": "area under the learning curve", "final": "macro-F1 at the end of the curve"}[self.measure]
