"""Draw clips with probability proportional to a power of their mutual information."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Selection
from gesture_al.active.strategies.committee import checked_mc_probs, checked_samples
from gesture_al.active.strategies.information import mutual_information
from gesture_al.active.strategies.power import checked_beta, power_draw


@STRATEGIES.register("power_bald")
class PowerBald(BatchStrategy):
    """BALD whose batch is drawn: nearly as good as BatchBALD, at the price of a sort.

    Args:
        samples: Members, at least 2.
        beta: 0 is an even draw; the larger, the nearer to plain BALD.

    Source:
        Kirsch et al., "Stochastic Batch Acquisition: A Simple Baseline for Deep Active Learning" (2021).
    """

    needs = Needs.MC_PROBS

    def __init__(self, samples: int = 10, beta: float = 1.0) -> None:
        self.samples = checked_samples(samples)
        self.beta = checked_beta(beta)

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """A draw by mutual information; the scores are the mutual information in nats."""
        return power_draw(mutual_information(checked_mc_probs(view)), self.beta, k, rng)
