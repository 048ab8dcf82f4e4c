"""Labels as people save them: indices, words, one column for each class, counted from 0 or from 1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Int64, Strings
from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import UNKNOWN
from gesture_al.data.datasets.clip_arrays import NOBODY
from gesture_al.data.datasets.inputs import whole_numbers_of, words_of

DROPPED = -2
"""The label of clips whose class is not wanted."""
_SHOWN = 40


def read_labels(y: NDArray[Any], class_names: NDArray[Any] | None, clips: int, where: Path) -> tuple[Int64, tuple[str, ...]]:
    """Labels as indices into class names.

    Args:
        y: (N,) or (N, 1): indices into the class names from 0, or from 1 where every class has a clip and none is 0, -1 or NaN
            unknown; or words, empty where unknown. (N, C): a 1 in the column of the class, a row of zeros unknown.
        class_names: (C,); None: the words or numbers that y holds, in order.
        clips: N.
        where: The file, for messages.

    Returns:
        int (N,), -1 unknown, and the names.

    Raises:
        UserError: Another shape, or a label that is no class; names y, its shape and what it must be.
    """
    names = None if class_names is None else tuple(words_of(class_names.ravel(), "class_names", where).tolist())
    if y.shape in ((clips,), (clips, 1)):
        labels = y.reshape(clips)
    elif y.ndim == 2 and len(y) == clips and y.dtype.kind in "biuf":
        labels = _columns(y, names, where)
    else:
        columns = "C" if names is None else len(names)
        raise UserError(
            f"{where}: y has shape {y.shape}, but X has {clips} clips: it must be ({clips},), or one column for each class, "
            f"({clips}, {columns}); write the file again"
        )
    if labels.dtype.kind in "US":
        return _by_word(words_of(labels, "y", where), names, where)
    if labels.dtype.kind == "b":
        return labels.astype(np.int64), names or ("False", "True")
    return _by_number(labels, names, where)


def choose_classes(
    labels: Int64, names: Sequence[str], wanted: Sequence[str] | None, where: Path
) -> tuple[Int64, tuple[str, ...]]:
    """Labels as indices into the wanted classes, `DROPPED` for clips of others, and the wanted classes; None: all.

    Raises:
        UserError: There is no such class.
    """
    if wanted is None:
        return labels, tuple(names)
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise UserError(f"dataset.params.classes: no class {unknown[0]!r} in {where}; there are: {', '.join(names)}")
    place = np.full(len(names) + 1, DROPPED)
    for index, name in enumerate(wanted):
        place[list(names).index(name)] = index
    place[UNKNOWN] = UNKNOWN
    return place[labels], tuple(wanted)


def _columns(y: NDArray[Any], names: Sequence[str] | None, where: Path) -> Int64:
    """Indices of the columns that hold a 1; unknown where a row holds none."""
    if names is not None and y.shape[1] != len(names):
        raise UserError(
            f"{where}: y has shape {y.shape}, {y.shape[1]} columns, but there are {len(names)} class_names: it must be "
            f"{(len(y), len(names))} or ({len(y)},); write the file again"
        )
    ones = y == 1
    many = (ones.sum(axis=1) > 1) | ~(ones | (y == 0)).all(axis=1)
    if many.any():
        row = int(many.argmax())
        shown = ", ".join(f"{value:g}" for value in y[row].astype(float).tolist()[:6])
        raise UserError(
            f"{where}: y {y.shape} holds ({shown}) for clip {row}; a row of classes must hold one 1 and else 0, save "
            "y.argmax(axis=1)"
        )
    return np.where(ones.any(axis=1), ones.argmax(axis=1), UNKNOWN)


def _by_word(words: Strings, names: tuple[str, ...] | None, where: Path) -> tuple[Int64, tuple[str, ...]]:
    words = np.char.strip(words)
    known = ~np.isin(words, NOBODY)
    if names is None:
        names = tuple(
            sorted(
                set(words[known].tolist()), key=lambda word: (not word.isdecimal(), int(word) if word.isdecimal() else 0, word)
            )
        )
    place = {name.strip(): index for index, name in enumerate(names)}
    strange = [word for word in words[known].tolist() if word not in place]
    if strange and _are_numbers(words[known]):
        return _by_number(np.where(known, words, "-1").astype(np.float64), names, where)
    if strange:
        raise UserError(
            f"{where}: y {words.shape} holds {strange[0][:_SHOWN]!r}, but class_names are {', '.join(names)}; add it, or mend y"
        )
    return np.array([place.get(word, UNKNOWN) for word in words.tolist()], dtype=np.int64), names


def _are_numbers(words: Strings) -> bool:
    try:
        return bool(np.isfinite(words.astype(np.float64)).all())
    except ValueError:
        return False


def _by_number(numbers: NDArray[Any], names: tuple[str, ...] | None, where: Path) -> tuple[Int64, tuple[str, ...]]:
    if numbers.dtype.kind == "f":
        numbers = np.where(np.isnan(numbers), UNKNOWN, numbers)
    if numbers.dtype.kind not in "iuf":
        raise UserError(f"{where}: y {numbers.shape} holds {numbers.dtype}; it must be whole numbers or words, one for each clip")
    labels = whole_numbers_of(numbers, "y", where)
    found = sorted(set(labels[labels != UNKNOWN].tolist()))
    if found and found[0] < UNKNOWN:
        raise UserError(f"{where}: y {labels.shape} holds {found[0]}; it must be whole numbers from 0, or -1 where unknown")
    if names is None:
        place = {number: index for index, number in enumerate(found)}
        return np.array([place.get(label, UNKNOWN) for label in labels.tolist()], dtype=np.int64), tuple(map(str, found))
    if found == list(range(1, len(names) + 1)):
        return np.where(labels == UNKNOWN, UNKNOWN, labels - 1), names
    if found and found[-1] >= len(names):
        raise UserError(
            f"{where}: y {labels.shape} holds {found[-1]}, but there are {len(names)} class_names; labels are -1 to "
            f"{len(names) - 1}"
        )
    return labels, names
