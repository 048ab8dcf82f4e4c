"""In how many rounds one strategy is significantly better than another: the pairwise penalty matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gesture_al.learning.metrics.comparison import holm

Float = NDArray[np.float64]


def wins(scores_A_S_R: ArrayLike, alpha: float = 0.05) -> Float:
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
