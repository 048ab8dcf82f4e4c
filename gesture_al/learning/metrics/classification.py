"""Scores of a classifier, all from its confusion matrix, so that a run needs to store nothing else.

Rows are true classes, columns predicted ones. Every score also takes a stack of matrices (..., C, C) with entries that are not
whole numbers, as a bootstrap over people weights them. Values agree with scikit-learn's `f1_score(labels=classes that occur,
zero_division=0)`: a class with no true clip does not enter the macro average, whatever was taken for it; where every class has
clips, that is the mean over all classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gesture_al.core.arrays import Float64, Int64


def confusion_matrix(true_N: ArrayLike, predicted_N: ArrayLike, classes: int) -> Int64:
    """Count each pair of true and predicted class.

    Args:
        true_N: True class indices, shape (N,), 0 to classes - 1.
        predicted_N: Predicted class indices, shape (N,).
        classes: C, the number of classes, also those that do not occur.

    Returns:
        Counts, shape (C, C); the entry [i, j] is how often class i was called j.

    Raises:
        ValueError: Shapes differ or are not (N,), or an index is outside 0..C-1 (an unknown label, -1, too).

    >>> confusion_matrix([0, 0, 1], [0, 1, 1], 2).tolist()
    [[1, 1], [0, 1]]
    """
    true, predicted = np.asarray(true_N), np.asarray(predicted_N)
    if true.ndim != 1 or true.shape != predicted.shape:
        raise ValueError(f"true and predicted classes must both be (N,), not {true.shape} and {predicted.shape}")
    if true.size == 0:
        return np.zeros((classes, classes), dtype=np.int64)
    for name, values in (("true", true), ("predicted", predicted)):
        if not np.issubdtype(values.dtype, np.integer):
            raise ValueError(f"{name} classes must be integers, not {values.dtype}")
        if values.min() < 0 or values.max() >= classes:
            raise ValueError(f"{name} classes must be 0 to {classes - 1}, not {values.min()} to {values.max()}")
    pairs = true.astype(np.int64) * classes + predicted.astype(np.int64)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def per_class_f1(confusion: ArrayLike) -> Float64:
    """F1 of each class, shape (..., C), 0 to 1; 0 where a class has no true and no predicted clip.

    Args:
        confusion: Counts, shape (..., C, C), true classes in rows.

    Raises:
        ValueError: Not square, negative, or not finite.

    Source:
        van Rijsbergen, "Information Retrieval" (1979), chapter 7: F1 = 2 TP / (2 TP + FP + FN).

    >>> per_class_f1([[1, 1, 0], [0, 1, 0], [0, 0, 0]]).round(3).tolist()
    [0.667, 0.667, 0.0]
    """
    matrix = _counts(confusion)
    right = np.diagonal(matrix, axis1=-2, axis2=-1)
    both = matrix.sum(axis=-1) + matrix.sum(axis=-2)
    return 2 * right / np.where(both > 0, both, 1)


def macro_f1(confusion: ArrayLike) -> Any:
    """Mean F1 over the classes with true clips, each counting the same; float, or an array (...) for a stack. 0 without clips.

    A class that nothing was tested on has no score, and a 0 in its place would be a statement about the clips at hand, not
    about the model. `unscored_classes` says which they are.

    >>> round(macro_f1([[1, 1], [0, 1]]), 3), round(macro_f1([[1, 1, 0], [0, 1, 0], [0, 0, 0]]), 3)
    (0.667, 0.667)
    """
    matrix = _counts(confusion)
    tested = matrix.sum(axis=-1) > 0
    return _plain(np.where(tested, per_class_f1(matrix), 0).sum(axis=-1) / np.maximum(tested.sum(axis=-1), 1))


def unscored_classes(confusion: ArrayLike, classes: Sequence[str]) -> list[str]:
    """Names of the classes that have no true clip, and so no part in macro-F1.

    Args:
        confusion: Counts, shape (C, C), true classes in rows.
        classes: C names; more names than rows where classes were added since, and those have no clips.

    >>> unscored_classes([[2, 0], [0, 0]], ("like", "heart", "wave"))
    ['heart', 'wave']
    """
    clips = _counts(confusion).sum(axis=-1)
    return [name for row, name in enumerate(classes) if row >= len(clips) or clips[row] == 0]


def weighted_f1(confusion: ArrayLike) -> Any:
    """Mean F1 over the classes, each weighted by its true clips; float, or an array (...) for a stack. 0 without clips.

    >>> round(weighted_f1([[6, 0], [2, 0]]), 4)
    0.6429
    """
    matrix = _counts(confusion)
    true_clips = matrix.sum(axis=-1)
    total = true_clips.sum(axis=-1)
    return _plain((per_class_f1(matrix) * true_clips).sum(axis=-1) / np.where(total > 0, total, 1))


def accuracy(confusion: ArrayLike) -> Any:
    """Share of clips that were called by their class; float, or an array (...) for a stack. 0 without clips.

    >>> accuracy([[1, 1], [0, 2]])
    0.75
    """
    matrix = _counts(confusion)
    total = matrix.sum(axis=(-2, -1))
    return _plain(np.trace(matrix, axis1=-2, axis2=-1) / np.where(total > 0, total, 1))


def balanced_accuracy(confusion: ArrayLike) -> Any:
    """Mean recall over the classes with true clips, each alike; float, or an array (...) for a stack. 0 without clips.

    Source:
        Brodersen, Ong, Stephan, Buhmann, "The balanced accuracy and its posterior distribution", ICPR 2010.

    >>> balanced_accuracy([[3, 1], [0, 1]]), accuracy([[3, 1], [0, 1]])
    (0.875, 0.8)
    """
    matrix = _counts(confusion)
    true_clips = matrix.sum(axis=-1)
    recall = np.diagonal(matrix, axis1=-2, axis2=-1) / np.where(true_clips > 0, true_clips, 1)
    return _plain(recall.sum(axis=-1) / np.maximum((true_clips > 0).sum(axis=-1), 1))


def _counts(confusion: ArrayLike) -> Float64:
    matrix = np.asarray(confusion, dtype=np.float64)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2] or matrix.shape[-1] == 0:
        raise ValueError(f"a confusion matrix must be (..., C, C), not {matrix.shape}")
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise ValueError("a confusion matrix holds counts: finite and not negative")
    return matrix


def _plain(score: Any) -> Any:
    """A Python float for one matrix, so that it prints and writes to JSON as a number."""
    return float(score) if np.ndim(score) == 0 else score
