"""Frames with their times from a video file, a picture or a folder of pictures."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from gesture_al.capture.video.base import Frame
from gesture_al.capture.video.file_frames import FileFrames
from gesture_al.capture.video.pictures import PICTURE_SUFFIXES, PictureFrames, is_picture, pictures_in
from gesture_al.core.errors import UserError

VIDEO_SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".gif", ".mpg", ".mpeg", ".3gp"})
PICTURES_PER_SECOND = 30.0


class Frames(Protocol):
    """One kind of source, opened: its frames, once, and what it says of itself."""

    width: int
    height: int
    fps: float
    duration: float | None
    ended_early: str

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None:
        """Give the file back."""


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


def open_video(path: str | Path, fps: float | None = None) -> Video:
    """Open a video file (mp4, mov, webm, mkv, avi, gif), a picture, or a folder of pictures in the order of their names.

    Pictures come upright (a phone's rotation is applied), unmirrored, in RGB. A variable frame rate is told by the times of
    the frames, as the file holds them.

    Args:
        path: File or folder; `~` is expanded.
        fps: Pictures a second of a folder, 30 where not given; a file knows its own.

    Raises:
        UserError: Nothing is there, it is no video, it is cut off before its first frame, or a folder holds no picture.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise UserError(f"{path}: no such video; check the path")
    if path.is_dir() or is_picture(path):
        if fps is not None and not fps > 0:
            raise UserError(f"{path}: {fps:g} pictures a second is no rate; give a number above 0")
        return Video(path, PictureFrames(pictures_in(path), fps or PICTURES_PER_SECOND))
    if path.stat().st_size == 0:
        raise UserError(f"{path}: is empty; record or copy it again")
    return Video(path, FileFrames(path))


def is_video(path: Path) -> bool:
    """Whether this looks like something to open: a file with a video's suffix, or a folder that holds only pictures."""
    if path.is_dir():
        inside = [child for child in path.iterdir() if not child.name.startswith(".")]
        return bool(inside) and all(child.suffix.lower() in PICTURE_SUFFIXES for child in inside)
    return path.suffix.lower() in VIDEO_SUFFIXES


def find_videos(folder: Path) -> list[Path]:
    """All videos at any depth, sorted by path; a folder of pictures counts as one. Hidden ones are passed over."""
    found: list[Path] = []
    with contextlib.suppress(PermissionError):
        for child in sorted(folder.iterdir()):
            if child.name.startswith("."):
                continue
            if is_video(child):
                found.append(child)
            elif child.is_dir():
                found += find_videos(child)
    return found
