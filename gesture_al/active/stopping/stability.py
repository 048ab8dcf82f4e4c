"""Stopping rules over the whole pool's predictions: they no longer change, or are sure."""

from __future__ import annotations

from collections.abc import Sequence

from gesture_al.active.stopping.base import STOPPING_RULES, CountingRule, RoundRecord, StopVerdict
from gesture_al.core.parameters import Count, Share


@STOPPING_RULES.register("stable_predictions")
class StablePredictions(CountingRule):
    """Stops when successive rounds' predictions agree; needs no validation clips.

    It finds the plateau of the learning curve, not a score: a model that is stably wrong stops too.

    Args:
        window: Rounds whose kappa is averaged, 1 or more.
        kappa: The mean agreement to get to, 0 to 1.

    Source:
        Bloodgood and Vijay-Shanker, "A method for stopping active learning based on stabilizing predictions and the need
        for user-adjustable stopping", CoNLL 2009 (kappa 0.99 over three rounds).
    """

    needs_pool_predictions = True

    def __init__(self, window: Count = 3, kappa: Share = 0.99) -> None:
        self.window = window
        self.kappa = kappa

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """Stop when the mean kappa of the last `window` rounds is at least `kappa`."""
        seen = [record.pool_kappa for record in history[-self.window :] if record.pool_kappa is not None]
        if len(seen) < self.window:
            return StopVerdict(False, f"agreement known for {len(seen)} of the {self.window} rounds it takes")
        mean = sum(seen) / len(seen)
        # Three times 0.99 must count as 0.99, whatever the sum's last bit is.
        stable = mean >= self.kappa - 1e-12
        word = "stable" if stable else "not stable"
        return StopVerdict(
            stable,
            f"predictions {word}: mean kappa of {self.window} rounds is {mean:.3f}, wanted {self.kappa:g}",
            {"mean_kappa": mean},
        )


@STOPPING_RULES.register("pool_uncertainty")
class PoolUncertainty(CountingRule):
    """Stops when the pool's mean entropy, as a part of ln C, falls below a limit; needs no validation clips.

    It says that the model is sure, not that it is right: an overconfident model stops early.

    Args:
        entropy: The limit, 0 to 1.

    Source:
        Zhu, Wang and Hovy, "Multi-criteria-based strategy to stop active learning for data annotation", COLING 2008
        ("overall uncertainty"; here divided by ln C, so that one limit fits any number of classes).
    """

    needs_pool_predictions = True

    def __init__(self, entropy: Share = 0.05) -> None:
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
