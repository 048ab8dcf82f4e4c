"""ProbCover: greedy maximum coverage of the pool by balls around picked clips."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Selection
from gesture_al.active.strategies.embedding_space import (
    k_means,
    lower_to_nearest,
    one_of_the_largest,
    points,
    row_blocks,
    squared_distances,
)
from gesture_al.core.arrays import Bool, Float32, Int64, UInt8
from gesture_al.core.parameters import Count, Positive, ShareInside


def balls(x_N_D: Float32, radius: float) -> UInt8:
    """Which rows lie within `radius` of each row, itself always, as packed bits: (N, N / 8), an eighth of a byte a pair."""
    made = np.empty((len(x_N_D), (len(x_N_D) + 7) // 8), dtype=np.uint8)
    for rows in row_blocks(len(x_N_D), 512):
        inside = squared_distances(x_N_D[rows], x_N_D) <= np.float32(radius) ** 2
        inside[np.arange(len(inside)), np.arange(rows.start, rows.stop)] = True
        made[rows] = np.packbits(inside, axis=1)
    return made


def greedy_cover(ball_N_bits: UInt8, covered_N: Bool, k: int, rng: np.random.Generator) -> tuple[Int64, Int64]:
    """Again and again the row whose ball holds the most rows that are not covered yet.

    Args:
        ball_N_bits: As `balls` makes them.
        covered_N: Rows that are covered from the start, shape (N,).
        k: At the most so many picks.
        rng: Breaks ties.

    Returns:
        Rows and how many each covered anew; fewer than k where nothing is left to cover.
    """
    open_bits = np.packbits(~covered_N)
    gain_N = _gains(ball_N_bits, open_bits)
    picked: list[int] = []
    gains: list[int] = []
    while len(picked) < k and gain_N.max() > 0:
        row = one_of_the_largest(gain_N, rng)
        picked.append(row)
        gains.append(int(gain_N[row]))
        newly = ball_N_bits[row] & open_bits
        open_bits &= ~newly
        # Only the bytes in which something was covered can change a gain.
        touched = np.flatnonzero(newly)
        gain_N -= _gains(ball_N_bits[:, touched], newly[touched])
    return np.array(picked, dtype=np.int64), np.array(gains, dtype=np.int64)


def _gains(ball_N_bits: UInt8, open_bits: UInt8) -> Int64:
    """How many open rows each ball holds, (N,)."""
    made = np.empty(len(ball_N_bits), dtype=np.int64)
    for rows in row_blocks(len(ball_N_bits), 1024):
        made[rows] = np.bitwise_count(ball_N_bits[rows] & open_bits).sum(axis=1, dtype=np.int64)
    return made


def pure_radius(x_N_D: Float32, clusters: int, purity: float, rng: np.random.Generator) -> float:
    """The largest radius at which so many of the balls hold rows of one k-means cluster only.

    A ball is pure until it meets the nearest row of another cluster, so this is a quantile of those distances.

    Args:
        x_N_D: Points, shape (N, D).
        clusters: As many as there are classes.
        purity: Share of pure balls, 0 to 1.
        rng: Starts k-means.

    Returns:
        A distance; half the widest distance from the mean where there is one cluster only.

    Source:
        Yehuda et al., "Active Learning Through a Covering Lens" (2022), the section on choosing delta.
    """
    cluster_N, _ = k_means(x_N_D, clusters, rng)
    if (cluster_N == cluster_N[0]).all():
        return float(np.sqrt(squared_distances(x_N_D, x_N_D.mean(axis=0, keepdims=True)).max()) / 2)
    reach = np.empty(len(x_N_D), dtype=np.float32)
    for rows in row_blocks(len(x_N_D), 512):
        squared = squared_distances(x_N_D[rows], x_N_D)
        squared[cluster_N[rows][:, None] == cluster_N] = np.inf
        reach[rows] = squared.min(axis=1)
    # `lower`: a radius strictly below the next reach keeps its ball pure.
    return float(np.nextafter(np.sqrt(np.quantile(reach, 1 - purity, method="lower")), np.float32(0)))


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

    needs = Needs.EMBEDDINGS | Needs.LABELLED_EMBEDDINGS | Needs.PRETRAINED

    def __init__(
        self, radius: Positive | None = None, purity: ShareInside = 0.95, clusters: Count | None = None, most_rows: Count = 10_000
    ) -> None:
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
