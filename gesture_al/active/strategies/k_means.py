"""Strategies over clusters of embeddings: k-means, cluster margin."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Selection, checked_probs, largest
from gesture_al.active.strategies.embedding_space import average_linkage, central_rows, k_means, points
from gesture_al.active.strategies.scores import top_two_gap
from gesture_al.core.arrays import Int64
from gesture_al.core.parameters import Count


@STRATEGIES.register("k_means")
class KMeans(BatchStrategy):
    """Nearest to the centres of k clusters, largest cluster first; needs no label and no trained net to make sense."""

    needs = Needs.EMBEDDINGS | Needs.PRETRAINED

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """A row of each cluster; where clusters are empty, random rows fill the batch. Scores: sizes of the clusters."""
        x, _ = points(view)
        cluster, centres = k_means(x, k, rng)
        sizes = np.bincount(cluster, minlength=k)
        rows = central_rows(x, cluster, centres)
        rows = rows[np.argsort(-sizes[cluster[rows]], kind="stable")]
        others = rng.permutation(np.setdiff1d(np.arange(len(x)), rows))[: k - len(rows)]
        scores = np.concatenate([sizes[cluster[rows]], np.zeros(len(others))])
        return Selection(np.concatenate([rows, others]).astype(np.int64), scores)


def round_robin(cluster_M: Int64, k: int, rng: np.random.Generator) -> Int64:
    """Take k of M rows: a random one out of each cluster in turn, the smallest cluster first, until clusters are empty.

    >>> sorted(round_robin(np.array([0, 0, 0, 1]), 2, np.random.default_rng(0)).tolist())[1]
    3
    """
    order = rng.permutation(len(cluster_M))
    sizes = np.bincount(cluster_M)
    turn = np.empty(len(order), dtype=np.int64)
    for cluster in np.flatnonzero(sizes):
        turn[cluster_M[order] == cluster] = np.arange(sizes[cluster])
    # Clusters of one size come in random order, but in the same one at every turn.
    chance = rng.permutation(len(sizes))
    of_row = cluster_M[order]
    return order[np.lexsort((chance[of_row], sizes[of_row], turn))][:k]


@STRATEGIES.register("cluster_margin")
class ClusterMargin(BatchStrategy):
    """Smallest margins, spread over clusters.

    Args:
        candidates: This many times k clips with the smallest margins are looked at, 1 or more.

    Source:
        Citovsky et al., "Batch Active Learning at Scale" (2021), algorithm 1. There the whole pool is clustered once with a
        distance threshold; here the candidates of the round are, into k clusters by average linkage, since embeddings change
        with every round and the pool may be large.
    """

    needs = Needs.PROBS | Needs.EMBEDDINGS

    def __init__(self, candidates: Count = 10) -> None:
        self.candidates = candidates

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """A row of each cluster in turn; the scores are margins with their sign turned."""
        x, _ = points(view)
        wanted = -top_two_gap(checked_probs(view))
        among = largest(wanted, self.candidates * k, rng)
        rows = among[round_robin(average_linkage(x[among], k, rng), k, rng)]
        return Selection(rows, wanted[rows])
