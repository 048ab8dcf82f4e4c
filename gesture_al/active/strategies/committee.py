"""What the strategies over several predictions of one clip share: how many there are, and that they are probabilities."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import Float, Needs, PoolView, ScoreStrategy, not_one


class CommitteeStrategy(ScoreStrategy):
    """A score from S predictions of every clip, by passes with dropout or by the members of an ensemble.

    Args:
        samples: S, at least 2.
    """

    needs = Needs.MC_PROBS

    def __init__(self, samples: int = 10) -> None:
        self.samples = checked_samples(samples)


def checked_samples(samples: int) -> int:
    """The number, refused below 2: one prediction agrees with itself."""
    if samples < 2:
        raise ValueError(f"samples is {samples}; give a whole number, 2 or more")
    return samples


def checked_mc_probs(view: PoolView) -> Float:
    """The view's sampled class probabilities, (S, N, C), refused where they are no probabilities.

    Raises:
        ValueError: Absent, not (S, N, C), not finite, or a row that does not sum to 1; the message names the row.
    """
    if view.mc_probs is None:
        raise ValueError("this strategy needs class probabilities of several passes (mc_probs) and was given none")
    check_members(view.mc_probs)
    return view.mc_probs


def check_members(mc_probs_S_N_C: Float) -> None:
    """Refuse an array that is not (S, N, C) with S at least 1 and rows that sum to 1."""
    if mc_probs_S_N_C.ndim != 3 or not len(mc_probs_S_N_C):
        raise ValueError(f"class probabilities of several passes must be (S, N, C), not {mc_probs_S_N_C.shape}")
    off = not_one(mc_probs_S_N_C).any(axis=0)
    if off.any():
        raise ValueError(f"row {int(np.argmax(off))} of the class probabilities does not sum to 1 in every pass")


def votes(mc_probs_S_N_C: Float) -> Float:
    """Share of the members that find each class likeliest, (N, C)."""
    members, count, classes = mc_probs_S_N_C.shape
    flat = mc_probs_S_N_C.argmax(axis=2) + np.arange(count) * classes
    counts = np.bincount(flat.ravel(), minlength=count * classes).reshape(count, classes)
    return np.asarray(counts / members)
