"""TypiClust: the most typical clip of each cluster that has no label yet; made for the first rounds."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Selection
from gesture_al.active.strategies.embedding_space import k_means, points, row_blocks, squared_distances
from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.parameters import Count


def typicality(x_N_D: Float32, neighbours: int) -> Float32:
    """How crowded it is around each row.

    Args:
        x_N_D: Points of one cluster, shape (N, D).
        neighbours: How many of its nearest rows count, itself left out; at most half of the cluster, at least 1.

    Returns:
        1 / mean Euclidean distance to these, shape (N,), above 0; a lone row has 0.

    Source:
        Hacohen, Dekel and Weinshall, "Active Learning on a Budget: Opposite Strategies Suit High and Low Budgets" (2022),
        section 3; the limit of half a cluster is in the authors' code.

    >>> typicality(np.array([[0.0], [1.0], [3.0]], dtype=np.float32), 20).tolist()
    [1.0, 1.0, 0.5]
    """
    count = len(x_N_D)
    if count < 2:
        return np.zeros(count, dtype=np.float32)
    nearest = max(1, min(neighbours, count // 2))
    made = np.empty(count, dtype=np.float32)
    for rows in row_blocks(count, 512):
        squared = squared_distances(x_N_D[rows], x_N_D)
        squared[np.arange(len(squared)), np.arange(rows.start, rows.stop)] = np.inf
        closest = np.partition(squared, nearest - 1, axis=1)[:, :nearest]
        made[rows] = np.sqrt(closest).mean(axis=1)
    return np.asarray(1 / np.maximum(made, 1e-12))


@STRATEGIES.register("typiclust")
class Typiclust(BatchStrategy):
    """Most typical of the largest cluster without a label, then of the next.

    Args:
        neighbours: Nearest rows whose distance says how typical a row is.
        most_clusters: There are as many clusters as labels and questions together, but no more than this.
        least_rows: A cluster with fewer rows of the pool is passed over while there are others.
        rows_a_cluster: Of a larger cluster so many rows are drawn at random and compared with each other, which bounds the work.
    """

    needs = Needs.EMBEDDINGS | Needs.LABELLED_EMBEDDINGS | Needs.PRETRAINED

    def __init__(
        self, neighbours: Count = 20, most_clusters: Count = 500, least_rows: int = 6, rows_a_cluster: Count = 2000
    ) -> None:
        self.neighbours, self.most_clusters = neighbours, most_clusters
        self.least_rows, self.rows_a_cluster = least_rows, rows_a_cluster

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """One row of each cluster in turn, round and round until there are k; the scores are typicalities."""
        x, labelled = points(view)
        clusters = min(self.most_clusters, len(labelled) + k)
        cluster, centres = k_means(np.concatenate([labelled, x]), clusters, rng)
        taken = np.bincount(cluster[: len(labelled)], minlength=len(centres))
        of_pool = cluster[len(labelled) :]
        sizes = np.bincount(of_pool, minlength=len(centres))
        # Small ones last, then those with the fewest labels first, then the largest; chance decides what still ties.
        chance = rng.permutation(len(centres))
        order = np.lexsort((chance, -sizes, taken, sizes < self.least_rows))
        order = order[sizes[order] > 0]
        usual = order[sizes[order] >= self.least_rows]
        order = usual if sizes[usual].sum() >= k else order
        shares = _shares(sizes[order], k)
        ranked = [
            self._ranked(x, np.flatnonzero(of_pool == order[i]), int(share), rng) for i, share in enumerate(shares) if share
        ]
        turns = np.concatenate([np.arange(len(rows)) for rows, _ in ranked])
        place = np.argsort(turns, kind="stable")
        rows, scores = (np.concatenate(part)[place] for part in zip(*ranked, strict=True))
        return Selection(rows, scores)

    def _ranked(self, x: Float32, rows: Int64, share: int, rng: np.random.Generator) -> tuple[Int64, Float32]:
        """The `share` most typical rows of a cluster, best first."""
        most = max(self.rows_a_cluster, share)
        if len(rows) > most:
            rows = np.sort(rng.choice(rows, most, replace=False))
        rows = rng.permutation(rows)
        score = typicality(x[rows], self.neighbours)
        best = np.argsort(-score, kind="stable")[:share]
        return rows[best], score[best]


def _shares(sizes: Int64, k: int) -> Int64:
    """How many of k rows each cluster gives when they give one in turn, and leave when they are empty."""
    shares = np.zeros_like(sizes)
    while (left := k - shares.sum()) > 0:
        open_ = np.flatnonzero(shares < sizes)
        shares[open_[:left]] += 1
    return shares
