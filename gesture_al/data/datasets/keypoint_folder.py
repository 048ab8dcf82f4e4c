"""Folders of one .npy per frame, as the webcam tutorials write them."""

from __future__ import annotations

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
from gesture_al.data.left_out import below, ending, entries_of, frame_places, missing_frames, natural_key, told, with_left_out
from gesture_al.data.skeleton import SKELETONS, Skeleton

Joints = Literal["hands", "hands_pose", "holistic"]
_FRAME = ".npy"
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
    """Clips from `<root>/<class>/<clip>/<frame>.npy`; frames in numeric order, one that is missing between others keeps its time.

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
        folders, left_out = _folders(root, root, "lies in no folder named for a class")
        classes = self._classes(root, [folder.name for folder in folders])
        clips, others = _clips(root, [*classes, self.unlabelled], "", "train")
        left_out += others
        if self.test is not None:
            test = existing_folder(self.test, "dataset.params.test")
            test_clips, others = _clips(test, classes, "test/", "test")
            clips += test_clips
            left_out += [LeftOut(f"test/{one.clip}", one.reason) for one in others]
        frames: dict[Path, list[Path]] = {}
        for clip in clips:
            frames[clip.path], others = _frames(clip)
            left_out += others
        for clip in clips:
            for path in (clip.path, *frames[clip.path]):
                check_name(path)
        if not any(frames.values()):
            what = f" (left out {len(left_out)}: {told(left_out)})" if left_out else ""
            raise UserError(f"{root}: no frame found{what}; the layout is {_PATTERN}")
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
            # Sets from before missing frames kept their time are made anew.
            "holes": any(missing_frames(paths, "") for paths in frames.values()),
        }
        clips_of_set = cached(
            "keypoint_folder", settings, files, lambda allocate: self._convert(root, classes, clips, frames, allocate)
        )
        return with_left_out(clips_of_set, left_out)

    def _classes(self, root: Path, folders: list[str]) -> list[str]:
        names = [name for name in folders if name != self.unlabelled]
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
        longest = max(frame_places(paths)[-1] + 1 for paths in frames.values() if paths)
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
            places = frame_places(frames[clip.path])
            if reason is not None:
                out.append(reason)
                continue
            positions[len(ids)] = np.nan
            # A frame that is missing between others was not seen, and its time passes.
            positions[len(ids), places] = with_gaps[0]
            ids.append(clip.id)
            splits.append(clip.split)
            labels.append(classes.index(clip.kind) if clip.kind != self.unlabelled else UNKNOWN)
            lengths.append(places[-1] + 1)
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


def _clips(root: Path, kinds: Sequence[str], prefix: str, split: str) -> tuple[list[_Folder], list[LeftOut]]:
    """The clips of some classes, and what lies beside them."""
    clips: list[_Folder] = []
    left_out: list[LeftOut] = []
    for kind in kinds:
        if (root / kind).is_dir():
            folders, others = _folders(root / kind, root, "lies in no clip's folder")
            clips += [_Folder(kind, folder, f"{prefix}{kind}/{folder.name}", split) for folder in folders]
            left_out += others
    return clips, left_out


def _folders(folder: Path, root: Path, loose: str) -> tuple[list[Path], list[LeftOut]]:
    """Folders inside, in natural order, and what else is there.

    Args:
        folder: Where.
        root: The folder that was named.
        loose: Why a frame cannot lie here.
    """
    entries, left_out = entries_of(folder, root)
    others = [one for one in entries if not one.is_dir()]
    left_out += [LeftOut(below(one, root), loose if one.suffix.lower() == _FRAME else ending(one)) for one in others]
    return sorted((one for one in entries if one.is_dir()), key=natural_key), left_out


def _frames(clip: _Folder) -> tuple[list[Path], list[LeftOut]]:
    """The frames of a clip in natural order, and what else is in its folder."""
    kind = clip.path.parent
    entries, left_out = entries_of(clip.path, kind)
    frames = sorted((one for one in entries if one.suffix.lower() == _FRAME and one.is_file()), key=natural_key)
    others = [one for one in entries if one.suffix.lower() != _FRAME or not one.is_file()]
    left_out += [LeftOut(below(one, kind), "a folder inside of a clip" if one.is_dir() else ending(one)) for one in others]
    start = clip.id.removesuffix(clip.path.name)
    return frames, [LeftOut(start + one.clip, one.reason) for one in left_out] + missing_frames(frames, clip.id)


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
