"""Pairs of `.ts` files from the UEA archive, plain or gzipped, with their channels grouped into joints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import gunzip, read_bytes
from gesture_al.core.parameters import Names, Rate
from gesture_al.data.clip_set import UNKNOWN, ClipSet, LeftOut
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.cache import Allocate, cached
from gesture_al.data.datasets.foreign_files import refuse_foreign
from gesture_al.data.datasets.inputs import check_classes, existing_file, mark_missing
from gesture_al.data.datasets.public_sets import PublicFiles, fetch
from gesture_al.data.skeleton import Skeleton, generic, skeleton_for, skeleton_key

# Channels that a joint may have, the first that divide a set's channels being taken, and coordinates that a clip must have.
_CHANNELS, _LEAST_COORDINATES = (3, 2, 1), 2


@DATASETS.register("uea")
class Uea:
    """Clips from a training and a test file of the UEA archive; the pair is the official split.

    Channels are taken joint by joint: x, y, z of the first, x, y, z of the second. Zero is a place; `?` is not seen. A joint of
    one channel has it as x, and y = 0: any series can be read, whatever its channels are.

    Args:
        train: The training file, `.ts` or `.ts.gz`.
        test: The test file; None: there is no official split.
        fetch: A public set by name, found or downloaded where `train` is not set.
        joints: How many joints the channels are, or their names, with one, two or three channels each; None: three channels a
            joint where they can be divided so, else two, else one.
        skeleton: A layout by name, or the path of a layout file; None: the number and names of the joints are all that is known.
        classes: Class names in the order of the file's header; None takes the labels as written.
        fps: Frames a second; None: unknown.
        content: Content hash that a set fetched by name must have (docs/what-is-read.md); None: the published one, or that of
            the first reading on this machine where no published one is known.
    """

    def __init__(
        self,
        train: str | None = None,
        test: str | None = None,
        fetch: str | None = None,
        joints: int | Names | None = None,
        skeleton: str | None = None,
        classes: Names | None = None,
        fps: Rate | None = None,
        content: str | None = None,
    ) -> None:
        self.train = train
        self.test = test
        self.fetch = fetch
        self.joints = joints if joints is None or isinstance(joints, int) else [str(name) for name in joints]
        self.skeleton = skeleton
        self.classes = None if classes is None else [str(name) for name in classes]
        self.fps = fps
        self.content = content

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: A file is missing, damaged or does not fit the grouping, or a public set cannot be had as published.
        """
        fetched = fetch(self.fetch, "train") if self.fetch and self.train is None else None
        if fetched is not None:
            files = [("train", fetched.files["train"]), ("test", fetched.files["test"])]
        else:
            files = [("train", existing_file(self.train, "dataset.params.train"))]
            files += [("test", existing_file(self.test, "dataset.params.test"))] if self.test else []
            for _, path in files:
                refuse_foreign(path, "a .ts or .ts.gz", ".ts", ".gz")
        settings = {
            "joints": self.joints,
            "skeleton": skeleton_key(self.skeleton),
            "classes": self.classes,
            "fps": self.fps,
            "fetch": self.fetch if fetched else None,
            **({"content": self.content} if fetched and self.content else {}),
            "name": files[0][1].name,
        }
        return cached("uea", settings, files, lambda allocate: self._convert(files, fetched, allocate))

    def _convert(self, files: list[tuple[str, Path]], fetched: PublicFiles | None, allocate: Allocate) -> ClipSet:
        if fetched is None:
            return self._clips([(name, path, read_ts(path)) for name, path in files], files[0][1].name, allocate)
        with fetched.checked():
            parts = [(name, path, read_ts(path)) for name, path in files]
            cases = [case for _, _, part in parts for case in part.cases]
            labels = [parts[0][2].classes.index(label) for _, _, part in parts for label in part.labels]
            lengths = np.array([case.shape[1] for case in cases])
            fetched.verify(lengths, np.array(labels), (case.T for case in cases), self.content)
        return self._clips(parts, fetched.source, allocate)

    def _clips(self, parts: list[tuple[str, Path, Series]], source: str, allocate: Allocate) -> ClipSet:
        where, first = parts[0][1:]
        for _, path, part in parts[1:]:
            if (len(part.cases[0]), set(part.classes)) != (len(first.cases[0]), set(first.classes)):
                raise UserError(f"{path}: other channels or classes than {where}; the two files are not of one set")
        skeleton = self._skeleton(len(first.cases[0]), where)
        classes = self._names(first, where)
        cases = [case for _, _, part in parts for case in part.cases]
        names = [f"{name}/{index:05d}" for name, _, part in parts for index in range(len(part.cases))]
        halves = [name for name, _, part in parts for _ in part.cases]
        labels = [first.classes.index(label) for _, _, part in parts for label in part.labels] or [UNKNOWN] * len(cases)
        coordinates = max(len(cases[0]) // len(skeleton), _LEAST_COORDINATES)
        positions = allocate((len(cases), max(case.shape[1] for case in cases), len(skeleton), coordinates))
        rows: list[int] = []
        out: list[LeftOut] = []
        for index, case in enumerate(cases):
            length = case.shape[1]
            joints = _joints(case, len(skeleton))[None]
            with_gaps, (reason,) = mark_missing(joints, np.array([length]), skeleton, "nan", [names[index]], str(where))
            if reason is not None:
                out.append(reason)
                continue
            positions[len(rows)] = np.nan
            positions[len(rows), :length] = with_gaps[0]
            rows.append(index)
        row_labels = np.array(labels, dtype=np.int64)[rows]
        check_classes(str(where), row_labels, classes, out)
        return ClipSet(
            positions=positions[: len(rows)],
            lengths=np.array([cases[index].shape[1] for index in rows], dtype=np.int64),
            ids=np.array(names)[rows],
            labels=row_labels,
            classes=classes,
            skeleton=skeleton,
            split=np.array(halves)[rows] if len(parts) == 2 else None,
            fps=self.fps,
            left_out=tuple(out),
            source=source,
        )

    def _skeleton(self, channels: int, where: Path) -> Skeleton:
        if self.joints is None:
            count = channels // next(each for each in _CHANNELS if channels % each == 0)
        else:
            count = self.joints if isinstance(self.joints, int) else len(self.joints)
        if count < 1 or channels % count or channels // count not in _CHANNELS:
            raise UserError(
                f"dataset.params.joints: {count} joints of 1, 2 or 3 channels are not the {channels} channels of {where}"
            )
        if self.skeleton is not None:
            return skeleton_for(count, self.skeleton)
        return generic(count) if not isinstance(self.joints, list) else replace(generic(count), joints=tuple(self.joints))

    def _names(self, series: Series, where: Path) -> tuple[str, ...]:
        if self.classes is None or not series.classes:
            return tuple(self.classes or series.classes)
        if len(self.classes) != len(series.classes):
            raise UserError(f"dataset.params.classes: {len(self.classes)} names for the {len(series.classes)} classes of {where}")
        return tuple(self.classes)


def _joints(case_D_T: Float32, joints: int) -> Float32:
    """Positions (T, J, C) of a case; of one channel a joint as x with y = 0, unseen where it is."""
    positions = case_D_T.T.reshape(case_D_T.shape[1], joints, -1)
    if positions.shape[2] >= _LEAST_COORDINATES:
        return positions
    return np.concatenate([positions, np.where(np.isfinite(positions), np.float32(0), np.float32(np.nan))], axis=2)


@dataclass(frozen=True)
class Series:
    """Contents of a `.ts` file.

    Args:
        cases: For each case float32 (D, T); T may differ from case to case; NaN where the file says `?`.
        labels: For each case the class label as written; empty where the file has none.
        classes: Class labels in the order of the header; empty where the file has none.
    """

    cases: list[Float32]
    labels: list[str]
    classes: tuple[str, ...]


def read_ts(path: Path) -> Series:
    """Read a `.ts` file.

    Comments may be in any encoding. Dimensions are separated by `:`, values by `,`, the class label stands last.

    Args:
        path: A `.ts` file or a gzipped one (told by its first bytes).

    Raises:
        UserError: The file is damaged, has time stamps or a numeric target, or a line that does not fit its header.

    Source:
        Bagnall et al., "The UEA multivariate time series classification archive, 2018", arXiv:1811.00075.
    """
    headers: dict[str, str] = {}
    classes: tuple[str, ...] = ()
    cases: list[Float32] = []
    labels: list[str] = []
    in_data = False
    for number, line in enumerate(_text(path).splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith(("#", "%")):
            continue
        where = f"{path}:{number}"
        if in_data:
            case, label = _case(line, where, classes)
            if cases and len(case) != len(cases[0]):
                raise UserError(
                    f"{where}: {len(case)} dimensions, but the first case has {len(cases[0])}; the line is cut off or altered"
                )
            cases.append(case)
            labels += [label] if classes else []
        elif line.lower() == "@data":
            in_data = True
        elif line.startswith("@"):
            key, _, value = line[1:].partition(" ")
            headers[key.lower()] = value.strip()
            classes = _header(key.lower(), value.split(), where) or classes
        else:
            raise UserError(f"{where}: neither a header nor after @data; is this a .ts file?")
    if not cases:
        raise UserError(f"{path}: no case after @data; download the file again")
    declared = headers.get("dimensions") or headers.get("dimension")
    if declared and declared.isdigit() and int(declared) != len(cases[0]):
        raise UserError(f"{path}: the header says {declared} dimensions, the cases have {len(cases[0])}; download the file again")
    return Series(cases, labels, classes)


def _text(path: Path) -> str:
    data = read_bytes(path)
    if data.startswith(b"\x1f\x8b"):
        data = gunzip(data, path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _header(key: str, words: list[str], where: str) -> tuple[str, ...]:
    """Class labels, if this header line gives them."""
    first = words[0].lower() if words else ""
    if key == "timestamps" and first == "true":
        raise UserError(f"{where}: time stamps are not read; use a file of evenly spaced frames")
    if key == "targetlabel" and first == "true":
        raise UserError(f"{where}: a numeric target is no class; use a classification set")
    if key == "classlabel" and first == "true":
        if len(words) == 1:
            raise UserError(f"{where}: @classLabel names no class; add their labels")
        return tuple(words[1:])
    return ()


def _case(line: str, where: str, classes: tuple[str, ...]) -> tuple[Float32, str]:
    fields = line.split(":")
    label = fields.pop().strip() if classes else ""
    if classes and label not in classes:
        raise UserError(
            f"{where}: class label {label[:40]!r} is not in the header ({' '.join(classes)}); the line is cut off or altered"
        )
    try:
        rows = [np.array(field.replace("?", "nan").split(","), dtype=np.float64) for field in fields]
        return np.array(rows, dtype=np.float32), label
    except ValueError as err:
        raise UserError(f"{where}: dimensions of different length or a value that is no number ({err})") from err
