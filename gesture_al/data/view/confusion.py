"""A confusion matrix in words: the pairs of classes that are most often taken for each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

MOST_CELLS = 30
"""Classes up to which a matrix is drawn as cells with numbers; more are one image, with the most confused pairs as a list."""


@dataclass(frozen=True)
class ConfusedPair:
    """Clips of one class that were taken for another.

    Args:
        true: Index of their class.
        predicted: Index of the class that they were taken for.
        clips: How many.
        share: Of all clips of the true class, above 0 to 1.
    """

    true: int
    predicted: int
    clips: int
    share: float


def most_confused(confusion_C_C: ArrayLike, most: int) -> list[ConfusedPair]:
    """The pairs with the most clips; of equal ones that with the larger share of its class, then in the order of the classes.

    Args:
        confusion_C_C: Counts, true class by row.
        most: Pairs at the most.

    >>> [(pair.true, pair.predicted, pair.clips) for pair in most_confused([[5, 2, 0], [0, 4, 1], [0, 0, 9]], 5)]
    [(0, 1, 2), (1, 2, 1)]
    """
    counts_C_C = np.asarray(confusion_C_C)
    rows, columns = np.nonzero(counts_C_C * (1 - np.eye(len(counts_C_C), dtype=counts_C_C.dtype)))
    clips = counts_C_C[rows, columns]
    shares = clips / counts_C_C.sum(axis=1)[rows]
    order = np.lexsort((columns, rows, -shares, -clips))[:most]
    return [
        ConfusedPair(int(rows[place]), int(columns[place]), int(clips[place]), float(shares[place])) for place in order.tolist()
    ]
