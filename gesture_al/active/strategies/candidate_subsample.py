"""Let a strategy see a random part of a huge pool."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, PoolView, Selection, Strategy
from gesture_al.active.strategies.space import Rows
from gesture_al.active.strategies.wrapper import Wrapper, rows_of


@STRATEGIES.register("candidate_subsample")
class CandidateSubsample(Wrapper):
    """The inner strategy's picks among `most_rows` random rows, drawn anew in every round; the model scores no others.

    Args:
        inner: Picks among them.
        most_rows: As many as are shown to it, at least 1; never fewer than k.
    """

    def __init__(self, inner: Strategy | None = None, most_rows: int = 10_000) -> None:
        super().__init__(inner)
        if most_rows < 1:
            raise ValueError(f"most_rows is {most_rows}; give a whole number, 1 or more")
        self.most_rows = most_rows

    def looks_at(self, size: int, k: int, rng: np.random.Generator) -> Rows | None:
        """The rows drawn; of them those that the strategy inside wants to look at."""
        rows = self._drawn(size, k, rng)
        further = self.inner.looks_at(size if rows is None else len(rows), k, rng)
        return rows if further is None else further if rows is None else rows[further]

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """What the inner strategy makes of the rows shown: of a view of what it looks at, all of it."""
        rows = self._drawn(len(view), k, rng)
        if rows is None:
            return self.inner.select(view, k, rng)
        chosen = self.inner.select(rows_of(view, rows), k, rng)
        return Selection(rows[chosen.indices], chosen.scores)

    def _drawn(self, size: int, k: int, rng: np.random.Generator) -> Rows | None:
        most = max(self.most_rows, k)
        return None if size <= most else np.sort(rng.choice(size, most, replace=False)).astype(np.int64)
