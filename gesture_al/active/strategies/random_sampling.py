"""Random sampling: the baseline that always runs beside."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Needs, PoolView, Selection, WholePool


@STRATEGIES.register("random")
class RandomSampling(WholePool):
    """Uniform draw without replacement."""

    needs = Needs.NOTHING
    samples = 0

    def select(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """Any k rows."""
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        return Selection(rng.permutation(len(view))[:k].astype(np.int64))
