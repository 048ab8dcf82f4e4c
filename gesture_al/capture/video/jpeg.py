"""A picture that came as a JPEG from somewhere else: small enough, whole, and nothing but that."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv

_START, _FIRST_SCAN = b"\xff\xd8", 0xDA
# Frame headers; the others of this row are tables (C4, CC) or reserved (C8).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def decode_jpeg(data: bytes, most: int = 4096) -> NDArray[np.uint8]:
    """The picture in it.

    Args:
        data: The file's content.
        most: Width and height that it may have: a file of a few kilobytes could ask for gigabytes.

    Returns:
        uint8 (H, W, 3), RGB.

    Raises:
        UserError: It is none, broken off, or larger than that.
    """
    size = _size(data)
    if size is None:
        raise UserError("this is no JPEG; send a JPEG picture")
    if not all(1 <= side <= most for side in size):
        raise UserError(f"a JPEG of {size[0]} x {size[1]} pixels; send one of at most {most} x {most}")
    cv2 = opencv()
    # The camera's picture as it is: what EXIF says of turning it is for photographs.
    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    image: NDArray[np.uint8] | None = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if image is None:
        raise UserError("this JPEG is broken; send it again")
    return image


def _size(data: bytes) -> tuple[int, int] | None:
    """Width and height that its header claims; None where there is none."""
    if data[:2] != _START:
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        if kind == _FIRST_SCAN:
            return None
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
    return None
