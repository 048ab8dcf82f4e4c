"""Ask where the fewest members vote for the winner."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Float, PoolView
from gesture_al.active.strategies.committee import CommitteeStrategy, check_members, checked_mc_probs, votes


def variation_ratio(mc_probs_S_N_C: Float) -> Float:
    """Share of the members whose likeliest class is not the one that most of them name.

    Args:
        mc_probs_S_N_C: Class probabilities of S passes or members, shape (S, N, C); rows sum to 1.

    Returns:
        Share, shape (N,), between 0 (all name one class) and 1 - 1/min(S, C).

    Raises:
        ValueError: Not three-dimensional, or a row does not sum to 1.

    Source:
        Freeman, "Elementary Applied Statistics" (1965); over passes with dropout: Gal, "Uncertainty in Deep Learning" (2016),
        section 3.3.

    >>> variation_ratio(np.array([[[0.9, 0.1]], [[0.8, 0.2]], [[0.3, 0.7]], [[0.6, 0.4]]])).tolist()
    [0.25]
    """
    check_members(mc_probs_S_N_C)
    return np.asarray(1 - votes(mc_probs_S_N_C).max(axis=1))


@STRATEGIES.register("variation_ratio")
class VariationRatio(CommitteeStrategy):
    """Smallest majority first; there are few different shares, so chance breaks many ties."""

    def score(self, view: PoolView) -> Float:
        """Share of each clip's members that lost the vote."""
        return variation_ratio(checked_mc_probs(view))
