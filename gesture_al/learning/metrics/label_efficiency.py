"""Label efficiency: area under the learning curve, labels up to a target, and what a strategy asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gesture_al.core.arrays import Float64


def aulc(labels_R: ArrayLike, scores_R: ArrayLike) -> float:
    """Area under the learning curve by the trapezoid rule, divided by the range of labels.

    Args:
        labels_R: Labels spent up to each round, shape (R,), strictly increasing, R at least 2.
        scores_R: The score of each round, e.g. test macro-F1.

    Returns:
        The mean height of the curve, in the score's unit: a constant curve gives that constant.

    Raises:
        ValueError: Fewer than two rounds, labels that do not increase, or a score that is not finite.

    Source:
        Reyes et al., "Statistical comparisons of active learning strategies over multiple datasets",
        Knowledge-Based Systems 145 (2018).

    >>> aulc([10, 20, 40], [0.5, 0.7, 0.9])
    0.7333333333333333
    """
    labels, scores = _curve(labels_R, scores_R, least=2)
    area = (np.diff(labels) * (scores[1:] + scores[:-1]) / 2).sum()
    return float(area / (labels[-1] - labels[0]))


def labels_to_target(labels_R: ArrayLike, scores_R: ArrayLike, target: float, rounds: int = 2) -> float | None:
    """Labels at which the curve, interpolated between rounds, crosses the target and stays there.

    Args:
        labels_R: Labels spent up to each round, shape (R,), strictly increasing.
        scores_R: The score of each round.
        target: The score to get to; a round at the target counts.
        rounds: How many rounds in a row must stand at or above the target for a crossing to count.

    Returns:
        Labels, a fraction between two rounds' numbers; the first round's where the curve starts above the target; None
        where no crossing was sustained - also when only the last round got there, since nothing shows that it would last.

    Raises:
        ValueError: No rounds, labels that do not increase, or a score that is not finite.

    >>> labels_to_target([10, 20, 30], [0.5, 0.9, 0.9], target=0.7)
    15.0
    """
    labels, scores = _curve(labels_R, scores_R, least=1)
    above = scores >= target
    for first in range(len(labels) - rounds + 1):
        if above[first : first + rounds].all():
            if first == 0:
                return float(labels[0])
            # The round before is below the target, or the crossing would have been found there.
            share = (target - scores[first - 1]) / (scores[first] - scores[first - 1])
            return float(labels[first - 1] + share * (labels[first] - labels[first - 1]))
    return None


@dataclass(frozen=True)
class TargetReached:
    """Labels to the target over several runs.

    Args:
        runs: How many runs there are.
        share: The part of them that got there within the budget, 0 to 1.
        restricted_mean: Mean labels, where a run that did not get there counts as the budget: a lower limit of what it
            would have needed, so runs that failed are neither dropped nor given a made-up number.
    """

    runs: int
    share: float
    restricted_mean: float


def summarise_target(labels: Sequence[float | None], budget: float) -> TargetReached:
    """Sum up `labels_to_target` over runs.

    Args:
        labels: One value a run, None where it never got there; at least one run.
        budget: Labels up to which is counted; a run that got there later counts as not there.

    Raises:
        ValueError: No runs, or a budget that is not above 0.

    Source:
        Royston and Parmar, "Restricted mean survival time", BMC Medical Research Methodology 13:152 (2013).

    >>> summarise_target([40.0, None, 60.0], budget=100)
    TargetReached(runs=3, share=0.6666666666666666, restricted_mean=66.66666666666667)
    """
    if not labels:
        raise ValueError("no runs to sum up")
    if not budget > 0:
        raise ValueError(f"the budget must be above 0 labels, not {budget}")
    there = [value for value in labels if value is not None and value <= budget]
    spent = sum(there) + budget * (len(labels) - len(there))
    return TargetReached(runs=len(labels), share=len(there) / len(labels), restricted_mean=spent / len(labels))


def _curve(labels_R: ArrayLike, scores_R: ArrayLike, least: int) -> tuple[Float64, Float64]:
    labels, scores = np.asarray(labels_R, dtype=np.float64), np.asarray(scores_R, dtype=np.float64)
    if labels.ndim != 1 or labels.shape != scores.shape:
        raise ValueError(f"labels and scores must both be (R,), not {labels.shape} and {scores.shape}")
    if len(labels) < least:
        raise ValueError(f"a learning curve needs {least} or more rounds, not {len(labels)}")
    if not (np.isfinite(labels).all() and np.isfinite(scores).all()):
        raise ValueError("labels and scores of a learning curve must be finite")
    if (np.diff(labels) <= 0).any():
        raise ValueError("labels must increase from round to round")
    return labels, scores


def class_balance(counts_C: ArrayLike) -> float:
    """Entropy of the classes' shares divided by ln C.

    Args:
        counts_C: Labels of each class, shape (C,), C at least 2, 0 or more, not all 0.

    Returns:
        0 (all of one class) to 1 (as many of each).

    Raises:
        ValueError: Fewer than two classes, a negative count, or nothing counted.

    >>> class_balance([5, 5]), class_balance([7, 0, 0])
    (1.0, 0.0)
    """
    counts = np.asarray(counts_C, dtype=np.float64)
    if counts.ndim != 1 or len(counts) < 2 or (counts < 0).any() or counts.sum() == 0:
        raise ValueError(f"counts must be (C,) of two or more classes, none negative, not all 0; got {counts.tolist()}")
    shares = counts[counts > 0] / counts.sum()
    return float(abs(-(shares * np.log(shares)).sum() / np.log(len(counts))))


def redundancy(features_K_D: ArrayLike) -> float:
    """Mean over the clips of one query of the cosine similarity to the most similar other clip of that query.

    Args:
        features_K_D: A description of each clip, shape (K, D), K at least 2, about an origin that stands for the middle of
            the data; a clip that lies in the origin is similar to none (0).

    Returns:
        -1 to 1 (every clip was asked twice). It grows with K, so compare queries of one size.

    Raises:
        ValueError: Fewer than two clips, or a number that is not finite.

    >>> redundancy([[1, 0], [2, 0], [0, 1]])
    0.6666666666666666
    """
    features = np.asarray(features_K_D, dtype=np.float64)
    if features.ndim != 2 or len(features) < 2 or not np.isfinite(features).all():
        raise ValueError(f"features must be (K, D) with K of 2 or more and finite, not {features.shape}")
    length = np.linalg.norm(features, axis=1, keepdims=True)
    unit = features / np.where(length > 0, length, 1)
    similar = unit @ unit.T
    np.fill_diagonal(similar, -np.inf)
    return float(similar.max(axis=1).mean())
