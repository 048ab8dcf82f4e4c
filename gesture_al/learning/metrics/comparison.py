"""Is one strategy better than another? Paired over seeds, since the same seed gives both the same split, start and weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]
LEAST_FOR_INTERVAL = 4


@dataclass(frozen=True)
class Paired:
    """What paired differences say.

    Args:
        pairs: How many pairs (seeds) there are.
        mean: Mean difference, first minus second, in the score's unit.
        low: Lower end of the bootstrap interval of the mean; NaN below four pairs.
        high: Its upper end.
        effect: Matched-pairs rank-biserial correlation, -1 (second always better) to 1 (first always better).
        p: Two-sided p-value of the Wilcoxon signed-rank test, not corrected.
    """

    pairs: int
    mean: float
    low: float
    high: float
    effect: float
    p: float


def compare_paired(
    first_S: ArrayLike,
    second_S: ArrayLike,
    rng: np.random.Generator,
    level: float = 0.95,
    resamples: int = 10_000,
    test_error_B: ArrayLike | None = None,
) -> Paired:
    """Compare two settings that were run with the same seeds.

    Args:
        first_S: A score a seed, shape (S,), S at least 1.
        second_S: The other setting's, in the same order of seeds.
        rng: Where the bootstrap's draws come from.
        level: Of the interval, 0 to 1.
        resamples: Draws of the bootstrap-t over pairs. In simulations with 4 to 20 pairs its 95% interval covered the truth in
            92 to 96% of studies (normal and exponential differences, 600 each); BCa did in 76 to 94% (normal, 300 each).
        test_error_B: Draws of the error that the choice of test people puts into the mean difference, any number; the interval
            then allows for both, as for two independent errors. None: the interval speaks of these test clips only.

    Raises:
        ValueError: Shapes that differ, no pairs, or a score that is not finite.

    Source:
        Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945); Kerby, "The simple difference
        formula", Comprehensive Psychology 3 (2014); Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), 12.5.
    """
    difference = _differences(first_S, second_S)
    low, high = _interval(difference, rng, level, resamples, test_error_B)
    return Paired(
        pairs=len(difference),
        mean=float(difference.mean()),
        low=low,
        high=high,
        effect=rank_biserial(difference),
        p=signed_rank_p(difference),
    )


def signed_rank_p(difference_S: ArrayLike) -> float:
    """Two-sided p-value of the Wilcoxon signed-rank test; exact up to 50 pairs without ties. 1 where nothing differs.

    >>> signed_rank_p([0.1, 0.2, 0.3, 0.4, 0.5])
    0.0625
    """
    from scipy.stats import wilcoxon

    difference = np.asarray(difference_S, dtype=np.float64)
    if not difference.any():
        return 1.0
    return float(wilcoxon(difference, alternative="two-sided", method="auto").pvalue)


def rank_biserial(difference_S: ArrayLike) -> float:
    """Matched-pairs rank-biserial correlation: ranks in favour minus ranks against, over all ranks; 0 where nothing differs.

    >>> rank_biserial([0.3, 0.2, -0.1])
    0.6666666666666666
    """
    from scipy.stats import rankdata

    difference = np.asarray(difference_S, dtype=np.float64)
    difference = difference[difference != 0]
    if not len(difference):
        return 0.0
    ranks = rankdata(np.abs(difference))
    return float((ranks * np.sign(difference)).sum() / ranks.sum())


def holm(p_M: ArrayLike) -> Float:
    """P-values adjusted so that the chance of any false alarm among all M tests stays below the level.

    Args:
        p_M: P-values of one family of tests, shape (M,); NaN (no test possible) stays NaN and does not count.

    Returns:
        Adjusted p-values, shape (M,), to be compared with the level itself.

    Source:
        Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).
    """
    values = np.asarray(p_M, dtype=np.float64)
    # Four lines, since statsmodels' `multipletests` collects garbage at every call, 70 ms each.
    order = np.argsort(values)[: np.count_nonzero(~np.isnan(values))]
    adjusted = np.full(values.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] * np.arange(len(order), 0, -1)), 1)
    return adjusted


def seeds_needed(comparisons: int, alpha: float = 0.05) -> int:
    """Pairs from which on a Wilcoxon test of this many comparisons can reach the level at all, Holm's correction included.

    The smallest two-sided p-value of S pairs is 2 / 2**S, and Holm multiplies the smallest of M by M.

    >>> seeds_needed(1), seeds_needed(3)
    (6, 7)
    """
    return math.ceil(1 + math.log2(comparisons / alpha) - 1e-12)


def _interval(
    difference_S: Float, rng: np.random.Generator, level: float, resamples: int, test_error_B: ArrayLike | None
) -> tuple[float, float]:
    """The bootstrap-t interval of the mean, widened by the error from test people where there is one."""
    pairs, mean, spread = (
        len(difference_S),
        float(difference_S.mean()),
        float(difference_S.std(ddof=1)) if len(difference_S) > 1 else 0.0,
    )
    if pairs < LEAST_FOR_INTERVAL:
        return math.nan, math.nan
    errors = np.zeros(1)
    if spread > 1e-12:
        drawn = difference_S[rng.integers(0, pairs, (resamples, pairs))]
        spreads = drawn.std(axis=1, ddof=1)
        # A draw of one pair alone, S times over, has no spread to be measured in.
        kept = spreads > 1e-9 * spread
        errors = spread * (drawn.mean(axis=1) - mean)[kept] / spreads[kept]
    if test_error_B is not None:
        others = np.asarray(test_error_B, dtype=np.float64)
        errors = rng.choice(errors, resamples) + rng.choice(others, resamples)
    low, high = np.quantile(errors, [(1 - level) / 2, (1 + level) / 2])
    return mean - float(high), mean - float(low)


def _differences(first_S: ArrayLike, second_S: ArrayLike) -> Float:
    first, second = np.asarray(first_S, dtype=np.float64), np.asarray(second_S, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape or len(first) == 0:
        raise ValueError(f"paired scores must both be (S,) with S > 0, not {first.shape} and {second.shape}")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("paired scores must be finite")
    return first - second
