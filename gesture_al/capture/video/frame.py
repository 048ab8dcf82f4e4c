"""A frame: one picture and its time; and pictures decoded from files and from bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import UInt8
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import read_bytes
from gesture_al.core.opencv import MOST_PIXELS, opencv

Image = UInt8
# Markers of a JPEG file: its start, and the first scan, behind which no header comes.
_START, _FIRST_SCAN = b"\xff\xd8", 0xDA
# Frame headers; the others of this row are tables (C4, CC) or reserved (C8).
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Frame:
    """One picture and when it was taken.

    Args:
        image: uint8 (H, W, 3), RGB, upright and as the camera sees it: never mirrored, since that swaps left and right hands.
        seconds: From the start of the file or recording; larger than that of the frame before.
    """

    image: Image
    seconds: float


def read_picture(path: Path) -> Image:
    """A picture file as uint8 (H, W, 3) RGB, upright as its EXIF data says.

    Raises:
        UserError: Not a picture.
    """
    cv2 = opencv()
    # Read by Python, since OpenCV cannot open a name outside the system's code page on Windows.
    raw = np.frombuffer(read_bytes(path), np.uint8)
    try:
        image = cv2.imdecode(raw, cv2.IMREAD_COLOR) if len(raw) else None
    except cv2.error as err:
        if "validateInputImageSize" not in str(err):
            raise UserError(f"{path}: not a picture that can be read; copy it again or remove it") from err
        raise UserError(f"{path}: a picture of more than {MOST_PIXELS:,} pixels, or of none; make it smaller") from err
    if image is None:
        raise UserError(f"{path}: not a picture that can be read; copy it again or remove it")
    upright: Image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    return upright


def decode_jpeg(data: bytes, most: int = 4096) -> Image:
    """A picture that came as a JPEG from a browser: small enough, whole, and nothing but that.

    Args:
        data: The file's content.
        most: Width and height that it may have: a file of a few kilobytes could ask for gigabytes.

    Returns:
        uint8 (H, W, 3), RGB.

    Raises:
        UserError: It is none, broken off, or larger than that.
    """
    size = _jpeg_size(data)
    if size is None:
        raise UserError("this is no JPEG; send a JPEG picture")
    if not all(1 <= side <= most for side in size):
        raise UserError(f"a JPEG of {size[0]} x {size[1]} pixels; send one of at most {most} x {most}")
    cv2 = opencv()
    # The camera's picture as it is: what EXIF says of turning it is for photographs.
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        image: Image | None = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as err:
        raise UserError("this JPEG is broken; send it again") from err
    if image is None:
        raise UserError("this JPEG is broken; send it again")
    return image


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that its header claims; None where there is none."""
    if data[:2] != _START:
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind in _FRAME_HEADERS:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        if kind == _FIRST_SCAN:
            return None
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
    return None
