"""How far two rounds' predictions agree, and how unsure a model is: what can be watched without any label."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def cohen_kappa(first_N: ArrayLike, second_N: ArrayLike) -> float:
    """Agreement of two labellings of the same clips, corrected for what chance would give.

    Args:
        first_N: Class indices or names, shape (N,), N at least 1.
        second_N: The other labelling of the same clips.

    Returns:
        At most 1 (same labels); 0 is chance, negative is worse. Two identical constant labellings, where chance explains
        everything and scikit-learn says NaN, agree fully: 1.0.

    Raises:
        ValueError: No clips, or shapes differ.

    Source:
        Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).

    >>> cohen_kappa([0, 0, 1, 1], [0, 1, 1, 1]), cohen_kappa([2, 2], [2, 2])
    (0.5, 1.0)
    """
    first, second = np.asarray(first_N), np.asarray(second_N)
    if first.ndim != 1 or first.shape != second.shape or first.size == 0:
        raise ValueError(f"two labellings must both be (N,) with N > 0, not {first.shape} and {second.shape}")
    names, codes = np.unique(np.concatenate([first, second]), return_inverse=True)
    shares_a, shares_b = (np.bincount(half, minlength=len(names)) / first.size for half in np.split(codes, 2))
    observed = float((first == second).mean())
    expected = float(shares_a @ shares_b)
    return 1.0 if observed == 1.0 else (observed - expected) / (1 - expected)


def mean_normalised_entropy(probs_N_C: ArrayLike) -> float:
    """Mean over the clips of the Shannon entropy divided by ln C.

    Args:
        probs_N_C: Class probabilities, shape (N, C), N at least 1; rows sum to 1.

    Returns:
        0 (every clip sure) to 1 (every clip uniform); 0 for a single class.

    Raises:
        ValueError: Not two-dimensional, no clips, or a row that is no distribution.

    >>> round(mean_normalised_entropy([[0.5, 0.5], [1.0, 0.0]]), 6)
    0.5
    """
    probs = np.asarray(probs_N_C, dtype=np.float64)
    if probs.ndim != 2 or probs.size == 0:
        raise ValueError(f"probabilities must be (N, C) with N > 0, not {probs.shape}")
    if not (probs.min() >= 0 and np.allclose(probs.sum(axis=1), 1, atol=1e-3)):
        raise ValueError("each row of probabilities must be 0 or more and sum to 1")
    if probs.shape[1] == 1:
        return 0.0
    logs = np.log(np.where(probs > 0, probs, 1))
    return float(-(probs * logs).sum(axis=1).mean() / np.log(probs.shape[1]))
