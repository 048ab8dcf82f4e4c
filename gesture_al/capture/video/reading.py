"""Frames with their times from a video file, a picture or a folder of pictures."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from gesture_al.capture.video.addresses import is_address, shown
from gesture_al.capture.video.finding import is_picture, pictures_in
from gesture_al.capture.video.frame import Frame, read_picture
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name, open_regular
from gesture_al.core.messages import located
from gesture_al.core.opencv import MOST_PIXELS
from gesture_al.data.left_out import frame_places

PICTURES_PER_SECOND = 30.0
# Pictures a second that nobody takes.
_HIGHEST_RATE = 100_000.0
# Files of pictures that may move.
_ANIMATED = (".png", ".webp")


def open_video(path: str | Path, fps: float | None = None) -> Video:
    """Open a video file, a picture, a folder of pictures in the order of their names, or a network stream.

    Pictures come as a player shows them: upright (rotation and mirror of a phone's file are applied), with square pixels, in
    RGB. A variable frame rate shows in the times of the frames, as the file holds them.

    Args:
        path: File or folder, `~` is expanded; or a network address such as `rtsp://camera/stream`.
        fps: Pictures a second of a folder, 30 by default; a file knows its own.

    Raises:
        UserError: Nothing is there, it is no video, it is cut off before its first frame, a folder holds no picture, or a
            stream does not answer.
    """
    check_name(path)
    if isinstance(path, str) and is_address(path):
        from gesture_al.capture.video.decoding import FileFrames

        return Video(shown(path), FileFrames(path))
    try:
        path = Path(path).expanduser()
        there = path.exists()
    except (OSError, RuntimeError) as err:  # Too long a name; the home of somebody who is not there.
        raise UserError(f"{str(path)[:200]}: no such video ({err}); check the path") from err
    if not there:
        raise UserError(f"{located(path)}: no such video; check the path")
    if path.is_dir() or is_picture(path):
        if fps is not None and not 0 < fps <= _HIGHEST_RATE:
            raise UserError(f"{path}: {fps:g} pictures a second is no rate; give a number above 0, {_HIGHEST_RATE:g} or less")
        if not _is_animated(path):
            return Video(path, PictureFrames(pictures_in(path), fps or PICTURES_PER_SECOND))
        if path.suffix.lower() == ".webp":
            return Video(path, AnimatedWebp(path))
    open_regular(path).close()
    if path.stat().st_size == 0:
        raise UserError(f"{path}: is empty; record or copy it again")
    from gesture_al.capture.video.decoding import FileFrames

    return Video(path, FileFrames(path))


class Video:
    """An open video: a context manager whose frames can be gone through once.

    Attributes:
        name: File or folder name, or the address without what is secret in it.
        width: Of the upright picture, in pixels.
        height: Likewise.
        fps: Frames a second as the file claims it, on average where the rate varies. The times of the frames are the truth.
        duration: Seconds that the file claims to last; None where it does not say, as of a live stream.
        loss: After the last frame: what could not be read of what the file promised; else empty.
    """

    def __init__(self, path: Path | str, frames: Frames) -> None:
        self._path, self._frames = path, frames
        self.name = path.name if isinstance(path, Path) else path
        self.width, self.height = frames.width, frames.height
        self.fps, self.duration = frames.fps, frames.duration

    @property
    def loss(self) -> str:  # noqa: D102  the class says it
        return self._frames.loss

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
    loss: str

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None:
        """Give the file back."""


class PictureFrames:
    """Pictures as the frames of a video, at an even rate, of which one that is missing between others keeps its time.

    The first says the size.
    """

    loss = ""

    def __init__(self, paths: Sequence[Path], fps: float) -> None:
        self._paths, self._places = paths, frame_places(paths)
        self.fps = fps
        self.duration: float | None = (self._places[-1] + 1) / fps
        self.height, self.width = read_picture(paths[0]).shape[:2]

    def __iter__(self) -> Iterator[Frame]:
        """One frame a picture.

        Raises:
            UserError: One of them is broken, or of another size than the first.
        """
        for place, path in zip(self._places, self._paths, strict=True):
            image = read_picture(path)
            if image.shape[:2] != (self.height, self.width):
                size = f"{image.shape[1]} x {image.shape[0]}"
                raise UserError(f"{path}: is {size}, the pictures before it {self.width} x {self.height}; make them one size")
            yield Frame(image, place / self.fps)

    def close(self) -> None:
        """Nothing is open between two pictures."""


class AnimatedWebp:
    """The pictures of an animated WebP with the times that they stand, decoded by Pillow: FFmpeg has no reader for them.

    Raises:
        UserError: Not such a file, or larger than can be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._picture = _open_picture(path)
        self.width, self.height = self._picture.size
        self.fps = PICTURES_PER_SECOND
        self.duration: float | None = None
        self.loss = ""

    def __iter__(self) -> Iterator[Frame]:
        """One frame a picture."""
        seconds, number = 0.0, 0
        for number in itertools.count():
            try:
                self._picture.seek(number)
                image = np.asarray(self._picture.convert("RGB"))
            except EOFError:
                return
            except (OSError, ValueError, SyntaxError):
                break
            yield Frame(image, seconds)
            stands = float(self._picture.info.get("duration") or 0) / 1000
            seconds += stands if stands > 0 else 1 / self.fps
        self.loss = f"ends after {number} frames: the file is cut short or damaged"

    def close(self) -> None:
        """Give the file back."""
        self._picture.close()


def _is_animated(path: Path) -> bool:
    if path.suffix.lower() not in _ANIMATED or not path.is_file():
        return False
    try:
        with _open_picture(path) as picture:
            return bool(getattr(picture, "is_animated", False))
    except UserError:  # Whoever reads it as a picture says what is wrong with it.
        return False


def _open_picture(path: Path) -> Any:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures on the error stream; here they are refused.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(path)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as err:
        raise UserError(f"{path}: not a picture that can be read; copy it again or remove it") from err
    if picture.width * picture.height > MOST_PIXELS:
        picture.close()
        raise UserError(f"{path}: a picture of more than {MOST_PIXELS:,} pixels; make it smaller")
    return picture
