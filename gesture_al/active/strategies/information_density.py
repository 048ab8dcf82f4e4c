"""Information density: undecided clips that many others resemble."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Needs, PoolView, ScoreStrategy, checked_probs
from gesture_al.active.strategies.embedding_space import check_points, checked_embeddings, squared_norms
from gesture_al.active.strategies.scores import row_entropy
from gesture_al.core.arrays import Floating
from gesture_al.core.parameters import NotNegative


def density(embeddings_N_D: Floating) -> Floating:
    """How much a row resembles the pool: (1 + cosine) / 2 to every row, itself included, on average.

    The mean cosine to all rows is the cosine to the mean direction, so the work grows with N, not with its square.

    Args:
        embeddings_N_D: Shape (N, D). A row of zeros has cosine 0 to all.

    Returns:
        Resemblance, shape (N,), between 0 and 1.

    Raises:
        ValueError: Not (N, D), or not finite; the message names the row.

    >>> density(np.array([[2.0, 0.0], [1.0, 0.0], [0.0, 3.0], [-1.0, 0.0]])).tolist()
    [0.625, 0.625, 0.625, 0.375]
    """
    check_points(embeddings_N_D, "embeddings")
    length = np.sqrt(squared_norms(embeddings_N_D))
    scale = np.divide(1, length, out=np.zeros_like(length), where=length > 0)
    mean_direction = (scale @ embeddings_N_D) / max(1, len(length))
    return np.asarray(np.clip((1 + scale * (embeddings_N_D @ mean_direction)) / 2, 0, 1))


@STRATEGIES.register("information_density")
class InformationDensity(ScoreStrategy):
    """Entropy times resemblance.

    Args:
        beta: How much resemblance counts; 0 is plain entropy.

    Source:
        Settles and Craven, "An Analysis of Active Learning Strategies for Sequence Labeling Tasks" (2008), information density.
    """

    needs = Needs.PROBS | Needs.EMBEDDINGS

    def __init__(self, beta: NotNegative = 1.0) -> None:
        self.beta = beta

    def score(self, view: PoolView) -> Floating:
        """Entropy in nats times resemblance ** beta."""
        return np.asarray(row_entropy(checked_probs(view)) * density(checked_embeddings(view)) ** self.beta)
