"""Arrays with an entry for each clip, as people save them: (N,), (N, 1), or one value for all where that can be meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Float64, Int64, Strings
from gesture_al.core.errors import UserError
from gesture_al.data.datasets.inputs import ASPECTS, RATES, numbers_of, whole_numbers_of, words_of

# Between frames lie no such times, in seconds; a step of 1 is that of frame numbers.
_LONGEST_STEP = 1.0
_UNITS = ((1e3, "milliseconds", "times / 1e3"), (1e6, "microseconds", "times / 1e6"), (np.inf, "nanoseconds", "times / 1e9"))
# Nanoseconds since 1970 are told as such.
_TIMES = (-1e19, 1e19)
PICTURE_SIDES = (1.0, 1e5)
NOBODY = ("", "-1", "nan", "None")
"""Words for what is not known: empty, the -1 of numbers, and what pandas makes of a gap."""


@dataclass(frozen=True)
class ClipArrays:
    """The arrays of a data set beside its positions.

    Args:
        arrays: By name; read as they were saved.
        clips: N, the clips that X has.
        where: The file, for messages.
    """

    arrays: Mapping[str, NDArray[Any]]
    clips: int
    where: Path

    def each(self, name: str, for_all: bool = False) -> NDArray[Any] | None:
        """An array with an entry for each clip, (N,), whatever it holds; None where there is none.

        Args:
            name: Of the array; it may be (N,) or (N, 1).
            for_all: Whether one value may stand for all clips.

        Raises:
            UserError: It has another shape.
        """
        array = self.arrays.get(name)
        if array is None:
            return None
        if array.shape in ((self.clips,), (self.clips, 1)):
            return array.reshape(self.clips)
        if for_all and array.size == 1:
            return np.full(self.clips, array.reshape(()))
        also = ", or one value for all" if for_all else ""
        raise UserError(
            f"{self.where}: {name} has shape {array.shape}, but X has {self.clips} clips: it must be ({self.clips},){also}; "
            "write the file again"
        )

    def one(self, name: str, low: float, high: float, instead: str) -> float | None:
        """A number that holds for all clips; None where there is none.

        Args:
            name: Of the array.
            low: Least that it may be.
            high: Most that it may be.
            instead: What to write where clips differ, for the message.

        Raises:
            UserError: It is more than one number, or out of range.
        """
        array = self.arrays.get(name)
        if array is None:
            return None
        if array.size != 1:
            raise UserError(f"{self.where}: {name} has shape {array.shape}; it must be one number, {instead}")
        return float(numbers_of(array, name, self.where, low, high).reshape(()))

    def words(self, name: str, for_all: bool = False) -> Strings | None:
        """Words, (N,); numbers are names too."""
        array = self.each(name, for_all)
        return None if array is None else words_of(array, name, self.where)

    def numbers(self, name: str, limits: tuple[float, float] = (-1e12, 1e12), for_all: bool = False) -> Float64 | None:
        """Numbers inside limits, (N,)."""
        array = self.each(name, for_all)
        return None if array is None else numbers_of(array, name, self.where, *limits).astype(np.float64)

    def ids(self) -> Strings:
        """Names of the clips; their places where the set has none."""
        ids = self.words("ids")
        return np.array([f"{clip:06d}" for clip in range(self.clips)]) if ids is None else ids

    def lengths(self) -> Int64 | None:
        """Frames of each clip; None: all of them."""
        array = self.each("lengths", for_all=True)
        return None if array is None else whole_numbers_of(array, "lengths", self.where)

    def subjects(self) -> Strings | None:
        """Names of people; empty where one is unknown, None where all are."""
        array = self.each("subject", for_all=True)
        if array is None:
            return None
        if array.dtype.kind == "f":
            # Numbers with a point come from tables, which write unknown as NaN.
            array = whole_numbers_of(np.where(np.isnan(array), -1, array), "subject", self.where)
        names = words_of(array, "subject", self.where)
        names = np.where(np.isin(names, NOBODY), "", names)
        return names if (names != "").any() else None

    def split(self) -> Strings | None:
        """`train` or `test` for each clip; None: no official split."""
        sides = self.words("split", for_all=True)
        if sides is None:
            return None
        sides = np.char.lower(np.char.strip(sides))
        if (sides == "none").all():
            return None
        bad = ~np.isin(sides, ("train", "test"))
        if bad.any():
            word = str(sides[int(bad.argmax())])
            raise UserError(
                f"{self.where}: split {sides.shape} holds {word!r}; write train or test for each clip, or none for all"
            )
        return sides

    def ends(self, ids: Strings) -> tuple[Float64 | None, Float64 | None]:
        """Where clips start and end in their recordings."""
        start, end = self.numbers("start"), self.numbers("end")
        if start is not None and end is not None and (end < start).any():
            clip = ids[int((end < start).argmax())]
            raise UserError(f"{self.where}: clip {clip} ends before it starts; write the file again")
        return start, end

    def rate(self) -> float | None:
        """Frames a second of all clips."""
        return self.one("fps", *RATES, "and where clips differ write times (clips, frames) in seconds instead")

    def aspect(self) -> Float64 | None:
        """Width / height of each clip's picture."""
        return self.numbers("aspect", ASPECTS, for_all=True)

    def frames(self) -> int | None:
        """Frames of X, as far as the shape of the times says."""
        times = self.arrays.get("times")
        if times is None or times.ndim not in (1, 2) or (times.ndim == 1) == (len(times) == self.clips):
            return None
        return int(times.shape[-1])

    def times(self, lengths: Int64, frames: int, ids: Strings) -> Float64 | None:
        """Seconds of each frame from its clip's first, (N, T), that do not fall within a clip; 0 behind its end.

        Raises:
            UserError: Another shape, no numbers, times that fall or stand still, or that are no seconds.
        """
        times = self.arrays.get("times")
        if times is None:
            return None
        if times.shape == (frames,) and frames != self.clips:
            times = np.tile(times, (self.clips, 1))
        if times.shape == (self.clips, frames, 1):
            times = times[..., 0]
        if times.shape != (self.clips, frames):
            raise UserError(
                f"{self.where}: times has shape {times.shape}, but X has {self.clips} clips of {frames} frames: it must be "
                f"{self.clips, frames}, the seconds of each frame; write the file again"
            )
        inside = np.arange(frames) < lengths[:, None]
        zeros = np.zeros((), times.dtype) if times.dtype.kind in "iuf" else times
        if times.dtype.kind == "f" and not np.isfinite(times[inside]).all():
            clip = int((inside & ~np.isfinite(times)).any(axis=1).argmax())
            worst = times[clip][inside[clip] & ~np.isfinite(times[clip])][0]
            raise UserError(
                f"{self.where}: times {times.shape} holds {worst} inside clip {ids[clip]}; it must be the seconds of each frame, "
                "write the file again or leave times out"
            )
        seconds = numbers_of(np.where(inside, times, zeros), "times", self.where, *_TIMES).astype(np.float64)
        seconds = np.where(inside, seconds - seconds[:, :1], 0)
        steps, both = np.diff(seconds, axis=1), inside[:, 1:]
        self._refuse(((steps < 0) & both).any(axis=1), "fall", ids)
        last = np.take_along_axis(seconds, np.maximum(lengths - 1, 0)[:, None], axis=1)[:, 0]
        self._refuse((lengths > 1) & (last <= 0), "stand still", ids)
        step = float(np.median(steps[both])) if both.any() else 0.0
        if step >= _LONGEST_STEP:
            raise UserError(
                f"{self.where}: times {times.shape} step by {step:g} from frame to frame, which {_in_seconds(steps[both])}"
            )
        return seconds

    def _refuse(self, bad: Any, what: str, ids: Strings) -> None:
        if bad.any():
            raise UserError(f"{self.where}: the times of clip {ids[int(bad.argmax())]} {what}; write the seconds of each frame")


def _in_seconds(steps: Float64) -> str:
    """What times with such steps are, and how they become seconds."""
    if (steps == 1).all():
        return "are frame numbers; leave times out, and write fps if it is known"
    step = float(np.median(steps))
    _, unit, formula = next(each for each in _UNITS if step < each[0])
    return f"looks like {unit}; write seconds, {formula}, or leave times out"
