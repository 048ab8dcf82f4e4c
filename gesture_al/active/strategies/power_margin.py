"""Draw clips with probability proportional to a power of how close their two likeliest classes are."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Selection, checked_probs
from gesture_al.active.strategies.gap import top_two_gap
from gesture_al.active.strategies.power import checked_beta, power_draw


@STRATEGIES.register("power_margin")
class PowerMargin(BatchStrategy):
    """Margin sampling whose batch is drawn.

    Args:
        beta: 0 is an even draw; the larger, the nearer to plain margin sampling.

    Source:
        Kirsch et al., "Stochastic Batch Acquisition: A Simple Baseline for Deep Active Learning" (2021); on 1 - margin: Bahri et
        al., "Is Margin All You Need?" (2022).
    """

    needs = Needs.PROBS

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = checked_beta(beta)

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """A draw by 1 - margin, which are the scores."""
        return power_draw(np.asarray(1 - top_two_gap(checked_probs(view))), self.beta, k, rng)
