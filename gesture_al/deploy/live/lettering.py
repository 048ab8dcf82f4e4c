"""Words on a video frame, in any alphabet, fast enough for every frame: each text is rendered once and kept."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.view.drawing import font_of

RGB = NDArray[np.uint8]
Colour = tuple[int, int, int]


@lru_cache(maxsize=256)
def mask_of(text: str, size: int, bold: bool = False) -> NDArray[np.uint16]:
    """How much ink each pixel of a text has, uint16 (H, W, 1), 0 to 256."""
    from PIL import Image, ImageDraw

    face = font_of(size, bold)
    box = face.getbbox(text or " ")
    picture = Image.new("L", (max(1, int(box[2]) + 1), int(size * 1.35)), 0)
    ImageDraw.Draw(picture).text((0, 0), text, fill=255, font=face)
    ink: NDArray[np.uint16] = np.asarray(picture, dtype=np.uint16)[..., None]
    return ink + (ink >> 7)


def write(
    image: RGB, place: tuple[int, int], text: str, size: int, colour: Colour, bold: bool = False, right: bool = False
) -> None:
    """Write on an image in place; what does not fit is cut off.

    Args:
        image: uint8 (H, W, 3), changed.
        place: Left and top of the text, pixels; with `right`, its right end and top.
        text: One line.
        size: Of the letters, pixels.
        colour: RGB.
        bold: Whether it stands out.
        right: Whether it ends at the place.
    """
    mask = mask_of(text, size, bold)
    left, top = max(0, place[0] - mask.shape[1] if right else place[0]), place[1]
    under = image[top : top + mask.shape[0], left : left + mask.shape[1]]
    if under.size:
        ink = mask[: under.shape[0], : under.shape[1]]
        # Whole numbers: this runs several times a frame.
        under[:] = (under * (256 - ink) + np.array(colour, dtype=np.uint16) * ink) >> 8


def shade(image: RGB, left: int, top: int, right: int, bottom: int, share: float = 0.55) -> None:
    """Darken a box in place, so that what is written on it can be read on any picture."""
    box = image[max(top, 0) : bottom, max(left, 0) : right]
    box[:] = (box * np.uint16(256 * (1 - share))) >> 8
