"""A clip written as a video, whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gesture_al.capture.video import webm
from gesture_al.capture.video.base import Frame
from gesture_al.capture.video.encoding import Encoder
from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError
from gesture_al.core.native_stderr import quiet_native_stderr
from gesture_al.core.opencv import opencv

# What clips are kept as, and every browser plays.
CLIP_SUFFIX = ".webm"
_CODECS = {".webm": webm.CODEC, ".mp4": "mp4v"}


class ClipWriter:
    """Writes frames at an even rate; the file appears under its name at the end of the `with`, unless that fails.

    A camera's frames are not evenly spaced: each moment of the clip shows the last frame taken until then, so that the clip
    plays as fast as it was.

    Args:
        path: Ends in `.webm`, which browsers play, or `.mp4`, whose codec here (MPEG-4 part 2) they do not; its folder is made.
        fps: Frames a second of the file, 1 to 1000.

    Raises:
        UserError: Another ending, or this OpenCV cannot write such a file.
    """

    def __init__(self, path: Path, fps: float = 30.0) -> None:
        self._suffix = path.suffix.lower()
        if self._suffix not in _CODECS:
            raise UserError(f"{path}: clips are written as webm or mp4; choose a name that ends in .webm or .mp4")
        # What a damaged file says of its rate must not become a clip's.
        self._path, self._fps = path, min(max(fps, 1.0), 1000.0)
        self._half = path.with_name(f".{path.stem}.{os.getpid()}.half{self._suffix}")
        self._encoder: Encoder | None = None
        self._size = (0, 0)
        self._first = 0.0
        self._written = 0
        self._waiting: NDArray[np.uint8] | None = None

    def write(self, frame: Frame) -> None:
        """Add a frame: uint8 (H, W, 3), RGB, unmirrored, all of one size; times increase. It must not be changed afterwards.

        Raises:
            UserError: The file cannot be begun.
            ValueError: Another size than the first frame's.
        """
        if self._encoder is None:
            self._begin(frame)
        if frame.image.shape[1::-1] != self._size:
            raise ValueError(f"a frame of {frame.image.shape[1::-1]} in a clip of {self._size}")
        # All places before this frame's own show the one before it.
        self._fill(round((frame.seconds - self._first) * self._fps))
        self._waiting = frame.image

    def _begin(self, frame: Frame) -> None:
        cv2 = opencv()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise UserError(f"{self._path}: cannot be written there ({err.strerror}); choose another folder") from err
        self._size = (frame.image.shape[1], frame.image.shape[0])
        fps = webm.WRITTEN_FPS if self._suffix == ".webm" else self._fps
        codec = cv2.VideoWriter.fourcc(*_CODECS[self._suffix])
        with quiet_native_stderr():
            file = cv2.VideoWriter(str(self._half), cv2.CAP_FFMPEG, codec, fps, self._size)
        self._first = frame.seconds
        if not file.isOpened():
            self._discard()
            raise UserError(
                f"{self._path}: cannot be written as {self._suffix[1:]}; check the folder's permissions and the space on its disk"
            )
        self._encoder = Encoder(file)

    def _fill(self, until: int) -> None:
        if self._waiting is not None and self._encoder is not None:
            self._encoder.write(self._waiting, until - self._written)
            self._written = max(self._written, until)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        if self._encoder is None:
            return
        try:
            if kind is None:
                self._fill(self._written + 1)
            self._encoder.close()
            if kind is None:
                self._check()
                _settle(self._half)
                self._half.replace(self._path)
        finally:
            self._encoder = None
            self._discard()

    def _check(self) -> None:
        """OpenCV says nothing when the disk is full."""
        if self._suffix != ".webm" or webm.set_right(self._half, self._fps, self._written):
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
