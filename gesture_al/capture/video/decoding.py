"""Frames of a video file or network stream, decoded by FFmpeg through PyAV."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from gesture_al.capture.video.addresses import check_scheme, is_address, shown
from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.upright import Uprighter, square_size
from gesture_al.core.errors import UserError

# Of a frame, 8192 x 4096: a decoder keeps several of them.
_MOST_PIXELS = 1 << 25
# What a file may open beside itself: parts of it that lie beside it, nothing elsewhere; a stream: no file.
_LOCAL_PROTOCOLS = "file,crypto,data"
_NETWORK_PROTOCOLS = "crypto,data,http,https,httpproxy,rtmp,rtmps,rtp,rtsp,rtsps,srtp,tcp,tls,udp"
# Seconds that a network stream may take to open, and to bring its next packet.
_PATIENCE = 10.0
# Containers count their frames and seconds only roughly; what is missing below this share is no loss that anybody sees.
_ENOUGH = 0.95
# Frames a second that no camera exceeds, and seconds that no recording does: what claims more, claims nothing.
_HIGHEST_RATE, _LONGEST = 100_000.0, 1e8
# Where a file repeats a time, or has none, the frame is placed this far behind the last one.
_USUAL_STEP = 1 / 30
# Times that go back further than this begin anew, as in two recordings behind one another.
_REWOUND = 1.0
# AVFMT_TS_DISCONT: containers whose times may begin anew anywhere.
_NO_CLOCK = 0x0200
# A file that fails so often without a packet in between gives none any more.
_MOST_FAILURES = 100


class FileFrames:
    """The frames of one video track, upright, with square pixels, in RGB; damaged packets are passed over and counted.

    One thread decodes: clips are read by several processes side by side, which would only take cores from one another.

    Args:
        path: File, or network address.

    Raises:
        UserError: Not a video, without a frame that can be read, larger than can be, or a stream that does not answer.
    """

    def __init__(self, path: str | Path) -> None:
        self._name = shown(path) if isinstance(path, str) else str(path)
        self._network = is_address(path)
        self._container = _open(path, self._name)
        try:
            self._stream = _best_track(self._container, self._name)
            self._stream.codec_context.thread_count = 1
            self._stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}
            if self._stream.codec_context.width and self._stream.codec_context.height:
                self._check_size(self._stream.codec_context.width, self._stream.codec_context.height)
            self.fps = _rate(self._stream)
            self._promise = _Promise(self._container, self._stream, self.fps)
            self.duration = self._promise.duration
            self.loss = ""
            self._count = self._damaged = 0
            self._frames = self._upright()
            self._first = next(self._frames, None)
            if self._first is None:
                raise UserError(f"{self._name}: holds no frame that can be read; record or copy it again")
            self.height, self.width = self._first.image.shape[:2]
        except BaseException:
            self._container.close()
            raise

    def __iter__(self) -> Iterator[Frame]:
        """The frames in order, once."""
        first, self._first = self._first, None
        if first is not None:
            yield first
        yield from self._frames
        self.loss = self._promise.loss(self._count, self._damaged)

    def _upright(self) -> Iterator[Frame]:
        clock, uprighter, size = _Clock(self.fps), None, (0, 0)
        tick = float(self._stream.time_base or 0)
        for decoded in self._decoded():
            if (decoded.width, decoded.height) != size:
                size = decoded.width, decoded.height
                self._check_size(*size)
            # Some files say the shape of their pixels in the first packet that is decoded only.
            uprighter = uprighter or Uprighter(self._pixel_aspect)
            try:
                image = uprighter.picture(decoded)
            except av.FFmpegError:
                self._damaged += 1
                continue
            self._count += 1
            ticks = decoded.pts if decoded.pts is not None else decoded.dts
            yield Frame(image, clock.place(ticks * tick if ticks is not None else None))

    def _decoded(self) -> Iterator[VideoFrame]:
        for packet in self._packets():
            try:
                frames = self._stream.decode(packet)
            except av.FFmpegError:
                self._damaged += 1
                # What was built on a lost frame is better than nothing up to the next that stands alone, which may be the end.
                self._stream.codec_context.flags |= av.codec.context.Flags.output_corrupt.value
                continue
            self._damaged += packet.is_corrupt
            yield from frames

    def _packets(self) -> Iterator[Packet[Any]]:
        """The packets of the track, the empty one at the end included, behind which the decoder gives what it still holds."""
        failures = 0
        began = time.monotonic()
        # Of a file that says only how long all of it is, all of it is looked through.
        wanted = self._container.streams.get() if self._promise.of_all else [self._stream]
        while failures < _MOST_FAILURES:
            try:
                for packet in self._container.demux(*wanted):
                    failures, began = 0, time.monotonic()
                    self._promise.see(packet)
                    if packet.stream is self._stream:
                        yield packet
                return
            except av.FFmpegError as err:
                if self._network:
                    reason = _reason(err, time.monotonic() - began)
                    raise UserError(f"{self._name}: the connection was lost ({reason}); start it again") from err
                failures += 1
        self._damaged += 1
        yield Packet()

    @property
    def _pixel_aspect(self) -> float | None:
        """Width / height of a stored pixel; None where nothing says it."""
        aspect = self._stream.sample_aspect_ratio or self._stream.codec_context.sample_aspect_ratio
        return float(aspect) if aspect else None

    def _check_size(self, width: int, height: int) -> None:
        wide, high = square_size(width, height, self._pixel_aspect)
        if not 0 < wide * high <= _MOST_PIXELS:
            size = f"{wide} x {high} pixels"
            raise UserError(f"{self._name}: a video of {size}, where 1 to {_MOST_PIXELS:,} can be read; record or copy it again")

    def close(self) -> None:
        """Give the file back."""
        self._container.close()


class _Clock:
    """Seconds of frames, from 0, strictly increasing, whatever the file says."""

    def __init__(self, fps: float) -> None:
        self._step = min(1 / fps, _USUAL_STEP)
        self._start: float | None = None
        self._last = -math.inf

    def place(self, seconds: float | None) -> float:
        """The place of the next frame.

        Args:
            seconds: As the file has it; None: it has none.
        """
        if self._start is None and seconds is not None:
            self._start = seconds - max(0.0, self._last + self._step)
        place = math.nan if seconds is None or self._start is None else seconds - self._start
        if not place > self._last or not math.isfinite(place):
            following = max(0.0, self._last + self._step)
            if self._start is not None and seconds is not None and place < self._last - _REWOUND:
                self._start = seconds - following
            place = following
        self._last = place
        return place


class _Promise:
    """What a file says of its length, held against what came of it.

    Attributes:
        duration: Seconds that it claims to last; None where it does not say.
        of_all: Whether only all its tracks together have a length.
    """

    def __init__(self, container: InputContainer, stream: VideoStream, fps: float) -> None:
        self._stream, self._step = stream, 1 / fps
        whole = container.duration / av.time_base if container.duration else None
        own = _clock_time(stream.metadata.get("DURATION", ""))
        if own is not None and whole is not None and own > whole + 1:
            # Copied from a longer file that this one was cut out of.
            own = None
        if own is None and stream.duration and stream.time_base:
            own = float(stream.duration * stream.time_base)
            # Where a track has no length of its own, FFmpeg gives it that of the file.
            own = None if whole is not None and abs(own - whole) < 0.001 else own
        self._count = stream.frames if 0 < stream.frames < _LONGEST else 0
        if container.format.name == "avi" and self._count:
            # Of what is cut off, FFmpeg lowers the seconds, not the count.
            own = self._count / fps
        self.of_all = own is None
        self.duration = next((length for length in (own, whole) if length and 0 < length < _LONGEST), None)
        # Transport streams and the like have no head that could promise anything: their length is guessed from their end.
        self._promised = None if container.format.flags & _NO_CLOCK else self.duration
        self._ticks = [float(track.time_base or 0) for track in container.streams.get()]
        self._packets = 0
        self._partial = False
        self._begin, self._end = math.inf, -math.inf

    def see(self, packet: Packet[Any]) -> None:
        """Count a packet of the file."""
        if not packet.size:
            return
        ticks = packet.pts if packet.pts is not None else packet.dts
        if ticks is not None:
            # Of each packet anew, a fraction would cost more than all else here.
            tick = self._ticks[packet.stream_index]
            self._begin = min(self._begin, ticks * tick)
            self._end = max(self._end, ticks * tick + (packet.duration * tick if packet.duration else self._step))
        if packet.stream is self._stream:
            self._packets += 1
            self._partial = packet.is_corrupt

    def loss(self, frames: int, damaged: int) -> str:
        """What of the file could not be read; empty where nothing is missing.

        Both the count and the time must fall short of what was promised: of a variable rate, the container guesses the count,
        and of an edit list it counts what is not shown.

        Args:
            frames: How many came of it.
            damaged: Packets that could not be read.
        """
        losses = []
        of = f" of {self._packets}" if self._packets else ""
        # Relative to its start or not: which of the two a length means differs between containers.
        seconds = max(self._end - self._begin, self._end)
        short = self._promised is not None and seconds < _ENOUGH * self._promised
        if short and (not self._count or self._packets < _ENOUGH * self._count):
            count = f"{frames} of {self._count} frames" if self._count else f"{frames} frames"
            losses.append(f"ends after {count} ({seconds:.1f} of {self._promised:.1f} s): the file is cut short or damaged")
            damaged -= self._partial
        elif self._partial:
            losses.append("ends in the middle of a frame: the file is cut short")
            damaged -= 1
        if damaged > 0:
            losses.append(f"a part could not be read ({damaged}{of} packets): the file is damaged")
        return "; ".join(losses)


def _open(path: str | Path, name: str) -> InputContainer:
    options = {"max_pixels": str(_MOST_PIXELS)}
    if isinstance(path, str):
        check_scheme(path)
        options |= {"protocol_whitelist": _NETWORK_PROTOCOLS, "rtsp_flags": "prefer_tcp"}
        began = time.monotonic()
        try:
            return av.open(path.strip(), options=options, timeout=_PATIENCE, metadata_errors="replace")
        except av.FFmpegError as err:
            reason = _reason(err, time.monotonic() - began)
            raise UserError(f"{name}: cannot be opened ({reason}); check the address, and that something sends there") from err
    options |= {"protocol_whitelist": _LOCAL_PROTOCOLS}
    try:
        # A name with a colon would be taken for an address.
        return av.open(f"file:{path}", options=options, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as err:
        raise UserError(
            f"{name}: no video that can be read (not a video, cut short, or without a frame); record or copy it again"
        ) from err


def _reason(err: av.FFmpegError, seconds: float) -> str:
    """What FFmpeg says after so many seconds, without the address, which may hold a password."""
    return f"no answer for {_PATIENCE:g} s" if seconds >= _PATIENCE else str(err.strerror)


def _best_track(container: InputContainer, name: str) -> VideoStream:
    """The video track with the largest picture, of equal ones the default; never a cover picture.

    That a track is the default says little: who joins two tracks makes the first one so.
    """
    tracks = list(container.streams.video)
    shown_tracks = [track for track in tracks if not track.disposition & av.stream.Disposition.attached_pic]
    usable = [track for track in shown_tracks if track.codec_context is not None]
    if not usable:
        what = "its video is in a format that FFmpeg does not know" if shown_tracks else "it has no video track"
        raise UserError(f"{name}: no video that can be read ({what}); convert it to mp4, or name another file")

    def rank(track: VideoStream) -> tuple[bool, int, bool]:
        size = track.codec_context.width * track.codec_context.height
        return track.frames != 1, size, bool(track.disposition & av.stream.Disposition.default)

    return max(usable, key=rank)


def _rate(stream: VideoStream) -> float:
    for rate in (stream.average_rate, stream.guessed_rate):
        if rate and 0 < rate <= _HIGHEST_RATE:
            return float(rate)
    return 1 / _USUAL_STEP


def _clock_time(text: str) -> float | None:
    """Seconds of the length that Matroska notes of a track, in the words of FFmpeg and mkvmerge.

    >>> _clock_time("00:01:02.500000000"), _clock_time("soon")
    (62.5, None)
    """
    try:
        hours, minutes, seconds = text.split(":")
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    except ValueError:
        return None
