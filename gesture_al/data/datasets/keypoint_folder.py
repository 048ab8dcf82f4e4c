"""Folders of one .npy per frame, as the webcam tutorials write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from gesture_al.core.array_files import DamagedError, read_npy
from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name
from gesture_al.core.parameters import Names, Rate
from gesture_al.data.clip_set import UNKNOWN, ClipSet, LeftOut
from gesture_al.data.datasets.base import DATASETS
from gesture_al.data.datasets.cache import Allocate, cached
from gesture_al.data.datasets.frame_numbers import LAYOUTS, joint_positions
from gesture_al.data.datasets.inputs import NO_FRAME, ONLY_NAN, check_classes, existing_folder, mark_missing
from gesture_al.data.skeleton import SKELETONS, Skeleton

Joints = Literal["hands", "hands_pose", "holistic"]
_PATTERN = "<root>/<class>/<clip>/<frame>.npy"


@dataclass(frozen=True)
class _Folder:
    """Folder of one clip: its class, path, clip id, and `train` or `test`."""

    kind: str
    path: Path
    id: str
    split: str


@DATASETS.register("keypoint_folder")
class KeypointFolder:
    """Clips from `<root>/<class>/<clip>/<frame>.npy`; frames in numeric order.

    A frame holds 1662 numbers (pose 33 x (x, y, z, visibility), face 468 x 3, left and right hand 21 x 3), 258 (without the
    face) or 126 (hands). Visibility is not kept: it is no position. A frame that cannot be read costs its clip, not the set.

    Args:
        path: The root folder.
        test: A second root with the same classes, whose clips are the test; None: the run splits the clips of `path`.
        joints: What to keep: `hands`, `hands_pose` (of frames without a pose: the hands) or `holistic` (1662 only).
        unlabelled: The folder beside the classes whose clips nobody has labelled; it may be missing.
        classes: Class names in order; None takes the folders' names, sorted.
        fps: Frames a second; None: unknown.
    """

    def __init__(
        self,
        path: str | None = None,
        test: str | None = None,
        joints: Joints = "hands_pose",
        unlabelled: str = "Unlabeled",
        classes: Names | None = None,
        fps: Rate | None = None,
    ) -> None:
        self.path = path
        self.test = test
        self.joints = joints
        self.unlabelled = unlabelled
        self.classes = None if classes is None else [str(name) for name in classes]
        self.fps = fps

    def load(self) -> ClipSet:
        """The clips, memory-mapped.

        Raises:
            UserError: No such folder, no frame, a class without a clip, or frames of different layouts.
        """
        root = existing_folder(self.path, "dataset.params.path")
        classes = self._classes(root)
        clips = _clips(root, [*classes, self.unlabelled], "", "train")
        if self.test is not None:
            clips += _clips(existing_folder(self.test, "dataset.params.test"), classes, "test/", "test")
        frames = {clip.path: sorted(clip.path.glob("*.npy"), key=_numeric) for clip in clips}
        for clip in clips:
            for path in (clip.path, *frames[clip.path]):
                check_name(path)
        if not any(frames.values()):
            raise UserError(f"{root}: no frame found; the layout is {_PATTERN}")
        files = [(f"{clip.id}/{path.name}", path) for clip in clips for path in frames[clip.path]]
        # A clip folder without a frame is no file, but is reported as left out.
        empty = [clip.id for clip in clips if not frames[clip.path]]
        settings = {
            "joints": self.joints,
            "unlabelled": self.unlabelled,
            "classes": classes,
            "fps": self.fps,
            "name": root.name,
            "empty": empty,
        }
        return cached("keypoint_folder", settings, files, lambda allocate: self._convert(root, classes, clips, frames, allocate))

    def _classes(self, root: Path) -> list[str]:
        names = [folder.name for folder in _folders(root) if folder.name != self.unlabelled]
        if self.classes is None:
            return names
        unlisted = [name for name in names if name not in self.classes]
        if unlisted:
            raise UserError(f"dataset.params.classes lacks {unlisted[0]!r}, a folder in {root}; add it or move the folder away")
        return self.classes

    def _convert(
        self, root: Path, classes: list[str], clips: list[_Folder], frames: dict[Path, list[Path]], allocate: Allocate
    ) -> ClipSet:
        width = frame_width([path for paths in frames.values() for path in paths], root)
        skeleton = self._skeleton(width, root)
        longest = max(len(paths) for paths in frames.values())
        positions = allocate((len(clips), longest, len(skeleton), 3))
        ids: list[str] = []
        labels: list[int] = []
        lengths: list[int] = []
        out: list[LeftOut] = []
        splits: list[str] = []
        for clip in clips:
            try:
                numbers = read_clip(frames[clip.path], width)
            except UnreadableFrameError as err:
                out.append(LeftOut(clip.id, str(err)))
                continue
            joints = joint_positions(numbers, skeleton)[None]
            with_gaps, (reason,) = mark_missing(joints, np.array([len(numbers)]), skeleton, "skeleton", [clip.id], str(root))
            if reason is not None:
                out.append(reason)
                continue
            positions[len(ids)] = np.nan
            positions[len(ids), : len(numbers)] = with_gaps[0]
            ids.append(clip.id)
            splits.append(clip.split)
            labels.append(classes.index(clip.kind) if clip.kind != self.unlabelled else UNKNOWN)
            lengths.append(len(numbers))
        check_classes(str(root), np.array(labels, dtype=np.int64), classes, out)
        return ClipSet(
            positions=positions[: len(ids)],
            lengths=np.array(lengths, dtype=np.int64),
            ids=np.array(ids),
            labels=np.array(labels, dtype=np.int64),
            classes=tuple(classes),
            skeleton=skeleton,
            split=np.array(splits) if self.test is not None else None,
            fps=self.fps,
            left_out=tuple(out),
            source=f"{root.name}: frames of {width} numbers ({LAYOUTS[width]})",
        )

    def _skeleton(self, width: int, root: Path) -> Skeleton:
        if self.joints == "holistic" and width != 1662:
            raise UserError(
                f"dataset.params.joints=holistic: frames in {root} hold {width} numbers, not 1662; set joints=hands_pose"
            )
        return SKELETONS["hands" if width == 126 else self.joints]


def _clips(root: Path, kinds: Sequence[str], prefix: str, split: str) -> list[_Folder]:
    return [_Folder(kind, clip, f"{prefix}{kind}/{clip.name}", split) for kind in kinds for clip in _folders(root / kind)]


def _folders(root: Path) -> list[Path]:
    """Folders inside, in natural order, without those of tools (`.ipynb_checkpoints`, `__MACOSX`)."""
    if not root.is_dir():
        return []
    return sorted((f for f in root.iterdir() if f.is_dir() and not f.name.startswith((".", "__"))), key=_numeric)


def _numeric(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """A sort key under which 10 comes after 9, in names like `frame_10` too.

    The name comes last for those that are alike so far, such as folders `2026.01.30` and `2026.01.31`: without it their order
    would be that of the disk.
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", path.stem)
    return [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts], path.name


class UnreadableFrameError(Exception):
    """A frame that cannot be read, so that its clip is left out; the message is the reason."""


def frame_width(paths: list[Path], root: Path) -> int:
    """Numbers in a frame of this set: those of its first readable frame.

    Raises:
        UserError: No frame can be read, or the first that can is of no known layout.
    """
    failure = ""
    for path in paths:
        try:
            width = _read_frame(path).size
        except UnreadableFrameError as err:
            failure = failure or f"{path}: {err}"
            continue
        if width not in LAYOUTS:
            layouts = ", ".join(f"{size} ({what})" for size, what in LAYOUTS.items())
            raise UserError(f"{path}: a frame of {width} numbers; known are {layouts}")
        return width
    raise UserError(f"{root}: no frame can be read, first {failure}; record the clips again")


def _read_frame(path: Path) -> Float32:
    try:
        frame = read_npy(path)
        if frame.dtype.kind not in "fiu":
            raise DamagedError(f"holds {frame.dtype}")
    except (UserError, DamagedError) as err:
        raise UnreadableFrameError(f"unreadable frame {path.name}") from err
    # A number too large for float32 becomes infinite, and infinite numbers are reported.
    with np.errstate(over="ignore"):
        return np.asarray(frame, dtype=np.float32).ravel()


def read_clip(paths: list[Path], width: int) -> Float32:
    """Frames of one clip as numbers, float32 (T, width).

    Raises:
        UnreadableFrameError: The clip must be left out: no frame, a damaged one, numbers that are none.
        UserError: A frame of another layout than the set's.
    """
    if not paths:
        raise UnreadableFrameError(NO_FRAME)
    frames = [_read_frame(path) for path in paths]
    for path, frame in zip(paths, frames, strict=True):
        if frame.size != width:
            raise UserError(f"{path}: {frame.size} numbers, but the first frame of the set holds {width}; use one layout for all")
    numbers = np.stack(frames)
    finite = np.isfinite(numbers).all(axis=1)
    if np.isnan(numbers).all():
        raise UnreadableFrameError(ONLY_NAN)
    if not finite.all():
        raise UnreadableFrameError(f"NaN or an infinite number in frame {paths[int(finite.argmin())].name}")
    return numbers
