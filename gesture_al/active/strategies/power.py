"""Power variants of margin sampling and BALD, whose batches are drawn at random."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import (
    STRATEGIES,
    BatchStrategy,
    Needs,
    PoolView,
    Samples,
    Selection,
    checked_mc_probs,
    checked_probs,
)
from gesture_al.active.strategies.scores import mutual_information, power_draw, top_two_gap
from gesture_al.core.parameters import NotNegative


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

    def __init__(self, beta: NotNegative = 1.0) -> None:
        self.beta = beta

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """A draw by 1 - margin, which are the scores."""
        return power_draw(np.asarray(1 - top_two_gap(checked_probs(view))), self.beta, k, rng)


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

    def __init__(self, samples: Samples = 10, beta: NotNegative = 1.0) -> None:
        self.samples = samples
        self.beta = beta

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """A draw by mutual information; the scores are the mutual information in nats."""
        return power_draw(mutual_information(checked_mc_probs(view)), self.beta, k, rng)
