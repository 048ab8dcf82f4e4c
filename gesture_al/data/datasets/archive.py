"""Named arrays - one .npz, or .npy files side by side - as a data set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Float32, Int64, Strings
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import Names, Positive
from gesture_al.data.clip_set import ClipSet, LeftOut
from gesture_al.data.datasets.array_axes import Axes, Evidence, check_order, find_axes, mediapipe_counts
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.cache import Allocate, cached
from gesture_al.data.datasets.clip_arrays import PICTURE_SIDES, ClipArrays
from gesture_al.data.datasets.foreign_files import refuse_foreign
from gesture_al.data.datasets.inputs import (
    Missing,
    check_classes,
    existing_file,
    existing_path,
    mark_missing,
    words_of,
)
from gesture_al.data.datasets.label_arrays import DROPPED, choose_classes, read_labels
from gesture_al.data.datasets.named_arrays import NamedArrays
from gesture_al.data.datasets.picture_units import Extent, Pictures, Units
from gesture_al.data.skeleton import skeleton_key

_NEEDED = ("X", "y")
_CLIP_ARRAYS = (
    *("class_names", "lengths", "subject", "split", "groups", "start", "end", "times", "fps", "aspect", "width", "height", "ids"),
)
_PROVENANCE = ("source", "licence")
_ALL = frozenset((*_NEEDED, *_CLIP_ARRAYS, *_PROVENANCE))
_SLICE = 1 << 25  # bytes of positions that are in memory at a time
_SHOWN = 12


@DATASETS.register("archive")
class Archive:
    """Clips from named arrays, as people save them.

    `X` (N, T, J, C), or flat (N, T, J*C), or with other axes (`array_axes`); `y` (N,), one column for each class, or words
    (`label_arrays`); and where known `class_names`, `lengths` (N,) with padding behind them, `subject` (-1 or empty: unknown),
    `split` (`train`, `test`; `none` throughout: no official split), `groups`, `start`, `end`, `times` (N, T) in seconds, `fps`,
    `aspect` or `width` and `height` of the picture, `ids`, and strings `source`, `licence`.

    Args:
        path: The .npz; or the .npy of `X`, with `y.npy` and the others beside it (of `X_train.npy`: `y_train.npy`); or the folder
            of `X.npy`.
        skeleton: A layout by name, or the path of a layout file; None infers it from the number of joints.
        missing: How "not seen" is written: `skeleton` (as the layout does), `zero_blocks`, `zero_joints`, `nan` or `none`.
        classes: Keep only clips of these classes, in this order, and unlabelled ones; None keeps all.
        axes: The order of X's axes: N clips, T frames, J joints, C coordinates, F joints x coordinates, M one person, such as
            `NCTJ`; None: as far as shapes tell.
        coordinates: How many of a joint's numbers are its place; others behind them (confidence, visibility) are left out. None:
            all.
        units: `auto`: pixels are recognised and scaled to fractions of the picture; `pixels`: they are; `as_written`: any unit,
            the same for all coordinates.
        width: Of the picture in pixels; None: the array `width`, if there is one.
        height: Likewise.
    """

    def __init__(
        self,
        path: str | None = None,
        skeleton: str | None = None,
        missing: Missing = "skeleton",
        classes: Names | None = None,
        axes: str | None = None,
        coordinates: Literal[2, 3] | None = None,
        units: Units = "auto",
        width: Positive | None = None,
        height: Positive | None = None,
    ) -> None:
        self.path = path
        self.skeleton = skeleton
        self.missing = missing
        self.classes = None if classes is None else [str(name) for name in classes]
        self.axes, self.coordinates = axes, coordinates
        self.units = units
        self.width, self.height = width, height

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: No such file, not readable, another layout, or numbers that the rules do not allow.
        """
        named = _named_arrays(self.path, "dataset.params.path")
        settings = {
            "skeleton": skeleton_key(self.skeleton),
            "missing": self.missing,
            "classes": self.classes,
            "axes": self.axes,
            "coordinates": self.coordinates,
            "units": self.units,
            "size": [self.width, self.height],
            "name": named.path.name,
        }
        return cached("archive", settings, named.sources, lambda allocate: self._convert(named, allocate))

    def _convert(self, named: NamedArrays, allocate: Allocate) -> ClipSet:
        where = named.path
        names = named.names()
        lacking = [name for name in _NEEDED if name not in names]
        if lacking:
            raise UserError(
                f"{where}: lacks {', '.join(lacking)}; an archive holds {', '.join(_NEEDED)} and may hold "
                f"{', '.join(_CLIP_ARRAYS)}; this one holds {_list(names)}"
            )
        shape = named.header("X").shape
        if not shape:
            raise UserError(f"{where}: X has shape (), no clips; save np.savez(path, X=..., y=..., class_names=...)")
        arrays = ClipArrays(named.read(_ALL - {"X"}), shape[0], where)
        lengths = arrays.lengths()
        longest = None if lengths is None or not len(lengths) else int(lengths.max())
        evidence = Evidence(self.axes, self.coordinates, self.skeleton, arrays.frames(), longest)
        axes = find_axes(shape, evidence, str(where))
        ids = arrays.ids()
        lengths = _checked_lengths(lengths, shape[0], axes.frames, ids, where)
        labels, classes = choose_classes(
            *read_labels(arrays.arrays["y"], arrays.arrays.get("class_names"), shape[0], where), self.classes, where
        )
        times, aspect = arrays.times(lengths, axes.frames, ids), arrays.aspect()
        start, end = arrays.ends(ids)
        groups, subjects, split = arrays.words("groups", for_all=True), arrays.subjects(), arrays.split()
        width, height = self._side(arrays, "width"), self._side(arrays, "height")
        if (width is None) != (height is None):
            raise UserError(
                f"{where}: only the {'height' if width is None else 'width'} of the picture is known; give both, or none"
            )
        pictures = Pictures(width, height, self.units)
        fps = arrays.rate()
        positions = allocate((shape[0], axes.frames, len(axes.skeleton), axes.coordinates))
        extent = Extent(shape[0])
        rows: list[int] = []
        out: list[LeftOut] = []
        for first, block in self._blocks(named, axes, positions):
            span = slice(first, first + len(block))
            seen, reasons = mark_missing(block, lengths[span], axes.skeleton, self.missing, ids[span].tolist(), str(where))
            if first == 0:
                check_order(axes, seen, str(where), shape)
            extent.add(first, seen)
            for offset, reason in enumerate(reasons):
                if labels[first + offset] == DROPPED:
                    continue
                if reason is not None:
                    out.append(reason)
                    continue
                positions[len(rows)] = seen[offset]
                rows.append(first + offset)
        check_classes(str(where), labels[rows], classes, out)
        usual = self.skeleton is None and len(axes.skeleton) in mediapipe_counts()
        in_pixels = pictures.holds_pixels(extent, usual or axes.skeleton.space == "picture", f"{where}: X {shape}")
        if in_pixels:
            pictures.scale(positions, np.array(rows), extent)
        aspect = pictures.aspect(extent, in_pixels) if aspect is None else aspect

        def of(value: NDArray[Any] | None, dtype: type[np.generic] | None = None) -> NDArray[Any] | None:
            return None if value is None else value[rows].astype(dtype or value.dtype)

        return ClipSet(
            positions=positions[: len(rows)],
            lengths=lengths[rows],
            ids=ids[rows],
            labels=labels[rows],
            classes=classes,
            skeleton=axes.skeleton,
            subjects=of(subjects),
            groups=of(groups),
            split=of(split),
            start=of(start),
            end=of(end),
            times=of(times, np.float32),
            aspect=of(aspect, np.float32),
            fps=fps,
            left_out=tuple(out),
            source=_source(arrays, pictures.note(extent, in_pixels)),
        )

    def _side(self, arrays: ClipArrays, name: Literal["width", "height"]) -> NDArray[Any] | None:
        """The width or height of each clip's picture in pixels."""
        typed: float | None = getattr(self, name)
        return arrays.numbers(name, PICTURE_SIDES, for_all=True) if typed is None else np.full(arrays.clips, float(typed))

    @staticmethod
    def _blocks(named: NamedArrays, axes: Axes, positions: Float32) -> Iterator[tuple[int, Float32]]:
        """Positions (n, T, J, C) of some clips at a time, and the number of the first of them."""
        first = 0
        for block in named.slices("X", max(1, _SLICE // max(1, positions[0].nbytes))):
            yield first, axes.arrange(block)
            first += len(block)


def _named_arrays(path: str | None, key: str) -> NamedArrays:
    """The arrays that a setting names.

    Raises:
        UserError: Nothing is there, or it is no .npz, no .npy and no folder with X.npy.
    """
    place = existing_path(path, key)
    if place.is_dir():
        if not (place / "X.npy").is_file():
            raise UserError(
                f"{key}: {place} is a folder without X.npy; name a file, or put X.npy, y.npy and class_names.npy there"
            )
        return NamedArrays(place, _beside(place / "X.npy"))
    refuse_foreign(place, "an .npz or .npy")
    file = existing_file(path, key)
    return NamedArrays(file, _beside(file)) if file.suffix.lower() == ".npy" else NamedArrays(file)


def _beside(file: Path) -> dict[str, Path]:
    """The .npy files of a set by their names: of `X_train.npy` those that end in `_train`, else those without such an end."""
    end = file.stem[1:] if file.stem[:1] in ("X", "x") else ""
    found = {"X": file}
    for name in sorted(_ALL - {"X"}):
        places = [file.with_name(f"{name}{end}.npy"), file.with_name(f"{name}.npy")]
        there = next((place for place in places if place.is_file() and place != file), None)
        if there is not None:
            found[name] = there
    return found


def _list(names: set[str]) -> str:
    known = sorted(names)
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return (", ".join(name[: _SHOWN * 3] for name in known[:_SHOWN]) or "nothing") + more


def _checked_lengths(lengths: Int64 | None, clips: int, frames: int, ids: Strings, where: Path) -> Int64:
    if lengths is None:
        return np.full(clips, frames)
    bad = (lengths < 0) | (lengths > frames)
    if bad.any():
        clip = int(bad.argmax())
        raise UserError(f"{where}: clip {ids[clip]} has length {lengths[clip]}, but X has {frames} frames; write the file again")
    return lengths


def _source(arrays: ClipArrays, note: str) -> str:
    found = [arrays.arrays[name] for name in _PROVENANCE if name in arrays.arrays]
    notes = [part for array in found for part in words_of(array, "source", arrays.where).ravel().tolist()]
    return "; ".join([arrays.where.name, *notes, *([note] if note else [])])
