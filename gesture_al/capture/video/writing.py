"""A clip written as a video, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Any, BinaryIO, Self

from gesture_al.capture.video.frame import Frame, Image
from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError
from gesture_al.core.native_stderr import quiet_native_stderr
from gesture_al.core.opencv import opencv

# What clips are kept as, and every browser plays: WebM with VP8.
CLIP_SUFFIX = ".webm"
# OpenCV hands the encoder no options. libvpx takes pains that cost 25 ms a picture of 640 x 480 - unless a picture is to be
# shown for as long as it may compute (a second), when it is nearly three times as fast and as good to look at. So files are
# begun at one picture a second, and `_set_webm_rate` gives them their rate.
_WEBM_CODEC, _WEBM_WRITTEN_FPS = "VP80", 1.0
# A file starts with less than this before its first picture.
_HEAD = 4096
# Ids of the file format (RFC 9559) with the length of what follows: the segment, nanoseconds of a tick (three bytes), and of a
# picture (four). The last is a text that FFmpeg adds.
_SEGMENT = re.compile(rb"\x18\x53\x80\x67\x01(.{7})", re.DOTALL)
_TICK = re.compile(rb"\x2a\xd7\xb1\x83(.{3})", re.DOTALL)
_PICTURE = re.compile(rb"\x23\xe3\x83\x84(.{4})", re.DOTALL)
_LASTS = re.compile(rb"DURATION\x44\x87.(\d\d:\d\d:\d\d\.\d{9})", re.DOTALL)
_CODECS = {".webm": _WEBM_CODEC, ".mp4": "mp4v"}
# Pictures that may wait to be encoded: a second's, 28 MB at 640 x 480. Whoever brings more waits himself.
_MOST_WAITING = 30


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
        self._encoder: _Encoder | None = None
        self._size = (0, 0)
        self._first = 0.0
        self._written = 0
        self._waiting: Image | None = None

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
        fps = _WEBM_WRITTEN_FPS if self._suffix == ".webm" else self._fps
        codec = cv2.VideoWriter.fourcc(*_CODECS[self._suffix])
        with quiet_native_stderr():
            file = cv2.VideoWriter(str(self._half), cv2.CAP_FFMPEG, codec, fps, self._size)
        self._first = frame.seconds
        if not file.isOpened():
            self._discard()
            raise UserError(
                f"{self._path}: cannot be written as {self._suffix[1:]}; check the folder's permissions and the space on its disk"
            )
        self._encoder = _Encoder(file)

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
        if self._suffix != ".webm" or _set_webm_rate(self._half, self._fps, self._written):
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


class _Encoder:
    """A thread that feeds a `cv2.VideoWriter`, which lets go of Python's lock while it encodes.

    Args:
        file: Open.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self._waiting: Queue[tuple[Image, int] | None] = Queue(_MOST_WAITING)
        self._failure: BaseException | None = None
        # A program that ends without closing must not hang on this.
        self._thread = threading.Thread(target=self._encode, name="encoder", daemon=True)
        self._thread.start()

    def write(self, image: Image, times: int) -> None:
        """Show a picture, uint8 (H, W, 3), RGB, for so many frames; it must not be changed any more."""
        if times > 0:
            self._waiting.put((image, times))

    def close(self) -> None:
        """Encode what waits, and end the file.

        Raises:
            Exception: What OpenCV has raised since it was opened.
        """
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()
        self._file.release()
        if self._failure is not None:
            raise self._failure

    def _encode(self) -> None:
        while (job := self._waiting.get()) is not None:
            if self._failure is not None:
                continue
            image, times = job
            try:
                picture = opencv().cvtColor(image, opencv().COLOR_RGB2BGR)
                for _ in range(times):
                    self._file.write(picture)
            except Exception as err:
                self._failure = err


def _set_webm_rate(path: Path, fps: float, frames: int) -> bool:
    """Give a finished file its rate: every time in it is counted in ticks, whose length stands at one place.

    Args:
        path: Written by OpenCV at `_WEBM_WRITTEN_FPS`.
        fps: Its true rate, at least 1 and at most 1000.
        frames: How many it holds.

    Returns:
        Whether all of the file is there; a full disk leaves less than its head promises.
    """
    with path.open("rb+") as file:
        head = file.read(_HEAD)
        segment, tick, picture, lasts = (pattern.search(head) for pattern in (_SEGMENT, _TICK, _PICTURE, _LASTS))
        if segment is None or tick is None or path.stat().st_size != segment.end() + int.from_bytes(segment[1], "big"):
            return False
        _overwrite(file, tick, round(int.from_bytes(tick[1], "big") * _WEBM_WRITTEN_FPS / fps).to_bytes(3, "big"))
        if picture is not None:
            _overwrite(file, picture, round(1e9 / fps).to_bytes(4, "big"))
        if lasts is not None:
            _overwrite(file, lasts, _clock(frames / fps).encode("ascii"))
    return True


def _overwrite(file: BinaryIO, field: re.Match[bytes], value: bytes) -> None:
    file.seek(field.start(1))
    file.write(value)


def _clock(seconds: float) -> str:
    """Hours, minutes, seconds.

    >>> _clock(3723.5)
    '01:02:03.500000000'
    """
    minutes, rest = divmod(round(seconds * 1e6), 60_000_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1_000_000:02d}.{rest % 1_000_000:06d}000"
