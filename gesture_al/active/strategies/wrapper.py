"""A strategy around another one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Strategy
from gesture_al.active.strategies.space import Rows


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

    def looks_at(self, size: int, k: int, rng: np.random.Generator) -> Rows | None:
        """Those of the strategy inside."""
        return self.inner.looks_at(size, k, rng)


def rows_of(view: PoolView, rows: Rows) -> PoolView:
    """The view of some rows of the pool, with all labelled clips."""
    return replace(
        view,
        probs=None if view.probs is None else view.probs[rows],
        mc_probs=None if view.mc_probs is None else view.mc_probs[:, rows],
        embeddings=None if view.embeddings is None else view.embeddings[rows],
        size=len(rows),
    )


def others(count: int, rows: Rows) -> Rows:
    """The rows of 0 to count - 1 that are not among these, in order."""
    left = np.ones(count, dtype=bool)
    left[rows] = False
    return np.flatnonzero(left)
