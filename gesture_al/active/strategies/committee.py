"""Committee strategies: scores from several predictions of a clip, by passes with dropout or by the members of an ensemble."""

from __future__ import annotations

from typing import Literal

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, CommitteeStrategy, PoolView, Samples, check_members, checked_mc_probs
from gesture_al.active.strategies.scores import blocks, mutual_information, row_entropy
from gesture_al.core.arrays import Floating


def votes(mc_probs_S_N_C: Floating) -> Floating:
    """Share of the members that find each class likeliest, (N, C)."""
    members, count, classes = mc_probs_S_N_C.shape
    flat = mc_probs_S_N_C.argmax(axis=2) + np.arange(count) * classes
    counts = np.bincount(flat.ravel(), minlength=count * classes).reshape(count, classes)
    return np.asarray(counts / members)


def bald(mc_probs_S_N_C: Floating) -> Floating:
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

    def score(self, view: PoolView) -> Floating:
        """Mutual information of each clip, in nats."""
        return mutual_information(checked_mc_probs(view))


def mean_std(mc_probs_S_N_C: Floating) -> Floating:
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

    def score(self, view: PoolView) -> Floating:
        """Mean deviation of each clip."""
        return mean_std(checked_mc_probs(view))


def variation_ratio(mc_probs_S_N_C: Floating) -> Floating:
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

    def score(self, view: PoolView) -> Floating:
        """Share of each clip's members that lost the vote."""
        return variation_ratio(checked_mc_probs(view))


def vote_entropy(mc_probs_S_N_C: Floating) -> Floating:
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

    def score(self, view: PoolView) -> Floating:
        """Entropy of each clip's votes, in nats."""
        return vote_entropy(checked_mc_probs(view))


def kl_divergence(mc_probs_S_N_C: Floating) -> Floating:
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

    def __init__(self, samples: Samples = 10, members: Literal["mean", "max"] = "mean") -> None:
        super().__init__(samples)
        self.members = members

    def score(self, view: PoolView) -> Floating:
        """Mean or largest divergence of each clip, in nats."""
        divergence = kl_divergence(checked_mc_probs(view))
        return np.asarray(divergence.mean(axis=0) if self.members == "mean" else divergence.max(axis=0))
