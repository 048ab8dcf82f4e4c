"""The class names of a run: one list that grows while a person labels, shared by everything that reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

NONE = "none"
"""The class of everything that is no gesture of interest."""


class Classes(Sequence[str]):
    """Class names in the order of their indices. Learner, evaluator, journal and loggers of a run hold the same object.

    Args:
        names: Those that the data set has.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)

    def grow(self, names: Iterable[str]) -> bool:
        """Add the classes of `names` behind those that are there; gives whether there were any.

        Args:
            names: All classes, the present ones first and in the same order.
        """
        longer = tuple(names)
        if len(longer) <= len(self._names):
            return False
        self._names = longer
        return True

    @property
    def background(self) -> int | None:
        """Index of the class `NONE`; None where there is none."""
        return self._names.index(NONE) if NONE in self._names else None

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    @override
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._names[index]

    @override
    def __len__(self) -> int:
        return len(self._names)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._names == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # it grows

    @override
    def __repr__(self) -> str:
        return f"Classes({list(self._names)})"


def pad_classes(values: Any, classes: int, axes: int = 1) -> NDArray[Any]:
    """Numbers by class, with zeros for classes that were added after they were computed.

    Args:
        values: Counts or probabilities whose last `axes` axes are classes, e.g. a confusion matrix with `axes` 2.
        classes: How many classes there are now.
        axes: How many of the last axes are classes.

    >>> pad_classes([[2, 1], [0, 3]], 3, axes=2).tolist()
    [[2, 1, 0], [0, 3, 0], [0, 0, 0]]
    """
    array = np.asarray(values)
    missing = [max(0, classes - size) for size in array.shape[-axes:]]
    return np.pad(array, [(0, 0)] * (array.ndim - axes) + [(0, count) for count in missing]) if any(missing) else array
