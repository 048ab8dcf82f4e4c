"""Entropy and mutual information of class probabilities, fast on long arrays."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import Float

# A block of rows and its logarithms should stay in the processor's cache.
_NUMBERS_A_BLOCK = 1 << 16


def surprise(probs_X_C: Float) -> Float:
    """Entropy over the last axis in nats, (...,); a zero probability adds 0. Nothing is checked."""
    tiny = np.finfo(probs_X_C.dtype).tiny
    return np.asarray(-np.einsum("...c,...c->...", probs_X_C, np.log(np.maximum(probs_X_C, tiny))))


def row_entropy(probs_N_C: Float) -> Float:
    """Entropy of each row in nats, (N,), computed block by block."""
    made = np.empty(len(probs_N_C), dtype=probs_N_C.dtype)
    for rows in blocks(len(probs_N_C), probs_N_C.shape[1]):
        made[rows] = surprise(probs_N_C[rows])
    return made


def mutual_information(mc_probs_S_N_C: Float) -> Float:
    """What the true label of a clip would tell about which member is right.

    Args:
        mc_probs_S_N_C: Class probabilities of S members, shape (S, N, C).

    Returns:
        H(mean of the members) - mean of the members' H, in nats, shape (N,), between 0 and ln(C).
    """
    members, count, classes = mc_probs_S_N_C.shape
    made = np.empty(count, dtype=mc_probs_S_N_C.dtype)
    for rows in blocks(count, members * classes):
        block = np.ascontiguousarray(mc_probs_S_N_C[:, rows])
        made[rows] = surprise(block.mean(axis=0)) - surprise(block).mean(axis=0)
    # Rounding may leave a hair below zero where all members agree.
    return np.maximum(made, 0)


def blocks(count: int, width: int) -> list[slice]:
    """Consecutive ranges of `count` rows, each of about 65,000 numbers where a row has `width`."""
    step = max(1, _NUMBERS_A_BLOCK // max(1, width))
    return [slice(first, min(first + step, count)) for first in range(0, count, step)]
