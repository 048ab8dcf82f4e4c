"""Stopping rules that count: labels spent, rounds, clips left in the pool."""

from __future__ import annotations

from collections.abc import Sequence

from gesture_al.active.stopping.base import STOPPING_RULES, CountingRule, RoundRecord, StopVerdict
from gesture_al.core.parameters import Count


@STOPPING_RULES.register("budget")
class Budget(CountingRule):
    """Stops at so many labels, initial ones included; validation labels are counted beside it and do not use it up.

    Args:
        budget: Labels, 1 or more.
    """

    def __init__(self, budget: Count) -> None:
        self.budget = budget

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """Stop when the last round's labels are the budget or more."""
        labels = history[-1].labels
        if labels >= self.budget:
            return StopVerdict(True, f"budget spent: {labels} of {self.budget} labels")
        return StopVerdict(False, f"{labels} of {self.budget} labels spent")


@STOPPING_RULES.register("max_rounds")
class MaxRounds(CountingRule):
    """Stops after so many query rounds; round 0, the fit on the initial clips, is none.

    Args:
        rounds: Queries, 1 or more.
    """

    def __init__(self, rounds: Count = 10) -> None:
        self.rounds = rounds

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """Stop when the last round's number is `rounds` or more."""
        done = history[-1].round
        return StopVerdict(done >= self.rounds, f"{done} of {self.rounds} query rounds done")


@STOPPING_RULES.register("pool_empty")
class PoolEmpty(CountingRule):
    """Stops when no clip is left that could be asked."""

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """Stop when the last round's pool is empty."""
        pool = history[-1].pool
        if pool == 0:
            return StopVerdict(True, f"pool empty: no clip is left to ask after {history[-1].labels} labels")
        return StopVerdict(False, f"{pool} clips left to ask")
