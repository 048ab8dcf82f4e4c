"""Stop after so many queries."""

from __future__ import annotations

from collections.abc import Sequence

from gesture_al.active.stopping.base import STOPPING_RULES, CountingRule, RoundRecord, StopVerdict, require_count


@STOPPING_RULES.register("max_rounds")
class MaxRounds(CountingRule):
    """Stops after so many query rounds; round 0, the fit on the initial clips, is none.

    Args:
        rounds: Queries, 1 or more.

    Raises:
        UserError: Not a whole number above 0.
    """

    def __init__(self, rounds: int = 10) -> None:
        require_count("max_rounds", rounds)
        self.rounds = rounds

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """Stop when the last round's number is `rounds` or more."""
        done = history[-1].round
        return StopVerdict(done >= self.rounds, f"{done} of {self.rounds} query rounds done")
