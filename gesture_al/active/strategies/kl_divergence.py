"""Ask where members are farthest from what they believe together."""

from __future__ import annotations

from typing import Literal

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Float, PoolView
from gesture_al.active.strategies.committee import CommitteeStrategy, check_members, checked_mc_probs
from gesture_al.active.strategies.information import blocks


def kl_divergence(mc_probs_S_N_C: Float) -> Float:
    """Kullback-Leibler divergence of every member from the mean of all.

    Args:
        mc_probs_S_N_C: Class probabilities of S passes or members, shape (S, N, C); rows sum to 1.

    Returns:
        Divergence in nats, shape (S, N), between 0 and ln(S). Its mean over the members is their mutual information.

    Raises:
        ValueError: Not three-dimensional, or a row does not sum to 1.

    Source:
        McCallum and Nigam, "Employing EM and Pool-Based Active Learning for Text Classification" (1998), section 3.

    >>> kl_divergence(np.array([[[1.0, 0.0]], [[0.0, 1.0]]])).round(4).tolist()
    [[0.6931], [0.6931]]
    """
    check_members(mc_probs_S_N_C)
    members, count, classes = mc_probs_S_N_C.shape
    made = np.empty((members, count), dtype=mc_probs_S_N_C.dtype)
    tiny = np.finfo(mc_probs_S_N_C.dtype).tiny
    for rows in blocks(count, members * classes):
        block = mc_probs_S_N_C[:, rows]
        log_mean = np.log(np.maximum(block.mean(axis=0), tiny))
        made[:, rows] = np.einsum("snc,snc->sn", block, np.log(np.maximum(block, tiny)) - log_mean)
    return np.maximum(made, 0)


@STRATEGIES.register("kl_divergence")
class KlDivergence(CommitteeStrategy):
    """Largest divergence first.

    Args:
        samples: Members, at least 2.
        members: `mean` of all members, or `max`, the one that is farthest off.
    """

    def __init__(self, samples: int = 10, members: Literal["mean", "max"] = "mean") -> None:
        super().__init__(samples)
        if members not in ("mean", "max"):
            raise ValueError(f"members is {members}; give mean or max")
        self.members = members

    def score(self, view: PoolView) -> Float:
        """Mean or largest divergence of each clip, in nats."""
        divergence = kl_divergence(checked_mc_probs(view))
        return np.asarray(divergence.mean(axis=0) if self.members == "mean" else divergence.max(axis=0))
