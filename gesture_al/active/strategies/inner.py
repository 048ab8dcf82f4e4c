"""A strategy with another one inside, and the part of a view that it shows to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Strategy
from gesture_al.core.arrays import Int64


class Wrapper(BatchStrategy):
    """Needs what the strategy inside needs.

    Args:
        inner: The strategy inside, built; None: entropy.
        also: What the wrapper itself looks at.
    """

    def __init__(self, inner: Strategy | None = None, also: Needs = Needs.NOTHING) -> None:
        self.inner = STRATEGIES.build("entropy") if inner is None else inner
        self.needs = self.inner.needs | also
        self.samples = self.inner.samples

    def looks_at(self, size: int, k: int, rng: np.random.Generator) -> Int64 | None:
        """Those of the strategy inside."""
        return self.inner.looks_at(size, k, rng)


def rows_of(view: PoolView, rows: Int64) -> PoolView:
    """The view of some rows of the pool, with all labelled clips."""
    return replace(
        view,
        probs=None if view.probs is None else view.probs[rows],
        mc_probs=None if view.mc_probs is None else view.mc_probs[:, rows],
        embeddings=None if view.embeddings is None else view.embeddings[rows],
        size=len(rows),
    )
