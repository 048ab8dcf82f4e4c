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
from gesture_al.data.datasets.inputs import (
    ASPECTS,
    RATES,
    Missing,
    check_classes,
    existing_file,
    mark_missing,
    numbers_of,
    whole_numbers_of,
    words_of,
)
from gesture_al.data.datasets.npz import array_names, array_shape, float_slices, read_arrays
from gesture_al.data.skeleton import skeleton_for, skeleton_key

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
        skeleton: A layout by name, or the path of a layout file; None infers it from the number of joints.
        missing: How "not seen" is written: `skeleton` (as the layout does), `zero_blocks`, `zero_joints`, `nan` or `none`.
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
        settings = {"skeleton": skeleton_key(self.skeleton), "missing": self.missing, "classes": self.classes, "name": path.name}
        return cached("archive", settings, [("archive", path)], lambda allocate: self._convert(path, allocate))

    def _convert(self, path: Path, allocate: Allocate) -> ClipSet:
        shape = _shape(path)
        arrays = read_arrays(path, {*_NEEDED[1:], *_OPTIONAL, *_PROVENANCE})
        for name in ("y", "lengths", "subject", "split", "groups", "start", "end", "times", "aspect", "ids"):
            wanted = shape[:2] if name == "times" else shape[:1]
            if name in arrays and arrays[name].shape != wanted:
                raise UserError(
                    f"{path}: {name} has shape {arrays[name].shape}, but X has {shape[0]} clips: it must be {wanted}; write the "
                    "file again"
                )
        ids = words_of(arrays["ids"], "ids", path) if "ids" in arrays else np.array([f"{i:06d}" for i in range(shape[0])])
        lengths = whole_numbers_of(arrays["lengths"], "lengths", path) if "lengths" in arrays else np.full(shape[0], shape[1])
        bad = (lengths < 0) | (lengths > shape[1])
        if bad.any():
            clip = int(bad.argmax())
            raise UserError(
                f"{path}: clip {ids[clip]} has length {lengths[clip]}, but X has {shape[1]} frames; write the file again"
            )
        labels, classes = _labels(path, arrays, self.classes)
        times = _times(path, arrays.get("times"), lengths, ids)
        start, end = _ends(path, arrays, ids)
        aspect = numbers_of(arrays["aspect"], "aspect", path, *ASPECTS) if "aspect" in arrays else None
        groups = words_of(arrays["groups"], "groups", path) if "groups" in arrays else None
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
            subjects=of(_people(path, arrays.get("subject"))),
            groups=of(groups),
            split=of(_split(path, arrays.get("split"))),
            start=of(start, np.float64),
            end=of(end, np.float64),
            times=of(times, np.float32),
            aspect=of(aspect, np.float32),
            fps=_rate(path, arrays.get("fps")),
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
    names = words_of(np.atleast_1d(arrays["class_names"]), "class_names", path).ravel().tolist()
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


def _times(path: Path, times: NDArray[Any] | None, lengths: Int64, ids: Strings) -> NDArray[Any] | None:
    """Times that do not fall within a clip; behind its end, where they may be anything, they are finite."""
    if times is None:
        return None
    inside_N_T = np.arange(times.shape[1]) < lengths[:, None]
    numbers = numbers_of(np.where(inside_N_T, times, 0), "times", path)
    falls_N = ((np.diff(numbers, axis=1) < 0) & inside_N_T[:, 1:]).any(axis=1)
    if falls_N.any():
        raise UserError(f"{path}: the times of clip {ids[int(falls_N.argmax())]} fall; write the file again")
    return np.where(inside_N_T | np.isfinite(times), times, 0)


def _ends(path: Path, arrays: dict[str, NDArray[Any]], ids: Strings) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
    start, end = (numbers_of(arrays[name], name, path) if name in arrays else None for name in ("start", "end"))
    if start is not None and end is not None and (end < start).any():
        raise UserError(f"{path}: clip {ids[int((end < start).argmax())]} ends before it starts; write the file again")
    return start, end


def _rate(path: Path, fps: NDArray[Any] | None) -> float | None:
    if fps is None:
        return None
    if fps.size != 1:
        raise UserError(f"{path}: fps has shape {fps.shape}; it must be one number, write the file again")
    return float(numbers_of(fps, "fps", path, *RATES).reshape(()))


def _people(path: Path, subject: NDArray[Any] | None) -> Strings | None:
    """Names of people; empty where one is unknown, None where all are."""
    if subject is None:
        return None
    if subject.dtype.kind == "f":
        # Numbers with a point come from tables, which write unknown as NaN.
        subject = whole_numbers_of(np.where(np.isnan(subject), -1, subject), "subject", path)
    names = np.array(["" if who in ("-1", "") else who for who in words_of(subject, "subject", path).tolist()])
    return names if (names != "").any() else None


def _split(path: Path, split: NDArray[Any] | None) -> Strings | None:
    sides = None if split is None else words_of(split, "split", path)
    if sides is None or (sides == "none").all():
        return None
    bad = ~np.isin(sides, ("train", "test"))
    if bad.any():
        word = str(sides[int(bad.argmax())])
        raise UserError(f"{path}: split holds {word!r}; write train or test for each clip, or none for all")
    return sides


def _source(path: Path, arrays: dict[str, NDArray[Any]]) -> str:
    notes = [part for name in _PROVENANCE if name in arrays for part in words_of(arrays[name], name, path).ravel().tolist()]
    return "; ".join([path.name, *notes])
