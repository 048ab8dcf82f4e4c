"""Small pictures and videos, and mutations of them: sizes that nothing could hold, and broken content."""

from __future__ import annotations

import random
import struct
import zlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from fuzz.mutations import mutated_bytes

WIDTH, HEIGHT = 64, 48
SIZES = (60_000, 65_535, 0, 1, 2**31 - 1, 20_000)


@cache
def picture(suffix: str) -> bytes:
    """A picture of 64 x 48."""
    from gesture_al.core.opencv import opencv

    cv2 = opencv()
    image = np.arange(HEIGHT * WIDTH * 3, dtype=np.uint8).reshape(HEIGHT, WIDTH, 3)
    return bytes(cv2.imencode(suffix, image)[1].tobytes())


@cache
def video(suffix: str) -> bytes:
    """Twelve frames of 64 x 48."""
    from gesture_al.core.opencv import opencv

    cv2 = opencv()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"clip{suffix}"
        if suffix == ".gif":
            from PIL import Image

            frames = [Image.fromarray(np.full((HEIGHT, WIDTH, 3), 20 * n, np.uint8)) for n in range(12)]
            frames[0].save(path, save_all=True, append_images=frames[1:], duration=40)
        else:
            code = {".mp4": "mp4v", ".avi": "MJPG", ".webm": "VP80", ".mkv": "MJPG"}[suffix]
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), 25, (WIDTH, HEIGHT))
            for number in range(12):
                writer.write(np.full((HEIGHT, WIDTH, 3), 20 * number, np.uint8))
            writer.release()
        return path.read_bytes()


def mutated_picture(rng: random.Random, suffix: str) -> bytes:
    """A picture whose letters are wrong, or whose header asks for a size that nothing could hold."""
    return resized(rng, picture(suffix), suffix) if rng.random() < 0.4 else mutated_bytes(rng, picture(suffix))


def resized(rng: random.Random, data: bytes, suffix: str) -> bytes:
    """The picture with another size in its header."""
    content = bytearray(data)
    wide, high = rng.choice(SIZES), rng.choice(SIZES)
    match suffix:
        case ".png":
            content[16:24] = struct.pack(">II", wide, high)
            content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
        case ".bmp":
            content[18:26] = struct.pack("<II", wide, high)
        case ".jpg":
            at = next(at for at in range(len(content)) if content[at] == 0xFF and content[at + 1] in (0xC0, 0xC2))
            content[at + 5 : at + 9] = struct.pack(">HH", high % 65536, wide % 65536)
        case _:
            return with_other_numbers(rng, data)
    return bytes(content)


def with_other_numbers(rng: random.Random, data: bytes) -> bytes:
    """The file with every number in it that could be its width or height replaced."""
    content = bytes(data)
    for old in (WIDTH, HEIGHT):
        new = rng.choice(SIZES)
        for form in (">I", "<I", ">H", "<H"):
            content = content.replace(struct.pack(form, old), struct.pack(form, new % (65536 if form[1] == "H" else 2**32)))
    return content


def mutated_video(rng: random.Random, suffix: str) -> bytes:
    """A video whose letters are wrong, or whose header asks for another size."""
    return with_other_numbers(rng, video(suffix)) if rng.random() < 0.3 else mutated_bytes(rng, video(suffix))
