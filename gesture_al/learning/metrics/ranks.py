"""Strategies ranked over many data sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]

LEAST_DATA_SETS = 10
"""Fewer say too little for ranks: the Friedman test's approximation and the critical difference are rough below."""


@dataclass(frozen=True)
class Ranks:
    """What a Friedman test over data sets says.

    Args:
        mean_A: Mean rank of each setting, 1 the best.
        p: Of the Friedman test: whether the settings differ at all.
        pairs_A_A: P-values of Nemenyi's test for every pair.
    """

    mean_A: Float
    p: float
    pairs_A_A: Float


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
