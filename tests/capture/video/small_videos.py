"""Small videos for tests, and the few bytes of an mp4 that a phone would write otherwise."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gesture_al.core.opencv import opencv

# The first to open FFmpeg decides what it logs, also for the tests that come after.
cv2 = opencv()


def picture(number: int, size: tuple[int, int] = (160, 120)) -> np.ndarray:
    """RGB: red on top, blue at the bottom, and a white bar at the left that grows by four pixels a frame."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    image[: size[1] // 2, :, 0] = 220
    image[size[1] // 2 :, :, 2] = 220
    image[:, : 4 * number] = 255
    return image


def bar(image: np.ndarray) -> int:
    """Which picture this was, by its bar."""
    return round(float((image[image.shape[0] // 2 + 9] > 128).all(axis=1).sum()) / 4)


def make_video(path: Path, frames: int = 20, fps: float = 25.0, size: tuple[int, int] = (160, 120)) -> Path:
    """A video whose codec is the one its suffix usually holds."""
    code = {".avi": "MJPG", ".webm": "VP80"}.get(path.suffix, "mp4v")
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), fps, size)
    assert writer.isOpened()
    for number in range(frames):
        writer.write(np.ascontiguousarray(picture(number, size)[..., ::-1]))
    writer.release()
    return path


def turn(path: Path) -> None:
    """Mark an mp4 as taken with the phone upright: to be shown a quarter turn clockwise (ISO/IEC 14496-12, tkhd matrix)."""
    data = bytearray(path.read_bytes())
    # Version 0: the matrix lies 40 bytes into the box's content, behind the version and flags.
    matrix = data.index(b"tkhd") + 4 + 40
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    path.write_bytes(data)


def space(path: Path, ticks: Sequence[int]) -> None:
    """Give each frame of an mp4 its own duration, in the ticks that one frame lasted before times its number here.

    The table of durations (stts) grows; the boxes around it stand behind the pictures, so nothing else moves.
    """
    data = bytearray(path.read_bytes())
    at = data.index(b"stts") - 4
    size = struct.unpack(">I", data[at : at + 4])[0]
    unit = struct.unpack(">I", data[at + 20 : at + 24])[0]
    table = struct.pack(">II", 0, len(ticks)) + b"".join(struct.pack(">II", 1, unit * tick) for tick in ticks)
    new = struct.pack(">I", len(table) + 8) + b"stts" + table
    grown = len(new) - size
    data[at : at + size] = new
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        box = data.index(name) - 4
        data[box : box + 4] = struct.pack(">I", struct.unpack(">I", data[box : box + 4])[0] + grown)
    # The list of edits says how long the old track was, and would end the new one there.
    data = data.replace(b"edts", b"free")
    path.write_bytes(data)


def cut_off(path: Path, share: float = 0.6) -> Path:
    """Keep only the first part of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path
