"""Intervals of F1 from one confusion matrix: corrected for the bias of few clips, with as many clips as the score is worth.

No draws are needed: everything is a sum over the matrix, so the same matrix always has the same interval. How often the
intervals cover, and what was tried before: docs/statistics.md; measured by benchmarks/coverage.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from gesture_al.core.arrays import Float64
from gesture_al.learning.metrics.classification import macro_f1, weighted_f1

Average = Literal["macro", "weighted"]

SCORES: dict[Average, Callable[[Any], Any]] = {"macro": macro_f1, "weighted": weighted_f1}
"""The averages of F1 that have an interval."""

TOO_FEW = "too few clips"
"""What is said where there is a score but no interval."""

LEAST_CLIPS_A_CLASS = 2
"""With fewer clips than this in the mean class nothing tells how a class differs from itself, so there is no interval."""

# Added to half a clip on the outer side of each end: 0 is Jeffreys' interval, 1/2 is Clopper and Pearson's.
_CAUTION = 0.25
# At this many clips the measured design effect counts half, and half the one that comes from unequal sizes alone (Kish).
_CLIPS_FOR_DESIGN = 30
# Correlation of two clips of one class: more than this is not believed, and this much is assumed where classes are weighed.
_MOST_CORRELATION, _LEAST_CORRELATION = 0.5, 0.2
# Squared coefficient of variation of how often a class is named wrongly, at the least.
_LEAST_DISPERSION = 1.0
_NODES, _WEIGHTS = np.polynomial.laguerre.laggauss(16)


class F1Estimate(NamedTuple):
    """What a confusion matrix says about the F1 score, or a stack of matrices about theirs; all of shape (...).

    Attributes:
        score: The score on the clips, 0 to 1.
        corrected: The score less its bias: the smaller the classes, the further the score lies below that of the population.
        clips: Effective clips: of a plain share with the same value and variance.
        few: Whether there are too few clips for an interval.
    """

    score: Float64
    corrected: Float64
    clips: Float64
    few: Any


class _Classes(NamedTuple):
    """What is assumed of each class once the noise of few clips is shrunk away; all (..., C).

    Attributes:
        clips: True clips, n.
        right: Probability that a clip of the class is named right, p.
        spread: What is left of the binomial variance n p (1 - p) within the class, 0 to 1.
        wrong: Expected clips of other classes that are named this one, q.
        wrong_spread: Variance of that number, as a share of a Poisson's, 0 to 1.
    """

    clips: Float64
    right: Float64
    spread: Float64
    wrong: Float64
    wrong_spread: Float64


def f1_estimate(confusion: ArrayLike, average: Average) -> F1Estimate:
    """The score, its bias and its effective number of clips.

    1. Probabilities are shrunk. The rate at which a class is named right goes towards that of all classes, the number of
       clips wrongly named it towards what its size would give; how far, the spread between classes says.
    2. The expected score of as many clips at these probabilities has a closed form, an integral of generating functions that
       sixteen nodes give to five digits. Its distance from the score of the probabilities themselves is the bias.
    3. The variance is the delta method's, over multinomial rows, stretched by how much the exact variance of the classes' F1
       exceeds the linear one. The share F with this variance would come from F (1 - F) / variance clips. Below some thirty
       clips that number is itself too unsure, and is mixed with the one that the classes' sizes alone give (all clips, where the
       sizes are equal or clips count alike).

    Args:
        confusion: Counts, shape (..., C, C), true classes in rows.
        average: `macro` or `weighted`.

    Raises:
        ValueError: `confusion` is no confusion matrix.

    Source:
        Takahashi, Yamamoto, Kuchiba and Koyama, "Confidence interval for micro-averaged F1 and macro-averaged F1 scores",
        Applied Intelligence 52 (2022), for the delta method; Donner, "A review of inference procedures for the
        intraclass correlation coefficient", Int. Stat. Rev. 54 (1986), for the spread between classes; Korn and Graubard,
        "Confidence intervals for proportions with small expected number of positive counts estimated from survey data",
        Survey Methodology 24 (1998), for the effective sample size. Shrinking before the bias is taken is this project's.
    """
    counts = np.asarray(confusion, dtype=np.float64)
    score = np.asarray(SCORES[average](counts))  # refuses what is no confusion matrix
    clips, present = counts.sum(axis=(-2, -1)), (counts.sum(axis=-1) > 0).sum(axis=-1)
    few = (clips < LEAST_CLIPS_A_CLASS * present) | (clips == 0)
    counts = np.where(few[..., None, None], np.eye(counts.shape[-1]), counts)  # whatever is finite
    total = counts.sum(axis=(-2, -1))
    classes = _shrunk(counts)
    share = classes.clips if average == "weighted" else (classes.clips > 0).astype(np.float64)
    share = share / share.sum(axis=-1, keepdims=True)
    hits = classes.clips * classes.right
    each = hits + classes.clips + classes.wrong
    f1 = 2 * hits / np.where(each > 0, each, 1)
    expected, variance = _f1_moments(classes)
    by_hit = share * 2 * (classes.clips + classes.wrong) / np.where(each > 0, each, 1) ** 2
    by_wrong = -share * f1 / np.where(each > 0, each, 1)
    of_hits = hits * (1 - classes.right)
    linear = by_hit**2 * of_hits + by_wrong**2 * classes.wrong * classes.wrong_spread
    stretch = np.clip((share**2 * variance).sum(axis=-1) / linear.sum(axis=-1), 1, 2)
    of_score = stretch * _linear_variance(counts, classes, by_hit, by_wrong)
    smooth = (share * f1).sum(axis=-1)
    design = of_score * total / (smooth * (1 - smooth))
    trust = total / (total + _CLIPS_FOR_DESIGN)
    of_sizes = total * (share**2 / np.maximum(classes.clips, 1e-9)).sum(axis=-1)
    bias = (share * (expected - f1)).sum(axis=-1)
    return F1Estimate(score, np.clip(score - bias, 0, 1), total / (trust * design + (1 - trust) * of_sizes), few)


def f1_intervals(confusion: ArrayLike, average: Average, level: float = 0.95) -> Float64:
    """Two-sided intervals of the F1 score of a stack of confusion matrices, each widened where need be to hold its score.

    Args:
        confusion: Counts, shape (..., C, C), true classes in rows.
        average: `macro` or `weighted`.
        level: Wanted coverage, above 0 and below 1.

    Returns:
        Low and high, shape (..., 2), 0 to 1; NaN where there are too few clips.

    Raises:
        ValueError: No confusion matrix, or a level outside 0..1.

    Source:
        Beta quantiles between those of Jeffreys and of Clopper and Pearson at the effective number of clips: Dean and Pagano,
        "Evaluating confidence interval methods for binomial proportions in clustered surveys", J. Surv. Stat. Methodol. 3
        (2015).
    """
    _check_share("level", level)
    score, share, clips, few = f1_estimate(confusion, average)
    low, high = (_beta_end(share, clips, tail, _CAUTION) for tail in ((1 - level) / 2, (1 + level) / 2))
    ends = np.stack([np.minimum(low, score), np.maximum(high, score)], axis=-1)
    return np.where(few[..., None], np.nan, ends)


def f1_interval(confusion: ArrayLike, average: Average, level: float = 0.95) -> tuple[float, float] | None:
    """`f1_intervals` of one matrix; None where there are too few clips: fewer than two a class in the mean, or none at all.

    Raises:
        ValueError: Not one confusion matrix (C, C), or a level outside 0..1.
    """
    low, high = f1_intervals(_one(confusion), average, level).tolist()
    return None if np.isnan(low) else (low, high)


def macro_f1_interval(confusion: ArrayLike, level: float = 0.95) -> tuple[float, float] | None:
    """`f1_interval` of macro-F1: the score lies in it, and so does that of the population in 95 of 100 tests (`level`).

    >>> low, high = macro_f1_interval([[12, 0, 0], [0, 12, 0], [0, 0, 12]])
    >>> round(low, 3), high
    (0.913, 1.0)
    >>> macro_f1_interval([[1, 0], [0, 1]]) is None  # one clip a class
    True
    """
    return f1_interval(confusion, "macro", level)


def f1_lower_bounds(confusion: ArrayLike, average: Average, confidence: float) -> Float64:
    """One-sided lower bounds of the F1 score of a stack of confusion matrices: it lies above with this confidence at least.

    Clopper and Pearson's at the effective number of clips, so that they err at most as often as they say.

    Args:
        confusion: Counts, shape (..., C, C), true classes in rows.
        average: `macro` or `weighted`.
        confidence: Above 0.5 and below 1.

    Returns:
        The bounds, shape (...), 0 to 1, never above the score; NaN where there are too few clips.

    Raises:
        ValueError: No confusion matrix, or a confidence outside 0.5..1.
    """
    _check_share("confidence", confidence)
    if confidence <= 0.5:
        raise ValueError(f"a lower bound needs a confidence above 0.5, not {confidence}")
    score, share, clips, few = f1_estimate(confusion, average)
    return np.where(few, np.nan, np.minimum(_beta_end(share, clips, 1 - confidence, 0.5), score))


def f1_lower_bound(confusion: ArrayLike, average: Average, confidence: float) -> float | None:
    """`f1_lower_bounds` of one matrix; None where there are too few clips.

    Raises:
        ValueError: Not one confusion matrix (C, C), or a confidence outside 0.5..1.
    """
    bound = float(f1_lower_bounds(_one(confusion), average, confidence))
    return None if np.isnan(bound) else bound


def macro_f1_lower_bound(confusion: ArrayLike, confidence: float) -> float | None:
    """`f1_lower_bound` of macro-F1.

    >>> 0.97 < macro_f1_lower_bound([[100, 0], [0, 100]], 0.95) < 1
    True
    """
    return f1_lower_bound(confusion, "macro", confidence)


def _shrunk(counts: Float64) -> _Classes:
    clips, right = counts.sum(axis=-1), np.diagonal(counts, axis1=-2, axis2=-1)
    wrong = counts.sum(axis=-2) - right
    correlation = _correlation(clips, right)
    one = np.maximum(clips, 1)
    weight = clips / (1 + (one - 1) * np.maximum(correlation, _LEAST_CORRELATION))
    total = clips.sum(axis=-1, keepdims=True)
    # Half a clip right and half a clip wrong beside all, so that no class is sure.
    of_all = _pooled((weight * right / one).sum(axis=-1, keepdims=True) / weight.sum(axis=-1, keepdims=True), total)
    rate = of_all + clips * correlation / (1 + (one - 1) * correlation) * (right / one - of_all)
    spread = (one * correlation + 1 - correlation) / (one * correlation + 1)
    # Errors go to the other classes by their sizes, unless the counts say otherwise.
    errors = clips * (1 - rate) / np.maximum(total - clips, 1e-300) * (total > clips)
    expected = clips * (errors.sum(axis=-1, keepdims=True) - errors)
    poisson = _noise_of_wrong(counts, clips, right, wrong)
    dispersion = ((wrong - expected) ** 2).sum(axis=-1, keepdims=True) - poisson.sum(axis=-1, keepdims=True)
    dispersion = np.maximum(dispersion / np.maximum((expected**2).sum(axis=-1, keepdims=True), 1e-300), _LEAST_DISPERSION)
    if counts.shape[-1] == 2:
        dispersion = dispersion * 0  # all errors of one class are the other's, so `expected` knows them already
    share = dispersion * expected / (1 + dispersion * expected)
    all_wrong = wrong.sum(axis=-1, keepdims=True)
    wrong_spread = np.where(all_wrong > 0, poisson.sum(axis=-1, keepdims=True) / np.maximum(all_wrong, 1e-300), 1)
    return _Classes(clips, rate, spread, expected + share * (wrong - expected), np.broadcast_to(wrong_spread, clips.shape))


def _correlation(clips: Float64, right: Float64) -> Float64:
    """Correlation of two clips of one class in being named right, (..., 1), by analysis of variance; 0 to `_MOST_CORRELATION`."""
    total, classes = clips.sum(axis=-1), (clips > 0).sum(axis=-1)
    rate = _pooled(right.sum(axis=-1) / total, total)
    between = (clips * (right / np.maximum(clips, 1) - rate[..., None]) ** 2).sum(axis=-1) / (rate * (1 - rate))
    further = total - (clips**2).sum(axis=-1) / total - (classes - 1)
    correlation = (between - (classes - 1)) / np.where(further > 0, further, 1)
    return np.asarray((np.clip(correlation, 0, _MOST_CORRELATION) * (further > 0))[..., None])


def _pooled(rate: Float64, clips: Float64) -> Float64:
    return (rate * clips + 0.5) / (clips + 1)


def _noise_of_wrong(counts: Float64, clips: Float64, right: Float64, wrong: Float64) -> Float64:
    """Variance of the number of clips wrongly named each class, (..., C): a Poisson's less what comes from few rows."""
    others = np.maximum(clips - 1, 1)
    pairs = (counts * np.maximum(counts - 1, 0) / others[..., None]).sum(axis=-2) - right * np.maximum(right - 1, 0) / others
    return np.asarray(np.maximum(wrong - pairs, 0))


def _f1_moments(classes: _Classes) -> tuple[Float64, Float64]:
    """Mean and variance of each class's F1 = 2 T / (n + T + W) over tests, (..., C).

    T is binomial, W between binomial and Poisson, and they are independent, for they come from different rows. 1 / D is the
    integral of s^(D - 1) over 0..1, so the mean is that of 2 n p s^n (1 - p + p s)^(n - 1) G(s), with G the generating function
    of W; the second moment likewise with -ln s. With s = exp(-y / d), d the expected D, it is Gauss and Laguerre's.
    """
    n, p, wrong = classes.clips[..., None], classes.right[..., None], classes.wrong[..., None]
    hits = n * p
    d = np.maximum(n + hits + wrong, 1e-9)
    s, log_s = np.exp(-_NODES / d), -_NODES / d
    binomial = 1 - classes.wrong_spread[..., None]
    with_binomial = np.where(binomial > 1e-9, binomial, 1)
    log_g = wrong * np.where(binomial > 1e-9, np.log(np.maximum(1 - binomial * (1 - s), 1e-300)) / with_binomial, np.expm1(log_s))
    of_t = np.maximum(1 - p + p * s, 1e-300)
    rest = _WEIGHTS / d * np.exp(_NODES + n * log_s + log_g)
    mean = (rest * 2 * hits * s * of_t ** (n - 1)).sum(axis=-1)
    second = (rest * -4 * log_s * hits * s * of_t ** (n - 2) * (of_t + (n - 1) * p * s)).sum(axis=-1)
    # Where classes differ, their clips vary less than at the mean rate: in between the mean for T that does not vary at all.
    fixed = (rest * 2 * hits * s**hits).sum(axis=-1)
    return classes.spread * mean + (1 - classes.spread) * fixed, np.maximum(second - mean**2, 0)


def _linear_variance(counts: Float64, classes: _Classes, by_hit: Float64, by_wrong: Float64) -> Float64:
    """Variance of the score by the delta method, (...): each row is a multinomial draw of its clips.

    Where the errors of a class go is its counts plus one clip that goes as all errors do.
    """
    missed = classes.clips - np.diagonal(counts, axis1=-2, axis2=-1)
    others = np.maximum(classes.wrong.sum(axis=-1, keepdims=True) - classes.wrong, 1e-300)

    def of_an_error(slope: Float64) -> Float64:
        own = np.diagonal(counts, axis1=-2, axis2=-1) * slope
        counted = (counts @ slope[..., None])[..., 0] - own
        as_all = ((classes.wrong * slope).sum(axis=-1, keepdims=True) - classes.wrong * slope) / others
        return np.asarray((counted + as_all) / (missed + 1))

    mean, square = of_an_error(by_wrong), of_an_error(by_wrong**2)
    errors = classes.clips * (1 - classes.right)
    rows = classes.right * errors * classes.spread * (by_hit - mean) ** 2 + errors * np.maximum(square - mean**2, 0)
    return np.asarray(rows.sum(axis=-1))


def _beta_end(share: Float64, clips: Float64, tail: float, caution: float) -> Float64:
    """The end of an interval of a share below which `tail` lies."""
    from scipy.special import betaincinv

    outer = caution if tail < 0.5 else -caution
    right, wrong = clips * share + 0.5 - outer, clips * (1 - share) + 0.5 + outer
    end = betaincinv(np.maximum(right, 1e-9), np.maximum(wrong, 1e-9), tail)
    sure = share <= 0 if tail < 0.5 else share >= 1
    return np.asarray(np.where(sure, 0.0 if tail < 0.5 else 1.0, end))


def _one(confusion: ArrayLike) -> Float64:
    counts = np.asarray(confusion, dtype=np.float64)
    if counts.ndim != 2:
        raise ValueError(f"one matrix (C, C), not {counts.shape}")
    return counts


def _check_share(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise ValueError(f"the {name} must be above 0 and below 1, not {value}")
