"""One .npz file as a data set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Int64, Strings
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import Names
from gesture_al.data.clip_set import UNKNOWN, ClipSet, LeftOut
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.cache import Allocate, cached
from gesture_al.data.datasets.inputs import Missing, check_classes, existing_file, mark_missing
from gesture_al.data.datasets.npz import array_names, array_shape, float_slices, read_arrays
from gesture_al.data.skeleton import skeleton_for

_NEEDED = ("X", "y", "class_names")
_OPTIONAL = ("lengths", "subject", "split", "groups", "start", "end", "times", "fps", "aspect", "ids")
_PROVENANCE = ("source", "licence", "subject_source")
_SLICE = 1 << 25  # bytes of positions that are in memory at a time
_DROPPED = -2  # the label of clips whose class is not wanted


@DATASETS.register("archive")
class Archive:
    """Clips from one .npz.

    The file holds `X` (N, T, V, C), `y` int (N,) with -1 unknown, `class_names`; where known `lengths` (N,) with padding
    behind them, `subject` (-1 or empty: unknown), `split` (`train`, `test`; `none` throughout: no official split), `groups`,
    `start`, `end`, `times` (N, T), `fps`, `aspect`, `ids`, and strings `source`, `licence`.

    Args:
        path: The file.
        skeleton: A name from `gesture_al.data.skeleton`; None infers it from the number of joints.
        missing: How "not seen" is written: `skeleton` (as the layout does), `zero_blocks`, `nan` or `none`.
        classes: Keep only clips of these classes, in this order, and unlabelled ones; None keeps all.
    """

    def __init__(
        self,
        path: str | None = None,
        skeleton: str | None = None,
        missing: Missing = "skeleton",
        classes: Names | None = None,
    ) -> None:
        self.path = path
        self.skeleton = skeleton
        self.missing = missing
        self.classes = None if classes is None else [str(name) for name in classes]

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: No such file, not readable, another layout, or numbers that the rules do not allow.
        """
        path = existing_file(self.path, "dataset.params.path")
        settings = {"skeleton": self.skeleton, "missing": self.missing, "classes": self.classes, "name": path.name}
        return cached("archive", settings, [("archive", path)], lambda allocate: self._convert(path, allocate))

    def _convert(self, path: Path, allocate: Allocate) -> ClipSet:
        shape = _shape(path)
        arrays = read_arrays(path, {*_NEEDED[1:], *_OPTIONAL, *_PROVENANCE})
        for name in ("y", "lengths", "subject", "split", "groups", "start", "end", "times", "aspect", "ids"):
            if name in arrays and (arrays[name].ndim == 0 or len(arrays[name]) != shape[0]):
                raise UserError(
                    f"{path}: {name} has shape {arrays[name].shape}, but X has {shape[0]} clips; write the file again"
                )
        ids = arrays["ids"].astype(np.str_) if "ids" in arrays else np.array([f"{i:06d}" for i in range(shape[0])])
        lengths = arrays["lengths"].astype(np.int64) if "lengths" in arrays else np.full(shape[0], shape[1])
        bad = (lengths < 0) | (lengths > shape[1])
        if bad.any():
            clip = int(bad.argmax())
            raise UserError(
                f"{path}: clip {ids[clip]} has length {lengths[clip]}, but X has {shape[1]} frames; write the file again"
            )
        labels, classes = _labels(path, arrays, self.classes)
        skeleton = skeleton_for(shape[2], self.skeleton)
        positions = allocate((shape[0], shape[1], shape[2], shape[3]))
        rows: list[int] = []
        out: list[LeftOut] = []
        first = 0
        slice_rows = max(1, _SLICE // (4 * shape[1] * shape[2] * shape[3]))
        for block in float_slices(path, "X", slice_rows):
            span = slice(first, first + len(block))
            positions_n, reasons = mark_missing(block, lengths[span], skeleton, self.missing, ids[span].tolist(), str(path))
            for offset, reason in enumerate(reasons):
                if labels[first + offset] == _DROPPED:
                    continue
                if reason is not None:
                    out.append(reason)
                    continue
                positions[len(rows)] = positions_n[offset]
                rows.append(first + offset)
            first += len(block)
        check_classes(str(path), labels[rows], classes, out)

        def of(value: NDArray[Any] | None, dtype: type[np.generic] | None = None) -> NDArray[Any] | None:
            return None if value is None else value[rows].astype(dtype or value.dtype)

        return ClipSet(
            positions=positions[: len(rows)],
            lengths=lengths[rows],
            ids=ids[rows],
            labels=labels[rows],
            classes=classes,
            skeleton=skeleton,
            subjects=of(_people(arrays.get("subject"))),
            groups=of(arrays.get("groups"), np.str_),
            split=of(_split(path, arrays.get("split"))),
            start=of(arrays.get("start"), np.float64),
            end=of(arrays.get("end"), np.float64),
            times=of(arrays.get("times"), np.float32),
            aspect=of(arrays.get("aspect"), np.float32),
            fps=float(arrays["fps"]) if "fps" in arrays else None,
            left_out=tuple(out),
            source=_source(path, arrays),
        )


def _shape(path: Path) -> tuple[int, ...]:
    names = array_names(path)
    lacking = [name for name in _NEEDED if name not in names]
    if lacking:
        present = ", ".join(sorted(names)) or "nothing"
        raise UserError(
            f"{path}: lacks {', '.join(lacking)}; an archive holds {', '.join(_NEEDED)} and may hold {', '.join(_OPTIONAL)}; "
            f"this one holds {present}"
        )
    shape = array_shape(path, "X")
    if len(shape) != 4 or shape[3] not in (2, 3) or 0 in shape:
        raise UserError(f"{path}: X must be (clips, frames, joints, 2 or 3), not {shape}; write the file again")
    return shape


def _labels(path: Path, arrays: dict[str, NDArray[Any]], wanted: Sequence[str] | None) -> tuple[Int64, tuple[str, ...]]:
    """Labels as indices into the wanted classes; `_DROPPED` for clips of other classes."""
    names = [str(name) for name in np.atleast_1d(arrays["class_names"])]
    if arrays["y"].dtype.kind not in "iu":
        raise UserError(f"{path}: y holds {arrays['y'].dtype}; it must be whole numbers, indices into class_names or -1")
    labels = arrays["y"].astype(np.int64)
    if labels.min() < UNKNOWN or labels.max() >= len(names):
        worst = int(labels.max() if labels.max() >= len(names) else labels.min())
        raise UserError(f"{path}: y holds {worst}, but there are {len(names)} class_names; labels are -1 to {len(names) - 1}")
    if wanted is None:
        return labels, tuple(names)
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise UserError(f"dataset.params.classes: no class {unknown[0]!r} in {path}; there are: {', '.join(names)}")
    place = np.full(len(names) + 1, _DROPPED)
    for index, name in enumerate(wanted):
        place[names.index(name)] = index
    place[UNKNOWN] = UNKNOWN
    return place[labels], tuple(wanted)


def _people(subject: NDArray[Any] | None) -> Strings | None:
    """Names of people; empty where one is unknown, None where all are."""
    if subject is None:
        return None
    if subject.dtype.kind == "f":
        # Numbers with a point come from tables, which write unknown as NaN.
        subject = np.where(np.isnan(subject), -1, subject).astype(np.int64)
    names = np.array(["" if str(who) in ("-1", "") else str(who) for who in subject.tolist()])
    return names if (names != "").any() else None


def _split(path: Path, split: NDArray[Any] | None) -> Strings | None:
    sides = None if split is None else split.astype(np.str_)
    if sides is None or (sides == "none").all():
        return None
    bad = ~np.isin(sides, ("train", "test"))
    if bad.any():
        word = str(sides[int(bad.argmax())])
        raise UserError(f"{path}: split holds {word!r}; write train or test for each clip, or none for all")
    return sides


def _source(path: Path, arrays: dict[str, NDArray[Any]]) -> str:
    notes = [str(part) for name in _PROVENANCE if name in arrays for part in np.atleast_1d(arrays[name])]
    return "; ".join([path.name, *notes])
