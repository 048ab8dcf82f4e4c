"""Stop when the labels are spent."""

from __future__ import annotations

from collections.abc import Sequence

from gesture_al.active.stopping.base import STOPPING_RULES, CountingRule, RoundRecord, StopVerdict, require_count


@STOPPING_RULES.register("budget")
class Budget(CountingRule):
    """Stops at so many labels, initial ones included; validation labels are counted beside it and do not use it up.

    Args:
        budget: Labels, 1 or more.

    Raises:
        UserError: The budget is not a whole number above 0.
    """

    def __init__(self, budget: int) -> None:
        require_count("budget", budget)
        self.budget = budget

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """Stop when the last round's labels are the budget or more."""
        labels = history[-1].labels
        if labels >= self.budget:
            return StopVerdict(True, f"budget spent: {labels} of {self.budget} labels")
        return StopVerdict(False, f"{labels} of {self.budget} labels spent")
