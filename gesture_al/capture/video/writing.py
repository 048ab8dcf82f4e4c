"""A clip written as a video, whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from gesture_al.capture.video.frame import Frame, Image
from gesture_al.core.errors import UserError

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

# What clips are kept as, and every browser plays: WebM with VP8.
CLIP_SUFFIX = ".webm"
# Encoders by the file's suffix, the first that this FFmpeg has, with their options: none looks ahead, so that what a camera shows
# can be written while it comes. How they compare: docs/decisions/0024-*.md.
_ENCODERS: Mapping[str, tuple[tuple[str, Mapping[str, str]], ...]] = {
    ".webm": (("libvpx", {"deadline": "realtime", "cpu-used": "12", "crf": "10", "g": "60"}),),
    ".mp4": (
        ("libx264", {"preset": "ultrafast", "tune": "zerolatency", "crf": "20", "g": "60"}),
        ("mpeg4", {"qmin": "4", "qmax": "4"}),
    ),
}
# At most so many bits a second for each pixel: 4 Mbit/s at 640 x 480; and for a picture of a few pixels.
_MOST_BITS, _FEW_BITS = 13, 250_000
# The clock of WebM ticks a thousand times a second.
_TICK = Fraction(1, 1000)


class ClipWriter:
    """Writes frames with their own times; the file appears under its name at the end of the `with`, unless that fails.

    Args:
        path: Ends in `.webm` (VP8) or `.mp4` (H.264, or MPEG-4 part 2 where FFmpeg has no encoder for it); its folder is made.
        fps: Frames a second, 1 to 1000: what the file says of its rate, and how long its last frame stands.

    Raises:
        UserError: Another ending.
    """

    def __init__(self, path: Path, fps: float = 30.0) -> None:
        self._suffix = path.suffix.lower()
        if self._suffix not in _ENCODERS:
            raise UserError(f"{path}: clips are written as webm or mp4; choose a name that ends in .webm or .mp4")
        # What a damaged file says of its rate must not become a clip's.
        self._path, self._fps = path, min(max(fps, 1.0), 1000.0)
        self._half = path.with_name(f".{path.stem}.{os.getpid()}.half{self._suffix}")
        self._file: OutputContainer | None = None
        self._size = (0, 0)
        self._first = 0.0
        self._packets = 0
        self._waiting: tuple[Image, int] | None = None

    def write(self, frame: Frame) -> None:
        """Add a frame: uint8 (H, W, 3), RGB, unmirrored, all of one size; times increase. It must not be changed afterwards.

        Raises:
            UserError: The file cannot be begun, or not be written any further.
            ValueError: Another size than the first frame's.
        """
        if self._file is None:
            self._begin(frame)
        if frame.image.shape[1::-1] != self._size:
            raise ValueError(f"a frame of {frame.image.shape[1::-1]} in a clip of {self._size}")
        ticks = round((frame.seconds - self._first) / _TICK)
        if self._waiting is not None:
            # Only the next frame says how long this one stands.
            ticks = max(ticks, self._waiting[1] + 1)
            self._encode(*self._waiting, ticks)
        self._waiting = frame.image, ticks

    def _begin(self, frame: Frame) -> None:
        import av

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise UserError(f"{self._path}: cannot be written there ({err.strerror}); choose another folder") from err
        height, width = frame.image.shape[:2]
        self._size, self._first = (width, height), frame.seconds
        codec, options = next(one for one in _ENCODERS[self._suffix] if one[0] in av.codecs_available)
        try:
            # A name with a colon would be taken for an address.
            self._file = av.open(f"file:{self._half}", "w", format=self._suffix[1:])
            rate = Fraction(self._fps).limit_denominator(1001)
            self._stream = cast("VideoStream", self._file.add_stream(codec, rate, dict(options)))
            # H.264 halves the colours' size.
            self._stream.width, self._stream.height = (width, height) if codec != "libx264" else (_even(width), _even(height))
            self._stream.pix_fmt = "yuv420p"
            self._stream.bit_rate = max(_FEW_BITS, _MOST_BITS * width * height)
            self._stream.codec_context.time_base = _TICK
            self._stream.codec_context.thread_count = 1
            self._file.start_encoding()
        except av.FFmpegError as err:
            self._discard()
            what = f"cannot be written as {self._suffix[1:]} ({err.strerror})"
            raise UserError(f"{self._path}: {what}; check the folder and the space on its disk") from err

    def _encode(self, image: Image, ticks: int, until: int) -> None:
        import av

        right, low = self._stream.width - self._size[0], self._stream.height - self._size[1]
        if right or low:
            image = np.pad(image, ((0, low), (0, right), (0, 0)), "edge")
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), "rgb24")
        frame.pts, frame.time_base = ticks, _TICK
        self._mux(frame, until - ticks)

    def _mux(self, frame: object, stands: int) -> None:
        """Encode a frame, or with None what the encoder still holds, and write it."""
        import av

        assert self._file is not None
        try:
            for packet in self._stream.encode(frame):  # type: ignore[arg-type]  # a frame or None
                packet.duration = stands
                self._file.mux(packet)
                self._packets += 1
        except av.FFmpegError as err:
            raise UserError(f"{self._path}: was not written whole ({err.strerror}); is the disk full?") from err

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is None:
            return
        try:
            if kind is None and self._waiting is not None:
                stands = max(1, round(1 / self._fps / _TICK))
                self._encode(*self._waiting, self._waiting[1] + stands)
                self._mux(None, stands)
            self._close(kind is None)
            if kind is None:
                self._check()
                _settle(self._half)
                self._half.replace(self._path)
        finally:
            self._close(False)
            self._discard()

    def _close(self, told: bool) -> None:
        """End the file; `told`: whether it matters if that fails."""
        import av

        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            file.close()
        except av.FFmpegError as err:
            if told:
                raise UserError(f"{self._path}: was not written whole ({err.strerror}); is the disk full?") from err

    def _check(self) -> None:
        """See that every packet is there: not every full disk is told when a file is closed."""
        import av

        with contextlib.suppress(av.FFmpegError), av.open(f"file:{self._half}") as file:
            packets = [packet for packet in file.demux(video=0) if packet.size]
            if len(packets) == self._packets and not any(packet.is_corrupt for packet in packets):
                return
        raise UserError(f"{self._path}: was not written whole; is the disk full?")

    def _discard(self) -> None:
        # A name that cannot be written cannot be removed either.
        with contextlib.suppress(OSError):
            self._half.unlink(missing_ok=True)


def _even(side: int) -> int:
    return side + side % 2


def _settle(path: Path) -> None:
    """Flush to disk: a name must not appear before what it names."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
