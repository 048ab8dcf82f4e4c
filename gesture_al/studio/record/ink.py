"""Lines of text, boxes, rings and bars on a picture of numbers: quick enough for every frame of a camera."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.opencv import opencv
from gesture_al.data.view.draw import lettering

RGB = NDArray[np.uint8]
Colour = tuple[int, int, int]

NIGHT, PANEL, EDGE = (15, 23, 42), (30, 41, 59), (71, 85, 105)
PAPER, MUTED = (248, 250, 252), (160, 174, 192)
ACCENT, GOOD, DOUBT, BAD = (56, 189, 248), (74, 222, 128), (251, 191, 36), (255, 107, 107)
TONES = {"plain": PAPER, "good": GOOD, "doubt": DOUBT, "bad": BAD}


@lru_cache(maxsize=2048)
def width_of(words: str, size: float, bold: bool = False) -> int:
    """Of a line of text, in pixels."""
    return int(np.ceil(lettering(round(size), bold).getlength(words)))


def fitted(words: str, size: float, room: float, bold: bool = False, least: float = 12) -> tuple[str, int]:
    """Words and size with which a line fits into `room` pixels: smaller down to `least`, then cut with an ellipsis."""
    pixels = round(size)
    while pixels > least and width_of(words, pixels, bold) > room:
        pixels -= 1
    while len(words) > 1 and width_of(words, pixels, bold) > room:
        words = words[:-2].rstrip() + "…"
    return words, pixels


def wrapped(words: str, size: float, room: float, bold: bool = False) -> list[str]:
    """Lines that fit into `room` pixels, broken between words."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def write(
    canvas: RGB, place: tuple[float, float], words: str, size: float, colour: Colour, bold: bool = False, anchor: float = 0.0
) -> int:
    """Write a line of text; what lies outside the picture is cut off.

    Args:
        canvas: Is written on.
        place: x of the anchor, y of the line's middle, pixels.
        words: The text.
        size: Pixels.
        colour: RGB, 0 to 255.
        bold: Or regular.
        anchor: Share of the line that stands left of x: 0 left-aligned, 0.5 centred, 1 right-aligned.

    Returns:
        The line's width.
    """
    mask = _mask(words, round(size), bold)
    height, width = mask.shape
    x, y = round(place[0] - anchor * width), round(place[1] - height / 2)
    left, top = max(0, x), max(0, y)
    spot = canvas[top : y + height, left : x + width]
    if spot.size:
        share = mask[top - y : top - y + spot.shape[0], left - x : left - x + spot.shape[1], None]
        spot[:] = (spot * (1 - share) + np.array(colour, dtype=np.float32) * share).astype(np.uint8)
    return int(width)


def veil(canvas: RGB, box: tuple[float, float, float, float], colour: Colour = NIGHT, share: float = 0.6) -> None:
    """Cover a box (x, y, width, height) with a colour that lets something through."""
    x, y, width, height = (round(value) for value in box)
    spot = canvas[max(0, y) : y + height, max(0, x) : x + width]
    if spot.size:
        spot[:] = opencv().addWeighted(np.ascontiguousarray(spot), 1 - share, np.full_like(spot, colour), share, 0)


def block(canvas: RGB, box: tuple[float, float, float, float], colour: Colour, round_by: float = 0.0) -> None:
    """A filled box (x, y, width, height), its corners rounded."""
    cv2 = opencv()
    x, y, width, height = (round(value) for value in box)
    radius = min(round(round_by), width // 2, height // 2)
    if width <= 0 or height <= 0:
        return
    cv2.rectangle(canvas, (x, y + radius), (x + width - 1, y + height - radius - 1), colour, -1)
    cv2.rectangle(canvas, (x + radius, y), (x + width - radius - 1, y + height - 1), colour, -1)
    if radius <= 0:
        return
    for corner_x in (x + radius, x + width - radius - 1):
        for corner_y in (y + radius, y + height - radius - 1):
            cv2.circle(canvas, (corner_x, corner_y), radius, colour, -1, cv2.LINE_AA)


def frame(canvas: RGB, box: tuple[float, float, float, float], colour: Colour, thick: float) -> None:
    """The outline of a box (x, y, width, height), inside it."""
    x, y, width, height = box
    for side in (
        (x, y, width, thick),
        (x, y + height - thick, width, thick),
        (x, y, thick, height),
        (x + width - thick, y, thick, height),
    ):
        block(canvas, side, colour)


def ring(canvas: RGB, middle: tuple[float, float], radius: float, share: float, colour: Colour, thick: float) -> None:
    """A ring of which a share, 0 to 1, is full, clockwise from the top."""
    cv2 = opencv()
    place, axes = (round(middle[0]), round(middle[1])), (round(radius), round(radius))
    cv2.ellipse(canvas, place, axes, 0, 0, 360, EDGE, round(thick), cv2.LINE_AA)
    if share > 0:
        cv2.ellipse(canvas, place, axes, -90, 0, 360 * min(1.0, share), colour, round(thick), cv2.LINE_AA)


def bar(canvas: RGB, box: tuple[float, float, float, float], share: float, colour: Colour, empty: Colour = EDGE) -> None:
    """A bar with round ends of which a share, 0 to 1, is full."""
    x, y, width, height = box
    thick = max(2, round(height))
    start, end, level = round(x + height / 2), round(x + width - height / 2), round(y + height / 2)
    opencv().line(canvas, (start, level), (end, level), empty, thick, opencv().LINE_AA)
    if share > 0:
        end = round(start + (end - start) * min(1.0, share))
        opencv().line(canvas, (start, level), (end, level), colour, thick, opencv().LINE_AA)


@lru_cache(maxsize=512)
def _mask(words: str, size: int, bold: bool) -> NDArray[np.float32]:
    """How much ink each pixel of a line takes, 0 to 1; all lines of a size are equally high, so that they stand on one level."""
    from PIL import Image, ImageDraw

    font = lettering(size, bold)
    ascent, descent = font.getmetrics()
    picture = Image.new("L", (max(1, width_of(words, size, bold)), ascent + descent))
    ImageDraw.Draw(picture).text((0, 0), words, fill=255, font=font)
    return np.asarray(picture, dtype=np.float32) / np.float32(255)
