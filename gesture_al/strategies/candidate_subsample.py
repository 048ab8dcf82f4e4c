"""Let a strategy see a random part of a huge pool."""

from __future__ import annotations

import numpy as np

from gesture_al.strategies.base import STRATEGIES, PoolView, Selection, Strategy
from gesture_al.strategies.wrapper import Wrapper, rows_of


@STRATEGIES.register("candidate_subsample")
class CandidateSubsample(Wrapper):
    """The inner strategy's picks among `most_rows` random rows, drawn anew in every round.

    Args:
        inner: Picks among them.
        most_rows: As many as are shown to it, at least 1; never fewer than k.
    """

    def __init__(self, inner: Strategy | None = None, most_rows: int = 10_000) -> None:
        super().__init__(inner)
        if most_rows < 1:
            raise ValueError(f"most_rows is {most_rows}; give a whole number, 1 or more")
        self.most_rows = most_rows

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """What the inner strategy makes of the rows shown."""
        if len(view) <= max(self.most_rows, k):
            return self.inner.select(view, k, rng)
        rows = np.sort(rng.choice(len(view), max(self.most_rows, k), replace=False))
        chosen = self.inner.select(rows_of(view, rows), k, rng)
        return Selection(rows[chosen.indices].astype(np.int64), chosen.scores)
