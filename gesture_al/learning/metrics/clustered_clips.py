"""Design effect: what test clips that come in blocks are worth, counted in independent clips.

Windows cut from a stream share most of their frames with the next one, so that right and wrong come in blocks and an interval
that takes the clips for independent is too narrow: docs/statistics.md has how often either covers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

# Where Student's quantiles are compared: those of a 95% interval.
_UPPER = 0.975


def intraclass_correlation(values_N: ArrayLike, block_N: ArrayLike) -> float:
    """How alike clips of one block are, by analysis of variance: 0 not at all (or less), 1 entirely.

    Args:
        values_N: A number for each clip, such as whether it was recognised, shape (N,).
        block_N: The block of each clip, shape (N,), numbers or names.

    Returns:
        At most 1; below 0 where blocks are more alike than chance makes them. 1 where nothing differs, or no block has two
        clips, or there is one block: the clips then do not tell, and as many as there are blocks is all that is sure.

    Source:
        Donner, "A review of inference procedures for the intraclass correlation coefficient in the one-way random effects
        model", International Statistical Review 54 (1986), section 2.

    >>> intraclass_correlation([1, 1, 0, 0], ["a", "a", "b", "b"])
    1.0
    """
    values = np.asarray(values_N, dtype=np.float64)
    block = np.unique(np.asarray(block_N), return_inverse=True)[1]
    size_K = np.bincount(block)
    clips, blocks = len(values), len(size_K)
    if blocks < 2 or blocks == clips or np.ptp(values) == 0:
        return 1.0
    mean_K = np.bincount(block, weights=values) / size_K
    between = float((size_K * (mean_K - values.mean()) ** 2).sum()) / (blocks - 1)
    within = float(((values - mean_K[block]) ** 2).sum()) / (clips - blocks)
    typical_size = (clips - float((size_K**2).sum()) / clips) / (blocks - 1)
    return (between - within) / (between + (typical_size - 1) * within)


def design_effect(values_N: ArrayLike, block_N: ArrayLike) -> float:
    """By how much blocks widen the variance of a mean: clips divided by this are as many independent ones.

    Args:
        values_N: A number for each clip, shape (N,).
        block_N: The block of each clip, shape (N,).

    Returns:
        1 (clips as good as independent) to the mean size of the block that a clip is in. 1 without clips.

    Source:
        Kish, "Survey Sampling" (1965), section 5.4: 1 + (m - 1) rho; for blocks of unequal sizes m = sum(m_k^2) / sum(m_k).

    >>> design_effect([1, 1, 0, 0], ["a", "a", "b", "b"])
    2.0
    """
    size_K = np.unique(np.asarray(block_N), return_counts=True)[1]
    if not len(size_K):
        return 1.0
    typical_size = float((size_K**2).sum()) / float(size_K.sum())
    return 1 + (typical_size - 1) * min(1.0, max(0.0, intraclass_correlation(values_N, block_N)))


def interval_effect(values_N: ArrayLike, block_N: ArrayLike) -> float:
    """What counts are divided by before a 95% interval is made of them: the design effect, more where there are few blocks.

    The spread between few blocks is unsure itself, so the effect grows by the square of what Student's quantile for so many
    blocks exceeds that for so many clips: by 8% at 32 blocks, 17% at 16 and 44% at 8.

    Args:
        values_N: A number for each clip, shape (N,).
        block_N: The block of each clip, shape (N,).

    Returns:
        1 where every clip is a block of its own, and without clips; else more.

    Source:
        Counts divided by a design effect, as those of a confusion matrix before an interval of F1: Rao and Scott, "A simple
        method for the analysis of clustered binary data", Biometrics 48 (1992). Student's quantiles: Korn and Graubard,
        "Confidence intervals for proportions with small expected number of positive counts estimated from survey data", Survey
        Methodology 24 (1998).
    """
    from scipy.special import stdtrit

    clips, blocks = np.size(block_N), len(np.unique(np.asarray(block_N)))
    if blocks in (0, clips):
        return 1.0
    few = float(stdtrit(max(1, blocks - 1), _UPPER) / stdtrit(clips - 1, _UPPER)) ** 2
    return few * design_effect(values_N, block_N)
