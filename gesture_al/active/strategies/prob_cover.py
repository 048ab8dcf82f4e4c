"""Ask about the clips whose neighbourhoods cover most of the pool: made for the first rounds."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Selection
from gesture_al.active.strategies.coverage import balls, greedy_cover, pure_radius
from gesture_al.active.strategies.space import lower_to_nearest, points


@STRATEGIES.register("prob_cover")
class ProbCover(BatchStrategy):
    """Greedy maximum coverage by balls of one radius, after the labelled clips' own; once all is covered, a draw.

    Args:
        radius: Of the balls, in the units of the embedding; None: the largest at which `purity` of the balls hold one cluster.
        purity: Share of pure balls, 0 to 1, both excluded.
        clusters: For that; None: as many as the labelled clips have classes.
        most_rows: Of a larger pool so many random rows stand for all, as centres and as what is to be covered; the memory for
            their balls is most_rows ** 2 / 8 bytes.

    Source:
        Yehuda et al., "Active Learning Through a Covering Lens" (2022), the greedy algorithm ProbCover.
    """

    needs = Needs.EMBEDDINGS | Needs.LABELLED_EMBEDDINGS

    def __init__(
        self, radius: float | None = None, purity: float = 0.95, clusters: int | None = None, most_rows: int = 10_000
    ) -> None:
        if radius is not None and radius <= 0:
            raise ValueError(f"radius is {radius}; give a number above 0, or null")
        if not 0 < purity < 1:
            raise ValueError(f"purity is {purity}; give a number between 0 and 1, both excluded")
        for name, value in (("clusters", clusters), ("most_rows", most_rows)):
            if value is not None and value < 1:
                raise ValueError(f"{name} is {value}; give a whole number, 1 or more")
        self.radius, self.purity, self.clusters, self.most_rows = radius, purity, clusters, most_rows

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """Largest gain first; the scores are the rows that a pick covers anew (of those that stand for the pool)."""
        pool, labelled = points(view)
        among = np.arange(len(pool))
        if len(pool) > self.most_rows:
            among = np.sort(rng.choice(len(pool), max(self.most_rows, k), replace=False))
        x = pool[among]
        radius = self.radius or pure_radius(x, self._clusters(view), self.purity, rng)
        nearest = np.full(len(x), np.inf, dtype=np.float32)
        lower_to_nearest(nearest, x, labelled)
        rows, gains = greedy_cover(balls(x, radius), nearest <= np.float32(radius) ** 2, k, rng)
        rest = rng.permutation(np.setdiff1d(np.arange(len(x)), rows))[: k - len(rows)]
        return Selection(among[np.concatenate([rows, rest])], np.concatenate([gains, np.zeros(len(rest))]))

    def _clusters(self, view: PoolView) -> int:
        seen = () if view.labelled_classes is None else np.unique(view.labelled_classes)
        return self.clusters or max(2, len(seen))
