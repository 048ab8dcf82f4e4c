"""How a loop goes, in numbers and words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoopPlan:
    """How the loop goes.

    Args:
        k: Clips asked per round, at least 1.
        budget: Labels (initial + queried) that may be spent.
        initial_per_class: Labels of each class to start with, at least 1.
        start: `stratified`: the initial clips are drawn class by class from labels that exist; `oracle`: clips in random order
            go to the oracle until every class has its share; `existing`: every label that exists is there from the start,
            and what then lacks is asked.
        start_cap: Clips asked at the most by `oracle` and `existing`.
        rank_by_first_model: Every query is ranked by the model of round 0. The reference system's fault, kept as a switch.
        threads: Threads of the numeric libraries while the strategy chooses.
    """

    k: int
    budget: int
    initial_per_class: int
    start: str = "stratified"
    start_cap: int = 100
    rank_by_first_model: bool = False
    threads: int = 1
