"""Ask about the middle of each of k clusters."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Selection
from gesture_al.active.strategies.clustering import k_means
from gesture_al.active.strategies.space import Points, Rows, points, row_blocks, squared_norms


def central_rows(x_N_D: Points, cluster_N: Rows, centres_K_D: Points) -> Rows:
    """The row nearest to the centre of each cluster that has one, clusters in the order of their numbers.

    Source:
        Zhdanov, "Diverse Mini-Batch Active Learning" (2019), without its weights.
    """
    blocks = row_blocks(len(x_N_D))
    off_N = np.concatenate([squared_norms(x_N_D[rows] - centres_K_D[cluster_N[rows]]) for rows in blocks])
    order = np.lexsort((off_N, cluster_N))
    first = np.unique(cluster_N[order], return_index=True)[1]
    return np.asarray(order[first], dtype=np.int64)


@STRATEGIES.register("k_means")
class KMeans(BatchStrategy):
    """Nearest to the centres of k clusters, largest cluster first; needs no label and no trained net to make sense."""

    needs = Needs.EMBEDDINGS

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
