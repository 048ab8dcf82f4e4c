"""BADGE: clips whose gradient embeddings are long and differ from each other."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Needs, PoolView, Selection, checked_probs
from gesture_al.active.strategies.embedding_space import checked_embeddings, one_of_the_largest, row_blocks, squared_norms
from gesture_al.core.arrays import Float32, Floating, Int64

_TRIES = 64


class Gradients:
    """Gradient embeddings g_i = (p_i - onehot(argmax p_i)) x e_i, never written out: <g_i, g_j> = <r_i, r_j> <e_i, e_j>.

    Args:
        probs_N_C: Class probabilities, shape (N, C).
        embeddings_N_D: What the last linear layer is given, shape (N, D).

    Source:
        Ash et al., "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds" (2020), section 3; the product
        form is in the authors' code.
    """

    def __init__(self, probs_N_C: Floating, embeddings_N_D: Floating) -> None:
        self.residual = np.array(probs_N_C, dtype=np.float32)
        self.residual[np.arange(len(probs_N_C)), probs_N_C.argmax(axis=1)] -= 1
        self.embedding = np.asarray(embeddings_N_D, dtype=np.float32)
        self.squared = squared_norms(self.residual) * squared_norms(self.embedding)

    def __len__(self) -> int:
        return len(self.squared)

    def distances(self, rows: Int64 | slice, others: Int64) -> Float32:
        """Squared distances of rows from others, (rows, others), never below 0."""
        product: Float32 = self.residual[rows] @ self.residual[others].T
        product *= self.embedding[rows] @ self.embedding[others].T
        product *= -2
        product += self.squared[rows][:, None]
        product += self.squared[others]
        np.maximum(product, 0, out=product)
        return product


def draw_far_apart(gradients: Gradients, k: int, rng: np.random.Generator) -> tuple[Int64, Float32]:
    """k-means++ seeding: the longest gradient first, then each row with probability proportional to D^2.

    D^2 is the squared distance from the nearest earlier pick. An old D^2 is never too small, so rows are proposed by old ones
    and kept with probability new / old: the same law, and the whole pool is gone through a few times instead of k times.

    Args:
        gradients: N of them.
        k: How many, 1 to N.
        rng: Draws.

    Returns:
        Rows (k,) in the order drawn and the squared distance of each when it was drawn, (k,); for the first its squared norm.

    Source:
        Arthur and Vassilvitskii, "k-means++: The Advantages of Careful Seeding" (2007), section 2.2; starting with the longest
        gradient is what BADGE's authors' code does.
    """
    picked = [one_of_the_largest(gradients.squared, rng)]
    scores = [float(gradients.squared[picked[0]])]
    old = np.full(len(gradients), np.inf, dtype=np.float32)
    known = 0
    while len(picked) < k:
        for rows in row_blocks(len(gradients)):
            np.minimum(old[rows], gradients.distances(rows, np.array(picked[known:])).min(axis=1), out=old[rows])
        old[picked] = 0
        known = len(picked)
        steps = np.cumsum(old, dtype=np.float64)
        if steps[-1] <= 0:  # Nothing is apart from the picks any more: the rest is an even draw.
            rest = rng.permutation(np.setdiff1d(np.arange(len(gradients)), picked))[: k - len(picked)]
            picked, scores = [*picked, *rest.tolist()], [*scores, *[0.0] * len(rest)]
            break
        while len(picked) < min(k, known + going_on(known)):
            drawn = _draw(gradients, old, steps, picked, known, rng)
            if drawn is None:
                break
            picked.append(drawn[0])
            scores.append(drawn[1])
    return np.array(picked, dtype=np.int64), np.array(scores, dtype=np.float32)


def going_on(known: int) -> int:
    """How many picks are made before old distances are brought up to date."""
    return max(1, known // 2)


def _draw(
    gradients: Gradients, old: Float32, steps: Floating, picked: list[int], known: int, rng: np.random.Generator
) -> tuple[int, float] | None:
    """A row by its new D^2, and that; None where too many proposals are refused, so that it pays to go through the pool."""
    rows = np.searchsorted(steps, rng.random(_TRIES) * steps[-1], side="right").clip(max=len(old) - 1)
    new = old[rows]
    if len(picked) > known:
        fresh = np.array(picked[known:])
        new = np.minimum(new, gradients.distances(rows, fresh).min(axis=1))
        new[np.isin(rows, fresh)] = 0
    kept = np.flatnonzero(rng.random(_TRIES) * old[rows] < new)
    return (int(rows[kept[0]]), float(new[kept[0]])) if len(kept) else None


@STRATEGIES.register("badge")
class Badge(BatchStrategy):
    """Uncertain and diverse at once, with nothing to tune."""

    needs = Needs.PROBS | Needs.EMBEDDINGS

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """The k-means++ draw over gradient embeddings; the scores are squared distances."""
        return Selection(*draw_far_apart(Gradients(checked_probs(view), checked_embeddings(view)), k, rng))
