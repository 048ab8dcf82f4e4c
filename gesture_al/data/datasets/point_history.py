"""Tables of kinivi's hand-gesture-recognition-mediapipe: fingertip tracks (point_history.csv), still poses (keypoint.csv)."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import read_text
from gesture_al.core.parameters import Names, Rate
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.cache import Allocate, cached
from gesture_al.data.datasets.foreign_files import refuse_foreign
from gesture_al.data.datasets.inputs import check_classes, existing_file, whole_numbers_of
from gesture_al.data.datasets.named_arrays import NamedArrays
from gesture_al.data.datasets.public_sets import PublicFiles, fetch
from gesture_al.data.skeleton import SKELETONS

Rows = Literal["auto", "tracks", "poses"]
_TRACKS, _POSES = "tracks", "poses"
# The published classes of the tracks, in the order of their numbers.
_TRACK_CLASSES = ("Stop", "Clockwise", "Counter Clockwise", "Move")
# Numbers of a hand's 21 joints, of one hand or two: x and y, or x, y and z.
_HANDS = {42: (21, 2), 63: (21, 3), 84: (42, 2), 126: (42, 3)}
_LAYOUTS = {1: "track", 21: "hand", 42: "hands"}
_NEARLY_ALL = 0.9


@DATASETS.register("point_history")
class PointHistory:
    """Rows of a class number and the numbers of a fingertip's track or of a still hand.

    A track holds x, y for each frame, relative to its first point; rows are windows cut with stride 1, so a row shares all but
    one frame with the next. A pose holds x, y for each of 21 joints, relative to the wrist and divided by the largest: a clip of
    one frame. Neighbouring rows were taken from one stream in both: `start` and `end` are the row and the row plus its frames,
    and `split_by: blocks` keeps them apart. Zero is a place.

    Args:
        path: A `point_history.csv` or `keypoint.csv`, or an .npz with `X` (rows, frames, 1, 2) and `y`; None: the public set
            named by `fetch`.
        fetch: The public set's name.
        classes: Class names by class number; None: those of the file of labels beside it (`keypoint_classifier_label.csv`), else
            of tracks the published ones, of poses the numbers.
        fps: Frames a second; None: unknown.
        rows: What a row is; `auto`: a pose where it has the numbers of a hand's joints, the largest of which is 1.
    """

    def __init__(
        self,
        path: str | None = None,
        fetch: str | None = "point_history",
        classes: Names | None = None,
        fps: Rate | None = None,
        rows: Rows = "auto",
    ) -> None:
        self.path = path
        self.fetch = fetch
        self.classes = None if classes is None else [str(name) for name in classes]
        self.fps = fps
        self.rows = rows

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: The file is missing or damaged, or a download failed or differs from the published set.
        """
        fetched = fetch(self.fetch, "rows") if self.fetch and self.path is None else None
        path = fetched.files["rows"] if fetched else existing_file(self.path, "dataset.params.path")
        refuse_foreign(path, "a .csv of a class number and x, y for each frame or joint", ".csv", ".tsv", ".txt")
        labels = {} if fetched or self.classes is not None else {kind: _labels_beside(path, kind) for kind in (_TRACKS, _POSES)}
        settings = {
            "classes": self.classes,
            "fps": self.fps,
            "fetch": self.fetch if fetched else None,
            "rows": self.rows,
            "name": path.name,
        }
        files = [("rows", path), *((kind, file) for kind, file in labels.items() if file is not None)]
        return cached("point_history", settings, files, lambda allocate: self._convert(path, fetched, labels, allocate))

    def _convert(
        self, path: Path, fetched: PublicFiles | None, labels_beside: dict[str, Path | None], allocate: Allocate
    ) -> ClipSet:
        read = _read_npz if path.suffix == ".npz" else _read_csv
        if fetched is None:
            numbers, labels = read(path)
            kind = self._kind(numbers, path)
        else:
            with fetched.checked():
                numbers, labels = read(path)
                fetched.verify(np.full(len(numbers), numbers.shape[1] // 2), labels, [numbers])
            kind = _TRACKS
        labels, classes = self._labels(labels, kind, labels_beside.get(kind), path)
        infinite = ~np.isfinite(numbers).all(axis=1)
        if infinite.any():
            raise UserError(f"{path}: row {int(infinite.argmax()) + 1} holds NaN or an infinite number; repair or remove it")
        check_classes(str(path), labels, classes)
        count, width = numbers.shape
        joints, coordinates = (1, 2) if kind == _TRACKS else _HANDS[width]
        frames = width // (joints * coordinates)
        positions = allocate((count, frames, joints, coordinates))
        positions[:] = numbers.reshape(positions.shape)
        rows = np.arange(count, dtype=np.float64)
        return ClipSet(
            positions=positions,
            lengths=np.full(count, frames, dtype=np.int64),
            ids=np.array([f"row/{row:06d}" for row in range(count)]),
            labels=labels,
            classes=classes,
            skeleton=SKELETONS[_LAYOUTS[joints]],
            start=rows,
            end=rows + frames,
            fps=self.fps,
            source=fetched.source if fetched else path.name,
        )

    def _kind(self, numbers_N_F: Float32, path: Path) -> str:
        """`tracks` or `poses`.

        Raises:
            UserError: Rows cannot be what they are said to be, or may be either.
        """
        width = numbers_N_F.shape[1]
        if self.rows == _TRACKS and width % 2:
            raise UserError(f"{path}: rows of {width} numbers are no tracks of x, y; set dataset.params.rows=poses")
        if self.rows == _POSES and width not in _HANDS:
            known = ", ".join(f"{size} ({joints} joints of {plane})" for size, (joints, plane) in _HANDS.items())
            raise UserError(f"{path}: rows of {width} numbers are no poses of hands; known are {known}")
        if self.rows != "auto":
            return self.rows
        if width not in _HANDS or path.suffix == ".npz":
            return _TRACKS
        # A pose is divided by its largest number, a track by the sides of the picture.
        if width % 2 or np.isclose(np.abs(numbers_N_F).max(axis=1), 1, atol=1e-3).mean() > _NEARLY_ALL:
            return _POSES
        joints, plane = _HANDS[width]
        raise UserError(
            f"{path}: rows of {width} numbers may be tracks of {width // 2} frames or poses of {joints} joints of {plane}; set "
            "dataset.params.rows=tracks or poses"
        )

    def _labels(self, numbers: Int64, kind: str, beside: Path | None, path: Path) -> tuple[Int64, tuple[str, ...]]:
        """Labels as indices into class names, and those."""
        names = self.classes
        if names is None and beside is not None:
            names = _label_names(beside)
        if names is None and kind == _POSES:
            found = sorted(set(numbers.tolist()))
            return np.searchsorted(found, numbers), tuple(map(str, found))
        names = list(_TRACK_CLASSES) if names is None else names
        outside = (numbers < 0) | (numbers >= len(names))
        if outside.any():
            row = int(outside.argmax())
            told = f"{beside} names" if beside is not None else "dataset.params.classes names"
            raise UserError(f"{path}: row {row + 1} is of class {numbers[row]}, but {told} {len(names)}")
        return numbers, tuple(names)


def _labels_beside(path: Path, kind: str) -> Path | None:
    """The file with the names of the classes that lies beside a table, under the table's name or the one it has at kinivi's."""
    usual = "point_history" if kind == _TRACKS else "keypoint"
    places = [path.with_name(f"{stem}_classifier_label.csv") for stem in (path.stem, usual)]
    return next((place for place in places if place.is_file()), None)


def _label_names(path: Path) -> list[str]:
    rows = csv.reader(io.StringIO(read_text(path, "utf-8-sig"), newline=""))
    try:
        return [cells[0].strip() for cells in rows if cells and cells[0].strip()]
    except csv.Error as err:
        raise UserError(f"{path}: cannot be read ({err}); write one class a line") from err


def _read_csv(path: Path) -> tuple[Float32, Int64]:
    """Numbers of the rows, float32 (N, F), and their class numbers."""
    rows: list[list[float]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(read_text(path, "utf-8-sig"), newline="")), start=1):
            if not any(cells):
                continue
            uneven = len(cells) < 3 or (len(cells) % 2 == 0 and len(cells) - 1 not in _HANDS)
            if uneven or (rows and len(cells) != len(rows[0])):
                wanted = len(rows[0]) if rows else "a class number and x, y for each frame or joint"
                raise UserError(f"{path}:{number}: {len(cells)} numbers, not {wanted}; the line is cut off or altered")
            rows.append([float(cell) for cell in cells])
    except (ValueError, csv.Error) as err:
        raise UserError(f"{path}: line {len(rows) + 1} cannot be read ({err}); repair the file or download it again") from err
    if not rows:
        raise UserError(f"{path}: no row; download the file again")
    numbers = np.array(rows)
    return _float32(numbers[:, 1:]), whole_numbers_of(numbers[:, 0], "the class number", path)


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
    return _float32(arrays["X"]).reshape(len(arrays["X"]), -1), whole_numbers_of(arrays["y"], "y", path)


def _float32(numbers: NDArray[Any]) -> Float32:
    # A number too large for float32 becomes infinite, and infinite numbers are reported.
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32)
