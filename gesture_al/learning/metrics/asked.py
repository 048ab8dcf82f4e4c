"""What a strategy asked for: how evenly over the classes, and how much of it twice."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def class_balance(counts_C: ArrayLike) -> float:
    """Entropy of the classes' shares divided by ln C.

    Args:
        counts_C: Labels of each class, shape (C,), C at least 2, 0 or more, not all 0.

    Returns:
        0 (all of one class) to 1 (as many of each).

    Raises:
        ValueError: Fewer than two classes, a negative count, or nothing counted.

    >>> class_balance([5, 5]), class_balance([7, 0, 0])
    (1.0, 0.0)
    """
    counts = np.asarray(counts_C, dtype=np.float64)
    if counts.ndim != 1 or len(counts) < 2 or (counts < 0).any() or counts.sum() == 0:
        raise ValueError(f"counts must be (C,) of two or more classes, none negative, not all 0; got {counts.tolist()}")
    shares = counts[counts > 0] / counts.sum()
    return float(abs(-(shares * np.log(shares)).sum() / np.log(len(counts))))


def redundancy(features_K_D: ArrayLike) -> float:
    """Mean over the clips of one query of the cosine similarity to the most similar other clip of that query.

    Args:
        features_K_D: A description of each clip, shape (K, D), K at least 2, about an origin that stands for the middle of
            the data; a clip that lies in the origin is similar to none (0).

    Returns:
        -1 to 1 (every clip was asked twice). It grows with K, so compare queries of one size.

    Raises:
        ValueError: Fewer than two clips, or a number that is not finite.

    >>> redundancy([[1, 0], [2, 0], [0, 1]])
    0.6666666666666666
    """
    features = np.asarray(features_K_D, dtype=np.float64)
    if features.ndim != 2 or len(features) < 2 or not np.isfinite(features).all():
        raise ValueError(f"features must be (K, D) with K of 2 or more and finite, not {features.shape}")
    length = np.linalg.norm(features, axis=1, keepdims=True)
    unit = features / np.where(length > 0, length, 1)
    similar = unit @ unit.T
    np.fill_diagonal(similar, -np.inf)
    return float(similar.max(axis=1).mean())
