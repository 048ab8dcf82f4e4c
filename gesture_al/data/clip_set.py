"""The clips of a data set, in memory or mapped from disk."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Float32, Float64, Floating, Int64, Strings
from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import Skeleton

UNKNOWN = -1


@dataclass(frozen=True)
class LeftOut:
    """A clip that a reader refused, or a file in its folder that is none, and why.

    Args:
        clip: Its id; of a file its path below the folder.
        reason: In words that many have in common, so that they can be counted.
    """

    clip: str
    reason: str


@dataclass(frozen=True)
class ClipSet:
    """N clips of at most T frames of J joints.

    Args:
        positions: float32 (N, T, J, C); C is 2 or 3; image layouts: fractions of the picture, y down. NaN where a joint
            was not seen and behind a clip's last frame. May be a memory map.
        lengths: int (N,), frames of each clip, 1 to T.
        ids: (N,) unique, stable strings.
        labels: int (N,), index into `classes`, or -1 where unknown.
        classes: Class names.
        skeleton: What the J joints are.
        subjects: (N,) who is seen; None where unknown.
        groups: (N,) the recording or session a clip belongs to; None where unknown.
        split: (N,) `train` or `test` of an official split; None where there is none.
        start: (N,) where in its group the clip starts (any unit, the same as `end`); None unless cut from longer video.
        end: (N,) where it ends.
        times: float32 (N, T) seconds from the clip's start; None: frames are evenly spaced.
        fps: Frames a second of evenly spaced frames; None where unknown.
        aspect: float32 (N,) width / height of the picture; None where unknown (1 is assumed).
        priority: (N,) how urgently a clip is to be asked about: 0: when the strategy says so; larger ones before. None: all 0.
        videos: (N,) file that shows the clip as it was filmed, empty where there is none; None where there is none at all.
        video_from: float64 (N,), seconds in its file at which the clip begins; None: each file is one clip.
        recordings: (N,) file with the whole track that the clip was cut from, in which `start` and `end` are seconds; empty where
            none is kept; None where there is none at all.
        longest: Seconds that a clip may last where its ends are moved; None: any.
        left_out: What the reader left out, with reasons.
        source: One line on where the data come from and under which licence.
        synthetic: True for generated data; every figure made from it says so.
    """

    positions: Float32
    lengths: Int64
    ids: Strings
    labels: Int64
    classes: tuple[str, ...]
    skeleton: Skeleton
    subjects: Strings | None = None
    groups: Strings | None = None
    split: Strings | None = None
    start: Float64 | None = None
    end: Float64 | None = None
    times: Float32 | None = None
    fps: float | None = None
    aspect: Float32 | None = None
    videos: Strings | None = None
    video_from: Float64 | None = None
    priority: Int64 | None = None
    recordings: Strings | None = None
    longest: float | None = None
    left_out: tuple[LeftOut, ...] = ()
    source: str = ""
    synthetic: bool = False

    def __post_init__(self) -> None:
        _check(self)

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, indices: Int64 | Sequence[int]) -> ClipSet:
        """The clips at these positions, in this order; arrays are copied, so a few of a large memory map are cheap."""
        rows = np.asarray(indices, dtype=np.int64)
        arrays = {name: getattr(self, name) for name in ("positions", *CLIP_ARRAYS)}
        return replace(self, left_out=(), **{name: array[rows] for name, array in arrays.items() if array is not None})

    def with_skeleton(self, skeleton: Skeleton) -> ClipSet:
        """The same clips, of which more is known of the joints; it is the same content, with the same fingerprint."""
        clips = replace(self, skeleton=skeleton)
        vars(clips)["fingerprint"] = self.fingerprint
        return clips

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of every clip by its id; built once, since a million of them take 100 MB."""
        return {clip: row for row, clip in enumerate(self.ids.tolist())}

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the content (positions, labels, ids, classes, split and people), in hex.

        Read in slices, so that a memory map is not pulled into memory. A set from the cache has it already.
        """
        # Version 0.1.0 knew a layout by its name; those that came later may be files of the user's.
        layout = self.skeleton.name if self.skeleton.name in _LAYOUTS_OF_0_1_0 else self.skeleton.to_json()
        digest = hashlib.sha256(repr((self.classes, layout, self.positions.shape)).encode())
        for first in range(0, len(self), 4096):
            digest.update(np.ascontiguousarray(self.positions[first : first + 4096]).tobytes())
            release_mmap(self.positions)
        for name in _HASHED:
            value = getattr(self, name)
            digest.update(name.encode() if value is None else np.ascontiguousarray(value).tobytes())
        return digest.hexdigest()


_LAYOUTS_OF_0_1_0 = frozenset({"generic", "hands", "hands_pose", "holistic", "natops", "track"})
_HASHED = ("lengths", "labels", "ids", "subjects", "groups", "split", "start", "end", "times", "aspect")
CLIP_ARRAYS = (*_HASHED, "videos", "video_from", "priority", "recordings")
"""Fields with an entry for each clip, other than `positions`."""


def _check(clips: ClipSet) -> None:
    """Refuse a set whose arrays do not fit together.

    Raises:
        UserError: Wrong shape, a length outside 1..T, a label outside the classes, an id that stands twice.
    """
    if clips.positions.ndim != 4 or clips.positions.shape[3] not in (2, 3):
        raise UserError(f"positions must be (clips, frames, joints, 2 or 3), not {clips.positions.shape}")
    count, frames, joints, _ = clips.positions.shape
    if joints != len(clips.skeleton):
        raise UserError(f"skeleton {clips.skeleton.name!r} has {len(clips.skeleton)} joints, but the clips have {joints}")
    for name in CLIP_ARRAYS:
        value = getattr(clips, name)
        if value is not None and len(value) != count:
            raise UserError(f"{name} has {len(value)} entries for {count} clips")
    if count == 0:
        return
    if clips.lengths.min() < 1 or clips.lengths.max() > frames:
        worst = int(np.argmax((clips.lengths < 1) | (clips.lengths > frames)))
        raise UserError(f"clip {clips.ids[worst]}: length {clips.lengths[worst]} is outside 1..{frames}")
    if clips.labels.min() < UNKNOWN or clips.labels.max() >= len(clips.classes):
        raise UserError(f"labels must be -1 (unknown) to {len(clips.classes) - 1}, the classes are {', '.join(clips.classes)}")
    if len(np.unique(clips.ids)) != count:
        names, times = np.unique(clips.ids, return_counts=True)
        raise UserError(f"clip id {names[times.argmax()]} stands {times.max()} times; ids must be unique")


def seconds_of(clips: ClipSet, rows: Int64) -> Floating | None:
    """How long some clips last from their first to their last frame, (n,); None where nothing says when frames were taken."""
    last_n = clips.lengths[rows] - 1
    if clips.times is not None:
        return np.asarray(clips.times[rows, last_n] - clips.times[rows, 0])
    return None if clips.fps is None else np.asarray(last_n / clips.fps)


def clip_seconds(clips: ClipSet, rows: Int64) -> dict[str, float] | None:
    """Quantiles of the durations of some clips.

    Args:
        clips: The set.
        rows: Which of them, (n,).

    Returns:
        `low`, `median` and `high`: 10, 50 and 90 per cent of the clips are shorter, first to last frame. None where nothing says
        when frames were taken, or without a clip.
    """
    seconds_n = seconds_of(clips, rows)
    if seconds_n is None or not len(rows):
        return None
    quantiles = np.quantile(seconds_n, (0.1, 0.5, 0.9)).round(3).tolist()
    return dict(zip(("low", "median", "high"), quantiles, strict=True))


def release_mmap(array: NDArray[Any]) -> None:
    """Release the pages of a read-only memory map from this process's memory; any other array stays as it is.

    The system would take it back only when memory runs short, and until then a set that is read from end to end seems to fill
    all memory. What was read lately stays in the system's own cache of files.
    """
    base: Any = array
    while isinstance(base, np.ndarray):
        if base.flags.writeable:
            return
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
