"""Scores of predictions by themselves or beside the truth: agreement of two rounds, uncertainty, calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gesture_al.core.arrays import Float64, Int64


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


def expected_calibration_error(probs_N_C: ArrayLike, true_N: ArrayLike, bins: int = 15) -> float:
    """Mean gap between how sure the model says it is and how often it is right, over bins of equal width.

    Args:
        probs_N_C: Class probabilities, shape (N, C), N at least 1; rows sum to 1.
        true_N: True class indices, shape (N,), 0 to C - 1.
        bins: How many bins (0, 1] is cut into; a clip on a border belongs to the lower one.

    Returns:
        0 (sure exactly as often as right) to 1. With few clips it is biased upwards: compare it only between models
        scored on the same clips.

    Raises:
        ValueError: Shapes that do not fit, rows that are no distribution, an index outside the classes, fewer than one bin.

    Source:
        Guo et al., "On calibration of modern neural networks", ICML 2017, section 2.

    >>> round(expected_calibration_error([[0.8, 0.2], [0.8, 0.2]], [0, 1]), 6)
    0.3
    """
    probs, true = _checked(probs_N_C, true_N)
    if bins < 1:
        raise ValueError(f"bins must be 1 or more, not {bins}")
    sure, right = probs.max(axis=1), probs.argmax(axis=1) == true
    borders = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(borders, sure, side="left") - 1, 0, bins - 1)
    gaps = np.bincount(place, weights=right - sure, minlength=bins)
    return float(np.abs(gaps).sum() / len(true))


def brier_score(probs_N_C: ArrayLike, true_N: ArrayLike) -> float:
    """Mean squared distance between the stated distribution and the truth, summed over the classes.

    Args:
        probs_N_C: Class probabilities, shape (N, C), N at least 1; rows sum to 1.
        true_N: True class indices, shape (N,), 0 to C - 1.

    Returns:
        0 (always sure and right) to 2 (always sure and wrong); 1 - 1/C for a model that says 1/C everywhere.

    Raises:
        ValueError: As `expected_calibration_error`.

    Source:
        Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950).

    >>> brier_score([[0.5, 0.5], [1.0, 0.0]], [0, 1])
    1.25
    """
    probs, true = _checked(probs_N_C, true_N)
    off = probs.copy()
    off[np.arange(len(true)), true] -= 1
    return float((off**2).sum(axis=1).mean())


def negative_log_likelihood(probs_N_C: ArrayLike, true_N: ArrayLike) -> float:
    """Mean of -ln of the probability that was stated for the true class: the cross-entropy, or log loss.

    Args:
        probs_N_C: Class probabilities, shape (N, C), N at least 1; rows sum to 1. One below the smallest step of a double at 1,
            2.2e-16, counts as that, so that a net that is sure and wrong once does not make the mean infinite.
        true_N: True class indices, shape (N,), 0 to C - 1.

    Returns:
        0 (always sure and right) to 36.04 nats; ln C for a model that says 1/C everywhere.

    Raises:
        ValueError: As `expected_calibration_error`.

    Source:
        Good, "Rational decisions", Journal of the Royal Statistical Society B 14 (1952).

    >>> round(negative_log_likelihood([[0.5, 0.5], [1.0, 0.0]], [0, 0]), 4)
    0.3466
    """
    probs, true = _checked(probs_N_C, true_N)
    stated = probs[np.arange(len(true)), true] / probs.sum(axis=1)
    return float(-np.log(np.clip(stated, np.finfo(np.float64).eps, 1)).mean())


def _checked(probs_N_C: ArrayLike, true_N: ArrayLike) -> tuple[Float64, Int64]:
    probs, true = np.asarray(probs_N_C, dtype=np.float64), np.asarray(true_N, dtype=np.int64)
    if probs.ndim != 2 or true.shape != probs.shape[:1] or probs.size == 0:
        raise ValueError(f"probabilities must be (N, C) and classes (N,) with N > 0, not {probs.shape} and {true.shape}")
    if not (probs.min() >= 0 and np.allclose(probs.sum(axis=1), 1, atol=1e-3)):
        raise ValueError("each row of probabilities must be 0 or more and sum to 1")
    if true.min() < 0 or true.max() >= probs.shape[1]:
        raise ValueError(f"true classes must be 0 to {probs.shape[1] - 1}, not {true.min()} to {true.max()}")
    return probs, true
