"""Temperature scaling: one number by which logits are divided, so that a net is as sure as it is right."""

from __future__ import annotations

import numpy as np

from gesture_al.core.arrays import Floating, Int64

LOWEST, HIGHEST = 0.25, 10.0
"""Temperatures beyond these are not looked for: where every validation clip is named rightly the best one is 0."""

LEAST_CLIPS = 20
"""Validation clips below which no temperature is fitted: one clip that is named wrongly would decide it."""

_HALVINGS = 50


def best_temperature(logits_N_C: Floating, labels_N: Int64) -> float:
    """The temperature with the least mean negative log-likelihood of these labels, within `LOWEST` and `HIGHEST`.

    The likelihood is concave in 1 / temperature. Its slope there is the mean logit that the probabilities expect less that of the
    label; the zero is found by halving the interval.

    Args:
        logits_N_C: Logits, shape (N, C), N >= 1; -inf stands for a probability of 0.
        labels_N: Classes, shape (N,), 0 to C - 1.

    Returns:
        `LOWEST` to `HIGHEST`; 1 where no temperature changes the likelihood.

    Source:
        Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks" (ICML 2017), section 4.2.

    >>> logits = np.log(np.array([[0.9, 0.1]] * 10))
    >>> round(best_temperature(logits, np.array([0] * 7 + [1] * 3)), 3)  # sure of 0.9, right in 0.7
    2.593
    """
    logits = np.maximum(np.asarray(logits_N_C, dtype=np.float64), -1e30)
    logits = logits - logits.max(axis=1, keepdims=True)
    wanted_N = logits[np.arange(len(labels_N)), labels_N]

    def slope(inverse: float) -> float:
        weights_N_C = np.exp(logits * inverse)
        expected_N = (weights_N_C * logits).sum(axis=1) / weights_N_C.sum(axis=1)
        return float((expected_N - wanted_N).mean())

    low, high = 1 / HIGHEST, 1 / LOWEST
    at_low, at_high = slope(low), slope(high)
    if at_low == at_high == 0:
        return 1.0
    if at_low >= 0:
        return HIGHEST
    if at_high <= 0:
        return LOWEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 2 / (low + high)
