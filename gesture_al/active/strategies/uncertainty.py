"""Uncertainty sampling: entropy, margin, least confidence."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Needs, PoolView, ScoreStrategy, check_rows, checked_probs
from gesture_al.active.strategies.scores import row_entropy, top_prob, top_two_gap
from gesture_al.core.arrays import Floating


def entropy(probs_N_C: Floating) -> Floating:
    """Shannon entropy of each row.

    Args:
        probs_N_C: Class probabilities, shape (N, C); rows sum to 1.

    Returns:
        Entropy in nats, shape (N,), between 0 and ln(C). A zero probability adds 0.

    Raises:
        ValueError: Not two-dimensional, or a row does not sum to 1.

    Source:
        Settles, "Active Learning Literature Survey" (2009), section 3.1.

    >>> import numpy as np
    >>> (entropy(np.array([[1.0, 0.0], [0.5, 0.5]])).round(4) + 0.0).tolist()
    [0.0, 0.6931]
    """
    check_rows(probs_N_C)
    return row_entropy(probs_N_C)


@STRATEGIES.register("entropy")
class Entropy(ScoreStrategy):
    """Flattest predicted distribution first."""

    needs = Needs.PROBS

    def score(self, view: PoolView) -> Floating:
        """Entropy of each clip's distribution, in nats."""
        return row_entropy(checked_probs(view))


def margin(probs_N_C: Floating) -> Floating:
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

    def score(self, view: PoolView) -> Floating:
        """The margin with its sign turned, so that larger is more wanted."""
        return np.asarray(-top_two_gap(checked_probs(view)))


def least_confidence(probs_N_C: Floating) -> Floating:
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

    def score(self, view: PoolView) -> Floating:
        """1 - the largest probability of each clip."""
        return np.asarray(1 - top_prob(checked_probs(view)))
