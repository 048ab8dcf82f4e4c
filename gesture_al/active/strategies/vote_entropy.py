"""Ask where the members' votes are split the most evenly."""

from __future__ import annotations

from gesture_al.active.strategies.base import STRATEGIES, Float, PoolView
from gesture_al.active.strategies.committee import CommitteeStrategy, check_members, checked_mc_probs, votes
from gesture_al.active.strategies.information import row_entropy


def vote_entropy(mc_probs_S_N_C: Float) -> Float:
    """Entropy of the votes, a vote being a member's likeliest class.

    Args:
        mc_probs_S_N_C: Class probabilities of S passes or members, shape (S, N, C); rows sum to 1.

    Returns:
        Entropy in nats, shape (N,), between 0 and ln(min(S, C)).

    Raises:
        ValueError: Not three-dimensional, or a row does not sum to 1.

    Source:
        Dagan and Engelson, "Committee-Based Sampling for Training Probabilistic Classifiers" (1995); Settles, "Active Learning
        Literature Survey" (2009), section 3.2.

    >>> import numpy as np
    >>> vote_entropy(np.array([[[0.9, 0.1]], [[0.4, 0.6]]])).round(4).tolist()
    [0.6931]
    """
    check_members(mc_probs_S_N_C)
    return row_entropy(votes(mc_probs_S_N_C))


@STRATEGIES.register("vote_entropy")
class VoteEntropy(CommitteeStrategy):
    """Most divided vote first; there are few different splits, so chance breaks many ties."""

    def score(self, view: PoolView) -> Float:
        """Entropy of each clip's votes, in nats."""
        return vote_entropy(checked_mc_probs(view))
