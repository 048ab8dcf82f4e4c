"""Small videos for tests, and the few bytes of an mp4 that a phone would write otherwise."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
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


def film(
    path: Path,
    pictures: Iterable[np.ndarray],
    times: Sequence[float],
    codec: str = "mpeg4",
    pixel_aspect: Fraction | None = None,
    sound: float = 0.0,
    flags: str = "",
    **options: str,
) -> Path:
    """A video of RGB pictures that stand at these seconds, to a thousandth; `sound` adds so many seconds of silence.

    Motion JPEG and MPEG-2 take times of whole 25ths only.
    """
    pictures = list(pictures)
    with av.open(str(path), "w", options={"movflags": flags} if flags else {}) as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = {"png": "rgb24", "mjpeg": "yuvj420p"}.get(codec, "yuv420p")
        if codec not in ("mjpeg", "mpeg2video"):
            stream.codec_context.time_base = Fraction(1, 1000)
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        track = container.add_stream("libopus" if path.suffix == ".webm" else "aac", rate=48000) if sound else None
        for picture, seconds in zip(pictures, times, strict=True):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24")
            frame.pts, frame.time_base = round(1000 * seconds), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if track is not None:
            for number in range(round(sound * 50)):
                silence = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.int16), "s16", "mono")
                silence.sample_rate, silence.pts = 48000, 960 * number
                container.mux(track.encode(silence))
            container.mux(track.encode())
    return path


def orient(path: Path, a: int, b: int, c: int, d: int) -> None:
    """Write an mp4's display matrix: the point (p, q) is shown at (a p + c q, b p + d q) (ISO/IEC 14496-12, tkhd)."""
    data = bytearray(path.read_bytes())
    # Version 0: the matrix lies 40 bytes into the box's content, behind the version and flags.
    matrix = data.index(b"tkhd") + 4 + 40
    numbers = (a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)
    data[matrix : matrix + 36] = struct.pack(">9i", *numbers)
    path.write_bytes(data)


def turn(path: Path) -> None:
    """Mark an mp4 as taken with the phone upright: to be shown a quarter turn clockwise."""
    orient(path, 0, 1, -1, 0)


def spoil_packets(path: Path, numbers: Iterable[int]) -> Path:
    """Overwrite these packets of a file, in the order in which they lie there."""
    with av.open(str(path)) as container:
        places = sorted((packet.pos, packet.size) for packet in container.demux(video=0) if packet.size)
    data = bytearray(path.read_bytes())
    for number in numbers:
        at, size = places[number]
        data[at : at + size] = b"\xff" * size
    path.write_bytes(data)
    return path


def show_part(path: Path, start: float, seconds: float) -> Path:
    """Let the list of edits of an mp4 show only a part (ISO/IEC 14496-12, elst).

    The duration of the part is counted in the ticks of the file (mvhd), its start in those of the track (mdhd).
    """
    data = bytearray(path.read_bytes())
    file_ticks = struct.unpack(">I", data[data.index(b"mvhd") + 16 :][:4])[0]
    track_ticks = struct.unpack(">I", data[data.index(b"mdhd") + 16 :][:4])[0]
    entry = data.index(b"elst") + 12
    data[entry : entry + 8] = struct.pack(">II", round(seconds * file_ticks), round(start * track_ticks))
    path.write_bytes(data)
    return path


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
