"""Tracks: the joints of a recording or clip through time, stretches of them, and the file that keeps one."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.array_files import DamagedError, read_npz
from gesture_al.core.arrays import Float32, Float64, Strings
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import decimal, parse_json

# In a folder of tracks: the one beside the classes, whose clips nobody has named.
UNLABELLED = "unlabelled"


# Kinds of numbers and sides of the arrays in a file: T frames, any number of joints.
_LAYOUT: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "positions": ("f", ("T", None, 3)),
    "seconds": ("fiu", ("T",)),
    "handedness": ("f", ("T", 2)),
    "flags": ("U", ("T",)),
    "size": ("iu", (2,)),
    "layout": ("U", ()),
    "about": ("U", ()),
}
_MOST_PIXELS = 100_000
# Thirty years; of the priority, far more than there are.
_MOST_SECONDS = 1e9


@dataclass(frozen=True)
class Stretch:
    """A stretch of a recording; a frame at either end belongs to it.

    Args:
        start: Its first moment, in seconds of the recording.
        end: Its last one.
    """

    start: float
    end: float

    @classmethod
    def of(cls, start: float | None, end: float | None) -> Stretch | None:
        """The stretch between two ends; None where one is missing."""
        return None if start is None or end is None else cls(start, end)

    def overlaps(self, other: Stretch) -> bool:
        """Whether some moment belongs to both."""
        return self.start <= other.end and other.start <= self.end

    def widened(self, seconds: float) -> Stretch:
        """So much longer on both sides."""
        return Stretch(self.start - seconds, self.end + seconds)

    def joined(self, other: Stretch) -> Stretch:
        """The shortest stretch that holds both."""
        return Stretch(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True)
class FrameJoints:
    """The joints of one frame.

    Args:
        positions: float32 (J, 3): x, y in fractions of the picture (y down), z in the extractor's unit; NaN where not seen.
        handedness: float32 (2,): how sure the extractor is of the left hand and of the right one, 0 to 1; NaN where not seen.
        flags: What is doubtful: `small_hand`, `cut_hand`, `several_people`, `same_side_twice`.
    """

    positions: Float32
    handedness: Float32
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Track:
    """The joints of T frames.

    Args:
        positions: float32 (T, J, 3), fractions of the picture, y down; NaN where not seen.
        seconds: float64 (T,), from the start of the video, increasing.
        handedness: float32 (T, 2), left and right, 0 to 1; NaN where not seen.
        flags: One text a frame, the doubts of `FrameJoints.flags` joined by spaces.
        width: Of the picture, in pixels.
        height: Likewise.
        layout: Name of the skeleton.
        about: What else is known, as JSON: `class`, `subject`, `session`, `recording`, `start`, `end`, `video`, `sha256`,
            `extractor`; keys that are not known are left out.
    """

    positions: Float32
    seconds: Float64
    handedness: Float32
    flags: Strings
    width: int
    height: int
    layout: str
    about: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.seconds)

    @classmethod
    def of(
        cls, joints: Iterable[tuple[float, FrameJoints]], size: tuple[int, int], layout: str, about: Mapping[str, Any]
    ) -> Track:
        """A track from the times and joints of its frames; size is (width, height).

        Raises:
            ValueError: No frame.
        """
        frames = list(joints)
        return cls(
            positions=np.stack([one.positions for _, one in frames]).astype(np.float32),
            seconds=np.array([seconds for seconds, _ in frames], dtype=np.float64),
            handedness=np.stack([one.handedness for _, one in frames]).astype(np.float32),
            flags=np.array([" ".join(one.flags) for _, one in frames], dtype=np.str_),
            width=size[0],
            height=size[1],
            layout=layout,
            about=dict(about),
        )

    @property
    def stretch(self) -> Stretch:
        """From its first frame to its last."""
        return Stretch(float(self.seconds[0]), float(self.seconds[-1]))

    def cut(self, stretch: Stretch) -> Track:
        """The frames of a stretch; times stay those of the video."""
        inside = (self.seconds > stretch.start - 1e-6) & (self.seconds < stretch.end + 1e-6)
        arrays = {name: getattr(self, name)[inside] for name in ("positions", "seconds", "handedness", "flags")}
        return replace(self, **arrays, about={**self.about, "start": stretch.start, "end": stretch.end})


def write_track(path: Path, track: Track) -> None:
    """Write a track, whole or not at all."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        positions=track.positions,
        seconds=track.seconds,
        handedness=track.handedness,
        flags=track.flags,
        size=np.array([track.width, track.height]),
        layout=np.array(track.layout),
        about=np.array(json.dumps(dict(track.about), sort_keys=True)),
    )
    write_atomic(path, buffer.getvalue())


def read_track(path: Path) -> Track:
    """Read a track.

    Raises:
        UserError: No such file, or not one that `write_track` has written.
    """
    try:
        return _track(read_npz(path))
    except (DamagedError, UserError, KeyError, ValueError) as err:
        reason = str(err).removeprefix(f"{path}: ")
        raise UserError(f"{path}: no landmarks can be read here ({reason}); extract the clip again") from err


def _track(arrays: Mapping[str, NDArray[Any]]) -> Track:
    """The track that a file's arrays are.

    Raises:
        KeyError, ValueError: They are not such.
    """
    count = len(arrays["positions"]) if arrays["positions"].ndim else 0
    for name, (kinds, sides) in _LAYOUT.items():
        array = arrays[name]
        wanted = tuple(count if side == "T" else side for side in sides)
        fits = len(array.shape) == len(wanted) and all(side in (None, own) for side, own in zip(wanted, array.shape, strict=True))
        if array.dtype.kind not in kinds or not fits:
            raise ValueError(f"{name} is {array.dtype} {array.shape}")
    width, height = arrays["size"].tolist()
    if not (1 <= width <= _MOST_PIXELS and 1 <= height <= _MOST_PIXELS):
        raise ValueError(f"a picture of {width} x {height}")
    about = parse_json(arrays["about"].item())
    if not isinstance(about, dict):
        raise ValueError("about is no table")
    for name in {"start", "end", "priority"} & set(about):
        if abs(decimal(about[name])) > _MOST_SECONDS:
            raise ValueError(f"{name} is {about[name]}")
    if "recording" in about and ("start" in about) != ("end" in about):
        raise ValueError("about has only one of start and end")
    texts = [*arrays["flags"].tolist(), arrays["layout"].item()]
    "".join(texts).encode()
    with np.errstate(over="ignore"):
        return Track(
            positions=arrays["positions"].astype(np.float32, copy=False),
            seconds=arrays["seconds"].astype(np.float64, copy=False),
            handedness=arrays["handedness"].astype(np.float32, copy=False),
            flags=arrays["flags"],
            width=int(width),
            height=int(height),
            layout=texts[-1],
            about=about,
        )
