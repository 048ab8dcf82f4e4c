"""Power of paired comparisons: what so many seeds can show at all, and how large a difference they would find."""

from __future__ import annotations

import numpy as np

from gesture_al.core.arrays import Float64, Int64

_DRAWS, _HALVINGS = 4000, 24


def smallest_p(pairs: int, comparisons: int = 1) -> float:
    """The smallest two-sided p-value of a Wilcoxon signed-rank test, after Holm's correction; at most 1.

    Args:
        pairs: Seeds that both settings ran with, 1 or more.
        comparisons: Tests in the family, 1 or more.

    Source:
        Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945): all S differences are of one
        sign with the probability 2 / 2**S; Holm, Scandinavian Journal of Statistics 6 (1979), multiplies the smallest of M by M.

    >>> smallest_p(6), smallest_p(10, 28)
    (0.03125, 0.0546875)
    """
    return min(1.0, comparisons * 2.0 ** (1 - pairs))


def detectable_difference(pairs: int, comparisons: int = 1, alpha: float = 0.05, power: float = 0.8) -> float:
    """The mean difference that a study finds with this probability, in standard deviations of the paired differences.

    Found is what Holm's first step finds: p <= alpha / comparisons. Normal differences, simulated (4000 studies, always the
    same), with the exact null distribution of the signed ranks, so that it also holds for few pairs.

    Args:
        pairs: Seeds that both settings ran with, 1 to about 100.
        comparisons: Tests in the family, 1 or more.
        alpha: Level of the family, above 0 and below 1.
        power: Wanted probability, above 0 and below 1.

    Returns:
        Above 0; infinity where no difference is ever significant with so few pairs.
    """
    critical = _critical_rank_sum(pairs, alpha / comparisons)
    if critical < 0:
        return float("inf")
    noise_D_S = np.random.default_rng(0).standard_normal((_DRAWS, pairs))
    low, high = 0.0, 100.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        found = float((_rank_sums_against(noise_D_S + middle) <= critical).mean())
        low, high = (low, middle) if found >= power else (middle, high)
    return high


def _rank_sums_against(difference_D_S: Float64) -> Int64:
    """Sum of the ranks of the negative differences in each study, (D,)."""
    ranks_D_S = np.argsort(np.argsort(np.abs(difference_D_S), axis=1), axis=1) + 1
    return np.asarray((ranks_D_S * (difference_D_S < 0)).sum(axis=1))


def _critical_rank_sum(pairs: int, level: float) -> int:
    """The largest sum of ranks against whose two-sided p-value is at most the level; -1 where there is none."""
    chance = np.ones(1)
    for rank in range(1, pairs + 1):
        # With even odds this rank stands on the side against.
        chance = (np.pad(chance, (0, rank)) + np.pad(chance, (rank, 0))) / 2
    return int(np.count_nonzero(2 * np.cumsum(chance) <= level * (1 + 1e-9))) - 1
