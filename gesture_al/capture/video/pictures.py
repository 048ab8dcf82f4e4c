"""Pictures as the frames of a video."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from gesture_al.capture.video.base import Frame
from gesture_al.capture.video.file_frames import Image
from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"})


def is_picture(path: Path) -> bool:
    """Whether the name ends like a picture's."""
    return path.suffix.lower() in PICTURE_SUFFIXES


def pictures_in(path: Path) -> list[Path]:
    """The pictures of a folder in the order in which a person counts (2 before 10); of a picture itself.

    Raises:
        UserError: A folder without a picture.
    """
    if not path.is_dir():
        return [path]
    found = sorted((child for child in path.iterdir() if is_picture(child) and not child.name.startswith(".")), key=_counted)
    if not found:
        raise UserError(f"{path}: a folder without pictures; name a video file or a folder of png or jpg files")
    return found


class PictureFrames:
    """Pictures at an even rate; the first says the size."""

    ended_early = ""

    def __init__(self, paths: Sequence[Path], fps: float) -> None:
        self._paths = paths
        self.fps = fps
        self.duration: float | None = len(paths) / fps
        self.height, self.width = read_picture(paths[0]).shape[:2]

    def __iter__(self) -> Iterator[Frame]:
        """One frame a picture.

        Raises:
            UserError: One of them is broken, or of another size than the first.
        """
        for number, path in enumerate(self._paths):
            image = read_picture(path)
            if image.shape[:2] != (self.height, self.width):
                size = f"{image.shape[1]} x {image.shape[0]}"
                raise UserError(f"{path}: is {size}, the pictures before it {self.width} x {self.height}; make them one size")
            yield Frame(image, number / self.fps)

    def close(self) -> None:
        """Nothing is open between two pictures."""


def read_picture(path: Path) -> Image:
    """uint8 (H, W, 3) RGB, upright as its EXIF data says.

    Raises:
        UserError: Not a picture.
    """
    cv2 = opencv()
    # Read by Python, since OpenCV cannot open a name outside the system's code page on Windows.
    raw = np.frombuffer(path.read_bytes(), np.uint8)
    image = cv2.imdecode(raw, cv2.IMREAD_COLOR) if len(raw) else None
    if image is None:
        raise UserError(f"{path}: not a picture that can be read; copy it again or remove it")
    upright: Image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    return upright


def _counted(path: Path) -> tuple[tuple[int, int, str], ...]:
    parts = re.findall(r"\d+|\D+", path.name.lower())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
