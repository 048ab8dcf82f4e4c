"""Comparison of strategies, paired over seeds, over rounds, over data sets, and over the people of the test clips."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from gesture_al.core.arrays import Float64, Int64

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LEAST_FOR_INTERVAL = 4
LEAST_DATA_SETS = 10
"""Fewer say too little for ranks: the Friedman test\'s approximation and the critical difference are rough below."""
LEAST_UNITS = 3
_SLICE_BYTES = 16_000_000


@dataclass(frozen=True)
class Paired:
    """Mean, interval, effect size and p-value of paired differences.

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


def holm(p_M: ArrayLike) -> Float64:
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
    difference_S: Float64, rng: np.random.Generator, level: float, resamples: int, test_error_B: ArrayLike | None
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


def _differences(first_S: ArrayLike, second_S: ArrayLike) -> Float64:
    first, second = np.asarray(first_S, dtype=np.float64), np.asarray(second_S, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape or len(first) == 0:
        raise ValueError(f"paired scores must both be (S,) with S > 0, not {first.shape} and {second.shape}")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("paired scores must be finite")
    return first - second


def wins(scores_A_S_R: ArrayLike, alpha: float = 0.05) -> Float64:
    """Share of rounds in which one setting beats another: the pairwise penalty matrix of one data set.

    Every round, every pair of settings is compared by a two-sided paired t-test over seeds; p-values are corrected after Holm
    over the pairs of the round.

    Args:
        scores_A_S_R: Scores of A settings, S seeds, R rounds; S at least 2, R at least 1.
        alpha: Level of the tests.

    Returns:
        (A, A): the entry [i, j] is the share of rounds, 0 to 1, in which i is significantly better than j; 0 on the diagonal.

    Raises:
        ValueError: Not three-dimensional, too few seeds or rounds, or a score that is not finite.

    Source:
        Ash et al., "Deep batch active learning by diverse, uncertain gradient lower bounds", ICLR 2020, section 4, who do
        not correct.
    """
    scores = np.asarray(scores_A_S_R, dtype=np.float64)
    if scores.ndim != 3 or scores.shape[1] < 2 or scores.shape[2] < 1 or not np.isfinite(scores).all():
        raise ValueError(f"scores must be (A, S, R), finite, with 2 or more seeds and 1 or more rounds, not {scores.shape}")
    settings, _, rounds = scores.shape
    first, second = np.triu_indices(settings, k=1)
    counts = np.zeros((settings, settings))
    if not len(first):
        return counts
    for round_ in range(rounds):
        difference_P_S = scores[first, :, round_] - scores[second, :, round_]
        better = holm([paired_t_p(one) for one in difference_P_S]) <= alpha
        up = difference_P_S.mean(axis=1) > 0
        np.add.at(counts, (first[better & up], second[better & up]), 1)
        np.add.at(counts, (second[better & ~up], first[better & ~up]), 1)
    return np.asarray(counts / rounds)


def paired_t_p(difference_S: ArrayLike) -> float:
    """Two-sided p-value of the paired t-test; 1 where nothing differs, 0 where all differ by the same amount."""
    from scipy.stats import ttest_1samp

    difference = np.asarray(difference_S, dtype=np.float64)
    if np.ptp(difference) <= 1e-12 * max(1.0, float(np.abs(difference).max())):
        return 1.0 if abs(difference[0]) <= 1e-12 else 0.0
    return float(ttest_1samp(difference, 0.0).pvalue)


@dataclass(frozen=True)
class Ranks:
    """Mean ranks over data sets, with the Friedman test and Nemenyi's pairwise tests.

    Args:
        mean_A: Mean rank of each setting, 1 the best.
        p: Of the Friedman test: whether the settings differ at all.
        pairs_A_A: P-values of Nemenyi's test for every pair.
    """

    mean_A: Float64
    p: float
    pairs_A_A: Float64


def rank_over_data_sets(scores_D_A: ArrayLike) -> Ranks:
    """Rank settings on every data set and test whether their mean ranks differ.

    Args:
        scores_D_A: A score (higher is better) of A settings on D data sets; at least 10 data sets and 3 settings.

    Raises:
        ValueError: Too few data sets or settings, or a score that is not finite.

    Source:
        Demsar, "Statistical comparisons of classifiers over multiple data sets", JMLR 7 (2006), section 3.2.
    """
    from scikit_posthocs import posthoc_nemenyi_friedman
    from scipy.stats import friedmanchisquare, rankdata

    scores = np.asarray(scores_D_A, dtype=np.float64)
    if scores.ndim != 2 or scores.shape[0] < LEAST_DATA_SETS or scores.shape[1] < 3 or not np.isfinite(scores).all():
        raise ValueError(
            f"scores must be (D, A), finite, of {LEAST_DATA_SETS} data sets and 3 settings at least; got {scores.shape}"
        )
    return Ranks(
        mean_A=rankdata(-scores, axis=1).mean(axis=0),
        p=float(friedmanchisquare(*scores.T).pvalue),
        pairs_A_A=posthoc_nemenyi_friedman(scores).to_numpy(),
    )


def unit_weights(units: int, draws: int, rng: np.random.Generator) -> Float64:
    """Weights of the units in each draw of a Bayesian bootstrap, (draws, units), mean 1 over the units.

    None is ever 0, so a draw cannot lose all clips of a class. Drawn in slices one after the other they are the same.

    Source:
        Rubin, "The Bayesian bootstrap", The Annals of Statistics 9 (1981).
    """
    drawn = rng.standard_exponential((draws, units))
    drawn /= drawn.mean(axis=1, keepdims=True)
    return np.asarray(drawn)


@dataclass(frozen=True)
class UnitTallies:
    """What macro-F1 needs to know of each unit of the test clips, round by round; sparse, since a unit has few classes.

    Args:
        right_RC_U: Clips called by their class, by round and class (row r * C + c) and unit.
        either_RC_U: Clips that are of the class, and clips that were called so; a clip that is both counts twice.
        tested_C_U: Clips that are of the class.
    """

    right_RC_U: csr_array
    either_RC_U: csr_array
    tested_C_U: csr_array


def unit_tallies(unit_N: ArrayLike, true_N: ArrayLike, predicted_R_N: ArrayLike, units: int, classes: int) -> UnitTallies:
    """Tally the test clips of a run by unit.

    Args:
        unit_N: Unit of each test clip, shape (N,), 0 to units - 1.
        true_N: True class of each, shape (N,), 0 to classes - 1.
        predicted_R_N: Predicted class of each in every round, shape (R, N).
        units: U.
        classes: C.
    """
    from scipy.sparse import csr_array

    unit, true, predicted = (np.asarray(values, dtype=np.int64) for values in (unit_N, true_N, predicted_R_N))
    rounds = len(predicted)
    unit_R_N = np.broadcast_to(unit, predicted.shape)
    first_R_1 = classes * np.arange(rounds)[:, None]
    hit_R_N = predicted == true

    def tally(rows: Int64, columns: Int64, rounds: int = rounds) -> csr_array:
        return csr_array((np.ones(len(rows)), (rows, columns)), shape=(rounds * classes, units))

    of_class, called = (first_R_1 + true).ravel(), (first_R_1 + predicted).ravel()
    either = tally(np.concatenate([of_class, called]), np.tile(unit_R_N.ravel(), 2))
    return UnitTallies(tally((first_R_1 + true)[hit_R_N], unit_R_N[hit_R_N]), either, tally(true, unit, 1))


def weighted_macro_f1(tallies: UnitTallies, weights_B_U: ArrayLike) -> Float64:
    """Macro-F1 of every round in every draw, (B, R), 0 to 1; a class without clips does not count, as in `macro_f1`.

    Args:
        tallies: Of a run's test clips.
        weights_B_U: How much each unit counts in each draw, 0 or more.
    """
    weights_U_B = np.asarray(weights_B_U, dtype=np.float64).T
    right_RC_B, either_RC_B = tallies.right_RC_U @ weights_U_B, tallies.either_RC_U @ weights_U_B
    tested_C_B = tallies.tested_C_U @ weights_U_B > 0
    f1_R_C_B = (2 * right_RC_B / np.where(either_RC_B > 0, either_RC_B, 1)).reshape(-1, *tested_C_B.shape)
    return np.asarray((np.where(tested_C_B, f1_R_C_B, 0).sum(axis=1) / np.maximum(tested_C_B.sum(axis=0), 1)).T)


def resampled_macro_f1(tallies: UnitTallies, draws: int, rng: np.random.Generator, slice_bytes: int = _SLICE_BYTES) -> Float64:
    """Macro-F1 of every round under `unit_weights`, (draws, R), made in slices of the draws so that memory stays small.

    Args:
        tallies: Of a run's test clips.
        draws: B.
        rng: Where the weights come from.
        slice_bytes: Size of the largest array of a slice; the numbers do not depend on it.
    """
    rows, units = tallies.either_RC_U.shape
    step = max(1, slice_bytes // (8 * max(rows, units)))
    sizes = (min(step, draws - first) for first in range(0, draws, step))
    return np.concatenate([weighted_macro_f1(tallies, unit_weights(units, size, rng)) for size in sizes])


def small_sample_factor(units: int, level: float) -> float:
    """What errors drawn from few units are stretched by, so that an interval from them covers as often as it says.

    Drawn errors of a mean have the variance s^2 (n - 1) / (n (n + 1)) instead of s^2 / n, and normal tails instead of Student's.
    In simulated studies of 5 to 20 seeds and 3 to 180 units, intervals over both covered the truth in 94 to 99% of 400 studies,
    those over seeds alone in 32 to 96%.

    Raises:
        ValueError: Fewer than two units, from which no spread can be told.
    """
    from scipy.stats import norm, t

    if units < 2:
        raise ValueError(f"{units} unit has no spread; at least 2 are needed")
    tail = (1 + level) / 2
    return math.sqrt((units + 1) / (units - 1)) * float(t.ppf(tail, units - 1) / norm.ppf(tail))
