"""WebM with VP8, which every browser plays: what OpenCV writes of it, and what is set right in it afterwards."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

# OpenCV hands the encoder no options. libvpx takes pains that cost 25 ms a picture of 640 x 480 - unless a picture is to be
# shown for as long as it may compute (a second), when it is nearly three times as fast and as good to look at. So files are
# begun at one picture a second, and `set_right` gives them their rate.
CODEC, WRITTEN_FPS = "VP80", 1.0
# A file starts with less than this before its first picture.
_HEAD = 4096
# Ids of the file format (RFC 9559) with the length of what follows: the segment, nanoseconds of a tick (three bytes), and of a
# picture (four). The last is a text that FFmpeg adds.
_SEGMENT = re.compile(rb"\x18\x53\x80\x67\x01(.{7})", re.DOTALL)
_TICK = re.compile(rb"\x2a\xd7\xb1\x83(.{3})", re.DOTALL)
_PICTURE = re.compile(rb"\x23\xe3\x83\x84(.{4})", re.DOTALL)
_LASTS = re.compile(rb"DURATION\x44\x87.(\d\d:\d\d:\d\d\.\d{9})", re.DOTALL)


def set_right(path: Path, fps: float, frames: int) -> bool:
    """Give a finished file its rate: every time in it is counted in ticks, whose length stands at one place.

    Args:
        path: Written by OpenCV at `WRITTEN_FPS`.
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
        _put(file, tick, round(int.from_bytes(tick[1], "big") * WRITTEN_FPS / fps).to_bytes(3, "big"))
        if picture is not None:
            _put(file, picture, round(1e9 / fps).to_bytes(4, "big"))
        if lasts is not None:
            _put(file, lasts, _clock(frames / fps).encode("ascii"))
    return True


def _put(file: BinaryIO, found: re.Match[bytes], value: bytes) -> None:
    file.seek(found.start(1))
    file.write(value)


def _clock(seconds: float) -> str:
    """Hours, minutes, seconds.

    >>> _clock(3723.5)
    '01:02:03.500000000'
    """
    minutes, rest = divmod(round(seconds * 1e6), 60_000_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1_000_000:02d}.{rest % 1_000_000:06d}000"
