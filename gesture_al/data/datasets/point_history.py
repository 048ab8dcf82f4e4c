"""Fingertip tracks as kinivi's hand-gesture-recognition-mediapipe records them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import read_text
from gesture_al.core.parameters import Names, Rate
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.cache import Allocate, cached
from gesture_al.data.datasets.inputs import check_classes, existing_file, whole_numbers_of
from gesture_al.data.datasets.named_arrays import NamedArrays
from gesture_al.data.datasets.public_sets import PublicFiles, fetch
from gesture_al.data.skeleton import skeleton_for


@DATASETS.register("point_history")
class PointHistory:
    """Tracks of one fingertip: rows of a class number and then x, y for each frame, relative to the track's first point.

    Rows are windows cut with stride 1, so a row shares all but one frame with the next: `start` and `end` are the row and
    the row plus the window, and `split_by: blocks` keeps them apart. Zero is a place.

    Args:
        path: A `point_history.csv`, or an .npz with `X` and `y`; None: the public set named by `fetch`.
        fetch: The public set's name.
        classes: Class names by class number.
        fps: Frames a second; None: unknown.
    """

    def __init__(
        self,
        path: str | None = None,
        fetch: str | None = "point_history",
        classes: Names = ("Stop", "Clockwise", "Counter Clockwise", "Move"),
        fps: Rate | None = None,
    ) -> None:
        self.path = path
        self.fetch = fetch
        self.classes = [str(name) for name in classes]
        self.fps = fps

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: The file is missing or damaged, or a download failed or differs from the published set.
        """
        fetched = fetch(self.fetch) if self.fetch and self.path is None else None
        path = fetched.files["rows"] if fetched else existing_file(self.path, "dataset.params.path")
        settings = {"classes": self.classes, "fps": self.fps, "fetch": self.fetch if fetched else None, "name": path.name}
        return cached("point_history", settings, [("rows", path)], lambda allocate: self._convert(path, fetched, allocate))

    def _convert(self, path: Path, fetched: PublicFiles | None, allocate: Allocate) -> ClipSet:
        read_tracks = _read_npz if path.suffix == ".npz" else _read_csv
        if fetched is None:
            tracks, labels = read_tracks(path)
        else:
            with fetched.checked():
                tracks, labels = read_tracks(path)
                fetched.verify(np.full(len(tracks), tracks.shape[1]), labels, [tracks])
        outside = (labels < 0) | (labels >= len(self.classes))
        if outside.any():
            row = int(outside.argmax())
            raise UserError(
                f"{path}: row {row + 1} is of class {labels[row]}, but dataset.params.classes names {len(self.classes)}"
            )
        infinite = ~np.isfinite(tracks).all(axis=(1, 2, 3))
        if infinite.any():
            raise UserError(f"{path}: row {int(infinite.argmax()) + 1} holds NaN or an infinite number; repair or remove it")
        check_classes(str(path), labels, self.classes)
        count, frames = tracks.shape[:2]
        positions = allocate((count, frames, 1, 2))
        positions[:] = tracks
        rows = np.arange(count, dtype=np.float64)
        return ClipSet(
            positions=positions,
            lengths=np.full(count, frames, dtype=np.int64),
            ids=np.array([f"row/{row:06d}" for row in range(count)]),
            labels=labels,
            classes=tuple(self.classes),
            skeleton=skeleton_for(1, "track"),
            start=rows,
            end=rows + frames,
            fps=self.fps,
            source=fetched.source if fetched else path.name,
        )


def _read_csv(path: Path) -> tuple[Float32, Int64]:
    """Tracks float32 (N, T, 1, 2) and class numbers."""
    rows: list[list[float]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(read_text(path, "utf-8-sig"), newline="")), start=1):
            if not cells:
                continue
            if len(cells) < 3 or len(cells) % 2 == 0 or (rows and len(cells) != len(rows[0])):
                wanted = len(rows[0]) if rows else "a class number and x, y for each frame"
                raise UserError(f"{path}:{number}: {len(cells)} numbers, not {wanted}; the line is cut off or altered")
            rows.append([float(cell) for cell in cells])
    except (ValueError, csv.Error) as err:
        raise UserError(f"{path}: line {len(rows) + 1} cannot be read ({err}); repair the file or download it again") from err
    if not rows:
        raise UserError(f"{path}: no row; download the file again")
    numbers = np.array(rows)
    return _float32(numbers[:, 1:]).reshape(len(rows), -1, 1, 2), whole_numbers_of(numbers[:, 0], "the class number", path)


def _read_npz(path: Path) -> tuple[Float32, Int64]:
    arrays = NamedArrays(path).read({"X", "y"})
    if (
        set(arrays) != {"X", "y"}
        or arrays["X"].ndim != 4
        or arrays["X"].shape[2:] != (1, 2)
        or arrays["X"].dtype.kind not in "iuf"
        or arrays["y"].shape != arrays["X"].shape[:1]
        or not arrays["X"].size
    ):
        raise UserError(f"{path}: not X (rows, frames, 1, 2) with y (rows,); give the .csv, or read it as dataset=archive")
    return _float32(arrays["X"]), whole_numbers_of(arrays["y"], "y", path)


def _float32(numbers: NDArray[Any]) -> Float32:
    # A number too large for float32 becomes infinite, and infinite numbers are reported.
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32)
