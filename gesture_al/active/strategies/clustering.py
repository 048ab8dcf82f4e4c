"""Groups of points: the door to scikit-learn's k-means and SciPy's average linkage."""

from __future__ import annotations

import warnings

import numpy as np

from gesture_al.active.strategies.space import Points, Rows, row_blocks, squared_distances

_ROWS_TO_FIT = 20_000
_ROWS_TO_LINK = 4000


def k_means(x_N_D: Points, clusters: int, rng: np.random.Generator) -> tuple[Rows, Points]:
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


def nearest_centre(x_N_D: Points, centres_K_D: Points) -> Rows:
    """The centre nearest to each row, (N,)."""
    made = np.empty(len(x_N_D), dtype=np.int64)
    for rows in row_blocks(len(x_N_D)):
        made[rows] = squared_distances(x_N_D[rows], centres_K_D).argmin(axis=1)
    return made


def average_linkage(x_N_D: Points, clusters: int, rng: np.random.Generator) -> Rows:
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
