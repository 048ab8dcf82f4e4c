"""Stop when the model is sure of everything that is left."""

from __future__ import annotations

from collections.abc import Sequence

from gesture_al.active.stopping.base import STOPPING_RULES, CountingRule, RoundRecord, StopVerdict, require_share


@STOPPING_RULES.register("pool_uncertainty")
class PoolUncertainty(CountingRule):
    """Stops when the pool's mean entropy, as a part of ln C, falls below a limit; needs no validation clips.

    It says that the model is sure, not that it is right: an overconfident model stops early.

    Args:
        entropy: The limit, 0 to 1.

    Raises:
        UserError: The limit is out of range.

    Source:
        Zhu, Wang and Hovy, "Multi-criteria-based strategy to stop active learning for data annotation", COLING 2008
        ("overall uncertainty"; here divided by ln C, so that one limit fits any number of classes).
    """

    needs_pool_predictions = True

    def __init__(self, entropy: float = 0.05) -> None:
        require_share("stopping.params.entropy", entropy)
        self.entropy = entropy

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """Stop when the last round's normalised pool entropy is below the limit."""
        now = history[-1].pool_entropy
        if now is None:
            return StopVerdict(False, "the pool's entropy is not known this round")
        word = "below" if now < self.entropy else "not below"
        return StopVerdict(
            now < self.entropy,
            f"the pool's mean normalised entropy is {now:.3f}, {word} {self.entropy:g}",
            {"pool_entropy": now},
        )
