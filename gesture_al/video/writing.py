"""A clip written as mp4, whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gesture_al.errors import UserError
from gesture_al.video.base import Frame
from gesture_al.video.opencv import opencv
from gesture_al.video.reading import open_video


class ClipWriter:
    """Writes frames at an even rate; the file appears under its name at the end of the `with`, unless that fails.

    A camera's frames are not evenly spaced: each moment of the clip shows the last frame taken until then, so that the clip
    plays as fast as it was.

    Args:
        path: Ends in `.mp4`; its folder is made.
        fps: Frames a second of the file.

    Raises:
        UserError: Another ending, or this OpenCV cannot write mp4.
    """

    def __init__(self, path: Path, fps: float = 30.0) -> None:
        if path.suffix.lower() != ".mp4":
            raise UserError(f"{path}: clips are written as mp4; choose a name that ends in .mp4")
        self._path, self._fps = path, fps
        self._half = path.with_name(f".{path.stem}.{os.getpid()}.half.mp4")
        self._file: Any = None
        self._size = (0, 0)
        self._first = 0.0
        self._written = 0
        self._waiting: NDArray[np.uint8] | None = None

    def write(self, frame: Frame) -> None:
        """Add a frame: uint8 (H, W, 3), RGB, unmirrored, all of one size; times increase.

        Raises:
            UserError: The file cannot be begun.
            ValueError: Another size than the first frame's.
        """
        if self._file is None:
            self._begin(frame)
        if frame.image.shape[1::-1] != self._size:
            raise ValueError(f"a frame of {frame.image.shape[1::-1]} in a clip of {self._size}")
        # All places before this frame's own show the one before it.
        self._fill(round((frame.seconds - self._first) * self._fps))
        self._waiting = frame.image

    def _begin(self, frame: Frame) -> None:
        cv2 = opencv()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._size = (frame.image.shape[1], frame.image.shape[0])
        self._file = cv2.VideoWriter(str(self._half), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), self._fps, self._size)
        self._first = frame.seconds
        if not self._file.isOpened():
            self._discard()
            raise UserError(f"{self._path}: cannot be written as mp4; check the folder's permissions and the space on its disk")

    def _fill(self, until: int) -> None:
        if self._waiting is None or self._file is None:
            return
        picture = opencv().cvtColor(self._waiting, opencv().COLOR_RGB2BGR)
        while self._written < until:
            self._file.write(picture)
            self._written += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is None:
            return
        try:
            if kind is None:
                self._fill(self._written + 1)
            self._file.release()
            if kind is None:
                self._check()
                _settle(self._half)
                self._half.replace(self._path)
        finally:
            self._discard()

    def _check(self) -> None:
        """OpenCV says nothing when the disk is full."""
        with contextlib.suppress(UserError), open_video(self._half) as video:
            if video.duration is not None and round(video.duration * self._fps) == self._written:
                return
        raise UserError(f"{self._path}: was not written whole; is the disk full?")

    def _discard(self) -> None:
        self._half.unlink(missing_ok=True)


def _settle(path: Path) -> None:
    """Flush to disk: a name must not appear before what it names."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
