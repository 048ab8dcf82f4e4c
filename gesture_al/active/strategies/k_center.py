"""k-center (core-set) sampling: the clip farthest from everything labelled or already chosen, again and again."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Selection
from gesture_al.active.strategies.embedding_space import lower_to_nearest, one_of_the_largest, points
from gesture_al.core.arrays import Float32, Int64

_ROWS_IN_REACH = 2048


def k_center(x_N_D: Float32, labelled_L_D: Float32, k: int, rng: np.random.Generator) -> tuple[Int64, Float32]:
    """Greedy k-center, exact: every pick is the row farthest from labelled clips and earlier picks.

    A new centre only ever brings rows nearer, so an old distance is an upper bound. The few thousand rows that were farthest are
    kept up to date at every pick; all others only when one of them might have become the farthest.

    Args:
        x_N_D: Embeddings of the pool, shape (N, D).
        labelled_L_D: Of the labelled clips, shape (L, D); where L is 0 the first pick is a random row.
        k: How many, 1 to N.
        rng: Breaks ties.

    Returns:
        Rows (k,) and the distance of each from what was a centre when it was picked, (k,); of a random start it is 0.

    Source:
        Sener and Savarese, "Active Learning for Convolutional Neural Networks: A Core-Set Approach" (2018), algorithm 1.

    >>> line = np.array([[0.0], [1.0], [2.0], [9.0]], dtype=np.float32)
    >>> k_center(line, line[:1], 2, np.random.default_rng(0))[0].tolist()
    [3, 2]
    """
    nearest_N = np.full(len(x_N_D), np.inf, dtype=np.float32)
    lower_to_nearest(nearest_N, x_N_D, labelled_L_D)
    picked: list[int] = []
    gaps: list[float] = []
    if not len(labelled_L_D):
        picked, gaps = [int(rng.integers(len(x_N_D)))], [0.0]
    known = 0
    while len(picked) < k:
        lower_to_nearest(nearest_N, x_N_D, x_N_D[picked[known:]])
        known = len(picked)
        nearest_N[picked] = -1  # no row twice, not even where all distances are 0
        near = _farthest(nearest_N, _ROWS_IN_REACH)
        rest = _largest_outside(nearest_N, near)
        near_N, x_near = nearest_N[near], x_N_D[near]
        # One pick is always safe; further ones as long as no other row's upper bound comes up to the best of these.
        while len(picked) < k and near_N.max() >= 0 and (len(picked) == known or near_N.max() > rest):
            row = one_of_the_largest(near_N, rng)
            picked.append(int(near[row]))
            gaps.append(float(np.sqrt(near_N[row])))
            lower_to_nearest(near_N, x_near, x_near[[row]])
            near_N[row] = -1
    return np.array(picked, dtype=np.int64), np.array(gaps, dtype=np.float32)


def _farthest(nearest_N: Float32, count: int) -> Int64:
    """The rows of the `count` largest values, and all that tie with the last of them."""
    if count >= len(nearest_N):
        return np.arange(len(nearest_N))
    cut = np.partition(nearest_N, len(nearest_N) - count)[len(nearest_N) - count]
    return np.flatnonzero(nearest_N >= cut)


def _largest_outside(nearest_N: Float32, inside: Int64) -> float:
    """The largest value among the other rows; -1 where there are none."""
    outside = np.ones(len(nearest_N), dtype=bool)
    outside[inside] = False
    return float(nearest_N.max(where=outside, initial=-1))


@STRATEGIES.register("k_center")
class KCenter(BatchStrategy):
    """Greedy core-set."""

    needs = Needs.EMBEDDINGS | Needs.LABELLED_EMBEDDINGS | Needs.PRETRAINED

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """Farthest first; the scores are the distances."""
        return Selection(*k_center(*points(view), k, rng))
