"""Ask where the two most likely classes are closest."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Float, Needs, PoolView, ScoreStrategy, check_rows, checked_probs
from gesture_al.active.strategies.gap import top_two_gap


def margin(probs_N_C: Float) -> Float:
    """Difference of the two largest probabilities of each row.

    Args:
        probs_N_C: Class probabilities, shape (N, C) with C at least 2; rows sum to 1.

    Returns:
        Margin, shape (N,), between 0 (undecided) and 1 (certain).

    Raises:
        ValueError: Not two-dimensional, fewer than two classes, or a row does not sum to 1.

    Source:
        Scheffer, Decomain and Wrobel, "Active Hidden Markov Models for Information Extraction" (2001), section 4.

    >>> margin(np.array([[0.75, 0.25, 0.0]])).tolist()
    [0.5]
    """
    check_rows(probs_N_C)
    if probs_N_C.shape[1] < 2:
        raise ValueError("a margin needs at least two classes")
    return top_two_gap(probs_N_C)


@STRATEGIES.register("margin")
class Margin(ScoreStrategy):
    """Smallest margin first."""

    needs = Needs.PROBS

    def score(self, view: PoolView) -> Float:
        """The margin with its sign turned, so that larger is more wanted."""
        return np.asarray(-top_two_gap(checked_probs(view)))
