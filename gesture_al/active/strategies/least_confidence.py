"""Ask where the most likely class is least likely."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Float, Needs, PoolView, ScoreStrategy, check_rows, checked_probs
from gesture_al.active.strategies.gap import top_prob


def least_confidence(probs_N_C: Float) -> Float:
    """What the most likely class of each row lacks to certainty.

    Args:
        probs_N_C: Class probabilities, shape (N, C); rows sum to 1.

    Returns:
        1 - max, shape (N,), between 0 and 1 - 1/C.

    Raises:
        ValueError: Not two-dimensional, or a row does not sum to 1.

    Source:
        Lewis and Gale, "A Sequential Algorithm for Training Text Classifiers" (1994), section 3.

    >>> least_confidence(np.array([[0.75, 0.25]])).tolist()
    [0.25]
    """
    check_rows(probs_N_C)
    return np.asarray(1 - top_prob(probs_N_C))


@STRATEGIES.register("least_confidence")
class LeastConfidence(ScoreStrategy):
    """Least confident prediction first."""

    needs = Needs.PROBS

    def score(self, view: PoolView) -> Float:
        """1 - the largest probability of each clip."""
        return np.asarray(1 - top_prob(checked_probs(view)))
