"""Ask where the members' probabilities spread the most."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Float, PoolView
from gesture_al.active.strategies.committee import CommitteeStrategy, check_members, checked_mc_probs
from gesture_al.active.strategies.information import blocks


def mean_std(mc_probs_S_N_C: Float) -> Float:
    """Standard deviation over the members, averaged over the classes.

    Args:
        mc_probs_S_N_C: Class probabilities of S passes or members, shape (S, N, C); rows sum to 1.

    Returns:
        Mean deviation, shape (N,), between 0 (all agree) and 0.5.

    Raises:
        ValueError: Not three-dimensional, or a row does not sum to 1.

    Source:
        Kampffmeyer, Salberg and Jenssen (2016), as in Gal, Islam and Ghahramani, "Deep Bayesian Active Learning with Image
        Data" (2017).

    >>> mean_std(np.array([[[1.0, 0.0]], [[0.0, 1.0]]])).tolist()
    [0.5]
    """
    check_members(mc_probs_S_N_C)
    members, count, classes = mc_probs_S_N_C.shape
    made = np.empty(count, dtype=mc_probs_S_N_C.dtype)
    for rows in blocks(count, members * classes):
        made[rows] = mc_probs_S_N_C[:, rows].std(axis=0).mean(axis=1)
    return made


@STRATEGIES.register("mean_std")
class MeanStd(CommitteeStrategy):
    """Widest spread first."""

    def score(self, view: PoolView) -> Float:
        """Mean deviation of each clip."""
        return mean_std(checked_mc_probs(view))
