"""Intervals of F1: the posterior of the confusion matrix that a few test clips leave.

A percentile bootstrap says (1.0, 1.0) where 36 of 36 clips are right; the posterior knows that 36 clips cannot show that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from gesture_al.core.arrays import Float64
from gesture_al.learning.metrics.classification import macro_f1, weighted_f1

Average = Literal["macro", "weighted"]

SCORES: dict[Average, Callable[[Any], Any]] = {"macro": macro_f1, "weighted": weighted_f1}
"""The averages of F1 that have an interval."""

# A stack of drawn matrices is made in slices of about 16 MB, so that many classes cost time but not memory.
_SLICE = 2_000_000
# A quantile with fewer draws behind it than this is stretched from the last one that has them and the one five times as likely.
_DRAWS_IN_TAIL, _STRETCH = 20, 5


def f1_posterior(
    confusion: ArrayLike, average: Average, rng: np.random.Generator, draws: int = 2000, prior_right: float = 1.0
) -> Float64:
    """Draws of the F1 score from its posterior.

    The C x C cell probabilities have a Dirichlet prior and the clips are independent, so their posterior is Dirichlet with
    the counts added; F1 does not change with the matrix's scale, so plain gamma draws do. The prior weight of each wrong cell
    is 1 / C**2: a weight of 1 everywhere is mostly errors and pulls a good score far down, a weight of 0 leaves a cell
    without clips no room for an error. Measured coverage: tests/metrics.

    Args:
        confusion: Counts, shape (C, C), true classes in rows.
        average: `macro` or `weighted`.
        rng: Where the draws come from.
        draws: D, how many.
        prior_right: Prior weight of each right cell, above 0. With 1 two-sided intervals cover as often as they say; with
            1 / C**2 (all cells alike, their sum 1: Perks' prior) a lower bound errs at most as often as it says.

    Returns:
        Scores, shape (D,), 0 to 1.

    Raises:
        ValueError: `confusion` is not one matrix (C, C) of counts, or `draws` is below 1.

    Source:
        Goutte and Gaussier, "A probabilistic interpretation of precision, recall and F-score", ECIR 2005;
        Caelen, "A Bayesian interpretation of the confusion matrix", Ann. Math. Artif. Intell. 81 (2017), pages 429-450,
        for the whole matrix. Perks, "Some observations on inverse probability including a new indifference rule", J. Inst.
        Actuaries 73 (1947), for the even prior; the other is this project's.
    """
    counts = np.asarray(confusion, dtype=np.float64)
    SCORES[average](counts)  # refuses what is no confusion matrix
    if counts.ndim != 2 or draws < 1:
        raise ValueError(f"one matrix (C, C) and 1 or more draws, not {counts.shape} and {draws}")
    classes = len(counts)
    prior = np.full((classes, classes), 1 / classes**2)
    np.fill_diagonal(prior, prior_right)
    step = max(1, _SLICE // classes**2)
    slices = (min(step, draws - first) for first in range(0, draws, step))
    return np.concatenate([SCORES[average](rng.standard_gamma(counts + prior, (n, classes, classes))) for n in slices])


def f1_interval(
    confusion: ArrayLike, average: Average, level: float, rng: np.random.Generator, draws: int = 2000
) -> tuple[float, float]:
    """Two-sided interval of the F1 score, equal tails, widened where need be so that the point estimate lies in it.

    The widening matters where a class has no clip: the point estimate counts it 0, the posterior knows nothing about it, and
    the interval says both.

    Args:
        confusion: Counts, shape (C, C), true classes in rows.
        average: `macro` or `weighted`.
        level: Wanted coverage, above 0 and below 1.
        rng: Where the draws come from.
        draws: How many; 2000 put about 0.002 of noise on the ends at 46 clips.

    Returns:
        Low and high, 0 to 1; (0.0, 1.0) without clips.

    Raises:
        ValueError: No confusion matrix, or a level outside 0..1.
    """
    _check_share("level", level)
    if not np.any(confusion):
        return 0.0, 1.0
    point = SCORES[average](confusion)
    low, high = np.quantile(f1_posterior(confusion, average, rng, draws), [(1 - level) / 2, (1 + level) / 2])
    return min(float(low), point), max(float(high), point)


def macro_f1_interval(
    confusion: ArrayLike, level: float = 0.95, *, rng: np.random.Generator, draws: int = 2000
) -> tuple[float, float]:
    """`f1_interval` of macro-F1.

    >>> low, high = macro_f1_interval(np.diag([12, 12, 12]), rng=np.random.default_rng(0))
    >>> low < 0.95 and high == 1.0
    True
    """
    return f1_interval(confusion, "macro", level, rng, draws)


def f1_lower_bound(
    confusion: ArrayLike, average: Average, confidence: float, rng: np.random.Generator, draws: int = 2000
) -> float:
    """One-sided lower bound of the F1 score: it lies above with this confidence.

    A confidence so high that the draws hold fewer than twenty values below it (0.9999 with 2000 draws) is reached by
    stretching the lowest quantiles that they do hold along an exponential tail; the true tail is thinner, so the bound
    errs to the low side.

    Args:
        confusion: Counts, shape (C, C), true classes in rows.
        average: `macro` or `weighted`.
        confidence: Above 0.5 and below 1.
        rng: Where the draws come from.
        draws: How many, at least 200.

    Returns:
        The bound, 0 to 1, never above the point estimate; 0.0 without clips.

    Raises:
        ValueError: No confusion matrix, a confidence outside 0.5..1, or fewer than 200 draws.
    """
    _check_share("confidence", confidence)
    if confidence <= 0.5 or draws < 200:
        raise ValueError(f"a lower bound needs a confidence above 0.5 and 200 draws, not {confidence} and {draws}")
    if not np.any(confusion):
        return 0.0
    scores = f1_posterior(confusion, average, rng, draws, prior_right=1 / len(np.asarray(confusion)) ** 2)
    wanted = 1 - confidence
    held = max(wanted, _DRAWS_IN_TAIL / draws)
    bound, higher = (float(q) for q in np.quantile(scores, [held, min(0.5, _STRETCH * held)]))
    bound -= (higher - bound) * math.log(held / wanted) / math.log(_STRETCH)
    return min(max(bound, 0.0), float(SCORES[average](confusion)))


def macro_f1_lower_bound(confusion: ArrayLike, confidence: float, rng: np.random.Generator, draws: int = 2000) -> float:
    """`f1_lower_bound` of macro-F1.

    >>> bound = macro_f1_lower_bound(np.diag([100, 100]), 0.95, np.random.default_rng(0))
    >>> 0.97 < bound < 1
    True
    """
    return f1_lower_bound(confusion, "macro", confidence, rng, draws)


def _check_share(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise ValueError(f"the {name} must be above 0 and below 1, not {value}")
