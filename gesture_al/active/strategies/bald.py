"""Ask where the members are each sure, but not of the same class."""

from __future__ import annotations

from gesture_al.active.strategies.base import STRATEGIES, Float, PoolView
from gesture_al.active.strategies.committee import CommitteeStrategy, check_members, checked_mc_probs
from gesture_al.active.strategies.information import mutual_information


def bald(mc_probs_S_N_C: Float) -> Float:
    """Mutual information between a clip's label and the model.

    Args:
        mc_probs_S_N_C: Class probabilities of S passes or members, shape (S, N, C); rows sum to 1.

    Returns:
        Mutual information in nats, shape (N,), between 0 (all agree) and ln(min(S, C)).

    Raises:
        ValueError: Not three-dimensional, or a row does not sum to 1.

    Source:
        Houlsby et al., "Bayesian Active Learning for Classification and Preference Learning" (2011), section 2; with
        dropout: Gal, Islam and Ghahramani, "Deep Bayesian Active Learning with Image Data" (2017).

    >>> import numpy as np
    >>> bald(np.array([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]])).round(4).tolist()
    [0.6931, 0.0]
    """
    check_members(mc_probs_S_N_C)
    return mutual_information(mc_probs_S_N_C)


@STRATEGIES.register("bald")
class Bald(CommitteeStrategy):
    """Largest mutual information first."""

    def score(self, view: PoolView) -> Float:
        """Mutual information of each clip, in nats."""
        return mutual_information(checked_mc_probs(view))
