"""Frames with their times from a video file, a picture or a folder of pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from gesture_al.capture.video.finding import is_picture, pictures_in
from gesture_al.capture.video.frame import Frame, read_picture
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name, open_regular
from gesture_al.core.opencv import MOST_PIXELS, opencv

PICTURES_PER_SECOND = 30.0
# Containers count their frames only roughly; what is missing below this share is no loss that anybody sees.
_ENOUGH = 0.95
# Frames a second that no camera exceeds: what claims more, claims nothing.
_HIGHEST_RATE = 100_000.0
# Where a file repeats a time, or has none, the frame is placed this far behind the last one.
_USUAL_STEP = 1 / 30


def open_video(path: str | Path, fps: float | None = None) -> Video:
    """Open a video file (mp4, mov, webm, mkv, avi, gif), a picture, or a folder of pictures in the order of their names.

    Pictures come upright (a phone's rotation is applied), unmirrored, in RGB. A variable frame rate shows in the times of
    the frames, as the file holds them.

    Args:
        path: File or folder; `~` is expanded.
        fps: Pictures a second of a folder, 30 by default; a file knows its own.

    Raises:
        UserError: Nothing is there, it is no video, it is cut off before its first frame, or a folder holds no picture.
    """
    check_name(path)
    try:
        path = Path(path).expanduser()
        there = path.exists()
    except (OSError, RuntimeError) as err:  # Too long a name; the home of somebody who is not there.
        raise UserError(f"{str(path)[:200]}: no such video ({err}); check the path") from err
    if not there:
        raise UserError(f"{path}: no such video; check the path")
    if path.is_dir() or is_picture(path):
        if fps is not None and not 0 < fps <= _HIGHEST_RATE:
            raise UserError(f"{path}: {fps:g} pictures a second is no rate; give a number above 0, {_HIGHEST_RATE:g} or less")
        return Video(path, PictureFrames(pictures_in(path), fps or PICTURES_PER_SECOND))
    open_regular(path).close()
    if path.stat().st_size == 0:
        raise UserError(f"{path}: is empty; record or copy it again")
    return Video(path, FileFrames(path))


class Video:
    """An open video: a context manager whose frames can be gone through once.

    Attributes:
        name: File or folder name.
        width: Of the upright picture, in pixels.
        height: Likewise.
        fps: Frames a second as the file claims it, on average where the rate varies. The times of the frames are the truth.
        duration: Seconds that the file claims to last; None where it does not say.
        ended_early: After the last frame: why there were fewer than the file promised; else empty.
    """

    def __init__(self, path: Path, frames: Frames) -> None:
        self._path, self._frames = path, frames
        self.name = path.name
        self.width, self.height = frames.width, frames.height
        self.fps, self.duration = frames.fps, frames.duration

    @property
    def ended_early(self) -> str:  # noqa: D102  the class says it
        return self._frames.ended_early

    def __iter__(self) -> Iterator[Frame]:
        """The frames in order; their seconds increase strictly and start at 0.

        Raises:
            UserError: There is not a single one.
        """
        empty = True
        for frame in self._frames:
            empty = False
            yield frame
        if empty:
            raise UserError(f"{self._path}: holds no frame that can be read; record or copy it again")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        self._frames.close()


class Frames(Protocol):
    """An opened file or folder: its frames, once, and what it says of itself."""

    width: int
    height: int
    fps: float
    duration: float | None
    ended_early: str

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None:
        """Give the file back."""


class FileFrames:
    """The frames of a video file, read by OpenCV's FFmpeg, upright and in RGB.

    One thread decodes: clips are read by several processes side by side, which would only take cores from one another.

    Raises:
        UserError: Not a video, or cut off so early that nothing can be read.
    """

    def __init__(self, path: Path) -> None:
        cv2 = opencv()
        self._path = path
        self._capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        if not self._capture.isOpened():
            raise UserError(
                f"{path}: no video that can be read (not a video, cut short, or without a frame); record or copy it again"
            )
        self.width = int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        self.height = int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if not 0 < self.width * self.height <= MOST_PIXELS:
            self._capture.release()
            size = f"{self.width} x {self.height} pixels"
            raise UserError(f"{path}: a video of {size}, where 1 to {MOST_PIXELS:,} can be read; record or copy it again")
        rate, count = self._capture.get(cv2.CAP_PROP_FPS), self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        self.fps = rate if 0 < rate <= _HIGHEST_RATE else 1 / _USUAL_STEP
        # A browser's recording has no length in its head: the count is negative or absurd then.
        self._promised = int(count) if 0 < count < 1e8 else 0
        self.duration: float | None = self._promised / self.fps if self._promised else None
        self.ended_early = ""

    def __iter__(self) -> Iterator[Frame]:
        cv2 = opencv()
        first, last, count = None, -math.inf, 0
        while self._capture.grab():
            now = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            fine, image = self._capture.retrieve()
            if not fine:
                break
            first = now if first is None else first
            seconds = now - first
            if not math.isfinite(seconds) or seconds <= last:
                seconds = last + (min(1 / self.fps, _USUAL_STEP) if count else 0)
            last, count = seconds, count + 1
            yield Frame(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), seconds)
        self.ended_early = self._loss(count, last)

    def _loss(self, frames: int, last: float) -> str:
        """Why fewer frames came than the file promised; empty where none is missing.

        Both the count and the time must fall short: of a variable rate, the container guesses the count.
        """
        if not frames or frames >= _ENOUGH * self._promised or self.duration is None:
            return ""
        if last + 1 / self.fps >= _ENOUGH * self.duration:
            return ""
        share = f"{frames} of {self._promised} frames ({last:.1f} of {self.duration:.1f} s)"
        return f"ends after {share}: the file is cut short or damaged"

    def close(self) -> None:
        """Give the file back."""
        self._capture.release()


class PictureFrames:
    """Pictures as the frames of a video, at an even rate; the first says the size."""

    ended_early = ""

    def __init__(self, paths: Sequence[Path], fps: float) -> None:
        self._paths = paths
        self.fps = fps
        self.duration: float | None = len(paths) / fps
        self.height, self.width = read_picture(paths[0]).shape[:2]

    def __iter__(self) -> Iterator[Frame]:
        """One frame a picture.

        Raises:
            UserError: One of them is broken, or of another size than the first.
        """
        for number, path in enumerate(self._paths):
            image = read_picture(path)
            if image.shape[:2] != (self.height, self.width):
                size = f"{image.shape[1]} x {image.shape[0]}"
                raise UserError(f"{path}: is {size}, the pictures before it {self.width} x {self.height}; make them one size")
            yield Frame(image, number / self.fps)

    def close(self) -> None:
        """Nothing is open between two pictures."""
