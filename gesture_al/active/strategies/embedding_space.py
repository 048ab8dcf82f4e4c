"""Geometry of embeddings: checked points, distances without an N x M array, clusters."""

from __future__ import annotations

import warnings

import numpy as np

from gesture_al.active.strategies.base import PoolView
from gesture_al.core.arrays import Float32, Floating, Int64

_ROWS_A_BLOCK = 4096


def points(view: PoolView) -> tuple[Float32, Float32]:
    """The pool's embeddings (N, D) and the labelled clips' (L, D), moved so that the pool's mean is the origin.

    Distances stay what they are, and single precision is enough for them; L is 0 where the view holds no labelled clips.

    Raises:
        ValueError: Absent, not (N, D), or not finite; the message names the row.
    """
    pool = checked_embeddings(view)
    labelled = view.labelled_embeddings
    if labelled is None:
        labelled = np.empty((0, pool.shape[1]), dtype=pool.dtype)
    check_points(labelled, "labelled embeddings")
    mean = pool.mean(axis=0, dtype=np.float64)
    return (pool - mean.astype(pool.dtype)).astype(np.float32, copy=False), (labelled - mean).astype(np.float32)


def checked_embeddings(view: PoolView) -> Floating:
    """The view's embeddings, (N, D).

    Raises:
        ValueError: Absent, not (N, D), or not finite; the message names the row.
    """
    if view.embeddings is None:
        raise ValueError("this strategy needs embeddings and was given none")
    check_points(view.embeddings, "embeddings")
    return view.embeddings


def check_points(x_N_D: Floating, name: str) -> None:
    """Refuse an array that is not (N, D), or has a row that is not finite."""
    if x_N_D.ndim != 2:
        raise ValueError(f"{name} must be (N, D), not {x_N_D.shape}")
    for rows in row_blocks(len(x_N_D)):
        finite = np.isfinite(x_N_D[rows])
        if not finite.all():
            raise ValueError(f"row {rows.start + int(np.argmin(finite.all(axis=1)))} of the {name} is not finite")


def squared_norms(x_N_D: Floating) -> Float32:
    """Squared length of each row, (N,)."""
    return np.asarray(np.einsum("nd,nd->n", x_N_D, x_N_D))


def squared_distances(x_N_D: Float32, y_M_D: Float32) -> Float32:
    """Squared Euclidean distance of every x from every y, (N, M); never below 0."""
    made: Float32 = x_N_D @ (-2 * y_M_D.T)
    made += squared_norms(x_N_D)[:, None]
    made += squared_norms(y_M_D)
    np.maximum(made, 0, out=made)
    return made


def lower_to_nearest(nearest_N: Float32, x_N_D: Float32, y_M_D: Float32) -> None:
    """Replace each number by the squared distance of its row from the nearest y, where that is smaller; in place."""
    if len(y_M_D):
        for rows in row_blocks(len(x_N_D)):
            np.minimum(nearest_N[rows], squared_distances(x_N_D[rows], y_M_D).min(axis=1), out=nearest_N[rows])


def row_blocks(count: int, step: int = _ROWS_A_BLOCK) -> list[slice]:
    """Consecutive ranges of `count` rows."""
    return [slice(first, min(first + step, count)) for first in range(0, count, step)]


def one_of_the_largest(values_N: Floating | Int64, rng: np.random.Generator) -> int:
    """The row of the largest value; a random one where several are."""
    return int(rng.choice(np.flatnonzero(values_N == values_N.max())))


_ROWS_TO_FIT = 20_000


_ROWS_TO_LINK = 4000


def k_means(x_N_D: Float32, clusters: int, rng: np.random.Generator) -> tuple[Int64, Float32]:
    """Mini-batch k-means.

    A pool of more than 20,000 rows lends a random 20,000 to find the centres; every row is then put to its nearest one.

    Args:
        x_N_D: Points, shape (N, D), N at least 1.
        clusters: K, at least 1; more than there are different points means as many as there are.
        rng: Starts it.

    Returns:
        Cluster of each row, (N,), 0 to K - 1, and the centres, (K, D). A cluster may be empty.
    """
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    size = len(x_N_D)
    sample = x_N_D if size <= _ROWS_TO_FIT else x_N_D[np.sort(rng.choice(size, _ROWS_TO_FIT, replace=False))]
    found = MiniBatchKMeans(
        min(clusters, len(sample)), n_init=1, batch_size=2048, max_iter=20, random_state=int(rng.integers(2**31))
    )
    # The bits depend on the number of threads; fewer different points than clusters is no fault here.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        centres = found.fit(sample).cluster_centers_.astype(np.float32)
    return nearest_centre(x_N_D, centres), centres


def nearest_centre(x_N_D: Float32, centres_K_D: Float32) -> Int64:
    """The centre nearest to each row, (N,)."""
    made = np.empty(len(x_N_D), dtype=np.int64)
    for rows in row_blocks(len(x_N_D)):
        made[rows] = squared_distances(x_N_D[rows], centres_K_D).argmin(axis=1)
    return made


def average_linkage(x_N_D: Float32, clusters: int, rng: np.random.Generator) -> Int64:
    """Agglomerative clusters by average Euclidean distance; k-means beyond 4000 rows, whose linkage would take gigabytes.

    Returns:
        Cluster of each row, (N,), 0 to at most K - 1.
    """
    if len(x_N_D) > _ROWS_TO_LINK:
        return k_means(x_N_D, clusters, rng)[0]
    if len(x_N_D) < 2:
        return np.zeros(len(x_N_D), dtype=np.int64)
    from scipy.cluster.hierarchy import fcluster, linkage

    return np.asarray(fcluster(linkage(x_N_D, "average"), clusters, "maxclust"), dtype=np.int64) - 1


def central_rows(x_N_D: Float32, cluster_N: Int64, centres_K_D: Float32) -> Int64:
    """The row nearest to the centre of each cluster that has one, clusters in the order of their numbers.

    Source:
        Zhdanov, "Diverse Mini-Batch Active Learning" (2019), without its weights.
    """
    blocks = row_blocks(len(x_N_D))
    off_N = np.concatenate([squared_norms(x_N_D[rows] - centres_K_D[cluster_N[rows]]) for rows in blocks])
    order = np.lexsort((off_N, cluster_N))
    first = np.unique(cluster_N[order], return_index=True)[1]
    return np.asarray(order[first], dtype=np.int64)
