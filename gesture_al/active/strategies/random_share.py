"""Give a share of every batch to chance, so that no corner of the pool is never looked at."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, PoolView, Selection, Strategy
from gesture_al.active.strategies.wrapper import Wrapper, others


@STRATEGIES.register("random_share")
class RandomShare(Wrapper):
    """Each clip of the batch is, with probability `share`, a random one instead of the inner strategy's.

    Around a strategy that looks at a random part of the pool, the random clips come from that part as well.

    Args:
        inner: Picks the others.
        share: Probability, 0 to 1.

    Source:
        The epsilon-greedy rule; Sutton and Barto, "Reinforcement Learning" (2018), section 2.2.
    """

    def __init__(self, inner: Strategy | None = None, share: float = 0.1) -> None:
        super().__init__(inner)
        if not 0 <= share <= 1:
            raise ValueError(f"share is {share}; give a number from 0 to 1")
        self.share = share

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """The inner strategy's picks, best first, then the random ones; no scores."""
        by_chance = int(rng.binomial(k, self.share))
        # All of them are asked of it, so that what is refused does not depend on chance.
        chosen = self.inner.select(view, k, rng).indices[: k - by_chance]
        drawn = rng.choice(others(len(view), chosen), by_chance, replace=False)
        return Selection(np.concatenate([chosen, drawn]).astype(np.int64))
