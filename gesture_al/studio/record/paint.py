"""A screen as a picture: header, the mirrored camera, the classes beside it, the keys below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.skeleton import Skeleton
from gesture_al.data.track import FrameJoints
from gesture_al.studio.record import ink
from gesture_al.studio.record.base import State
from gesture_al.studio.record.mirror import draw_joints, mirrored
from gesture_al.studio.record.scenes import draw_scene
from gesture_al.studio.record.screen import Screen


@dataclass(frozen=True)
class Layout:
    """Where things stand on a picture of this size, in pixels; everything else is in `unit`, 1 at a height of 720."""

    width: int
    height: int

    @property
    def unit(self) -> float:  # noqa: D102  the class says it
        return min(self.height / 720, self.width / 1100)

    @property
    def stage(self) -> tuple[float, float, float, float]:
        """Where the camera's picture goes: x, y, width, height."""
        u = self.unit
        top, bottom, side = 116 * u, 64 * u, 300 * u
        return 24 * u, top, self.width - side - 48 * u, self.height - top - bottom

    @property
    def panel(self) -> tuple[float, float, float, float]:
        """Where the classes go."""
        x, y, width, height = self.stage
        return x + width + 24 * self.unit, y, 276 * self.unit, height


def paint(
    screen: Screen,
    image: NDArray[np.uint8] | None,
    seen: FrameJoints | None,
    skeleton: Skeleton,
    size: tuple[int, int] = (1280, 720),
) -> ink.RGB:
    """Draw a screen.

    Args:
        screen: What it says.
        image: The camera's picture as it took it, uint8 (H, W, 3) RGB; None: there is none.
        seen: What was seen in it.
        skeleton: What the joints are.
        size: Width and height of the result, from 480 x 320.

    Returns:
        RGB, uint8 (height, width, 3).
    """
    layout = Layout(*size)
    canvas = np.empty((size[1], size[0], 3), dtype=np.uint8)
    ink.block(canvas, (0, 0, *size), ink.NIGHT)
    if screen.moment is not None:
        image, seen = screen.moment.image, screen.moment.seen
    _header(canvas, screen, layout)
    box = _picture(canvas, image, seen, skeleton, layout)
    draw_scene(canvas, screen, box, layout.unit, seen)
    _classes(canvas, screen, layout)
    _keys(canvas, screen, layout)
    return canvas


def _header(canvas: ink.RGB, screen: Screen, layout: Layout) -> None:
    u = layout.unit
    x, room = 24 * u, layout.width - 48 * u
    if screen.series is not None:
        words = f"take {screen.series[0]} of {screen.series[1]}"
        width = ink.width_of(words, 22 * u, bold=True) + 36 * u
        ink.block(canvas, (layout.width - 24 * u - width, 24 * u, width, 42 * u), ink.PANEL, 21 * u)
        ink.write(canvas, (layout.width - 24 * u - width / 2, 45 * u), words, 22 * u, ink.ACCENT, bold=True, anchor=0.5)
        room -= width + 24 * u
    title, pixels = ink.fitted(screen.title, 46 * u, room, bold=True)
    ink.write(canvas, (x, 44 * u), title, pixels, ink.PAPER, bold=True)
    size, room = max(13, 21 * u), layout.width - 48 * u
    lines = [screen.line]
    if ink.width_of(screen.line, size) > room:
        size = max(12, 18 * u)
        lines = ink.wrapped(screen.line, size, room)
    for number, words in enumerate(lines[:2]):
        # What does not fit into two lines ends in an ellipsis.
        line, pixels = ink.fitted(" ".join(lines[1:]) if number else words, size, room, least=size)
        ink.write(canvas, (x, (90 if len(lines) == 1 else 80 + number * 24) * u), line, pixels, ink.TONES[screen.tone])


def _picture(
    canvas: ink.RGB, image: NDArray[np.uint8] | None, seen: FrameJoints | None, skeleton: Skeleton, layout: Layout
) -> tuple[float, float, float, float]:
    """Draw the camera's picture, whole, in the middle of its stage; returns where it is."""
    x, y, width, height = layout.stage
    if image is None:
        ink.block(canvas, layout.stage, ink.PANEL, 10 * layout.unit)
        return layout.stage
    scale = min(width / image.shape[1], height / image.shape[0])
    size = max(1, int(image.shape[1] * scale)), max(1, int(image.shape[0] * scale))
    left, top = int(x + (width - size[0]) / 2), int(y + (height - size[1]) / 2)
    picture = mirrored(image, size)
    if seen is not None:
        draw_joints(picture, seen, skeleton, layout.unit)
    canvas[top : top + size[1], left : left + size[0]] = picture
    return left, top, *size


def _classes(canvas: ink.RGB, screen: Screen, layout: Layout) -> None:
    u = layout.unit
    x, y, width, height = layout.panel
    ink.block(canvas, layout.panel, ink.PANEL, 10 * u)
    row, inner = 58 * u, width - 40 * u
    fits = max(1, int((height - 76 * u) // row))
    at = next((place for place, tally in enumerate(screen.tallies) if tally.chosen), 0)
    first = max(0, min(at - fits // 2, len(screen.tallies) - fits))
    for place, tally in enumerate(screen.tallies[first : first + fits]):
        top = y + 12 * u + place * row
        if tally.chosen:
            ink.block(canvas, (x + 8 * u, top, width - 16 * u, row - 6 * u), ink.EDGE, 8 * u)
        count = f"{tally.count}/{tally.target}"
        number = f"{first + place + 1}  " if first + place < 9 and screen.state is State.CHOOSE else ""
        taken = ink.width_of(count, max(12, 18 * u)) + 12 * u
        left = x + 20 * u + ink.write(canvas, (x + 20 * u, top + 19 * u), number, max(12, 18 * u), ink.MUTED)
        words, pixels = ink.fitted(tally.name, max(13, 20 * u), inner - taken - (left - x - 20 * u), tally.chosen, 16 * u)
        ink.write(canvas, (left, top + 19 * u), words, pixels, ink.PAPER, bold=tally.chosen)
        full = tally.count >= tally.target
        ink.write(canvas, (x + width - 20 * u, top + 19 * u), count, max(12, 18 * u), ink.GOOD if full else ink.MUTED, anchor=1)
        empty = ink.NIGHT
        ink.bar(
            canvas, (x + 20 * u, top + 38 * u, inner, 6 * u), tally.count / tally.target, ink.GOOD if full else ink.ACCENT, empty
        )
    if screen.unlabelled:
        words = f"{screen.unlabelled} without a class"
        ink.write(canvas, (x + 20 * u, y + height - 50 * u), words, max(12, 16 * u), ink.MUTED)
    words, pixels = ink.fitted(screen.who, max(12, 16 * u), inner)
    ink.write(canvas, (x + 20 * u, y + height - 24 * u), words, pixels, ink.MUTED)


def _keys(canvas: ink.RGB, screen: Screen, layout: Layout) -> None:
    u = layout.unit
    for size in (18 * u, 16 * u, 14 * u, 12 * u):
        pixels = max(11, size)
        gap, pad = 26 * u * size / (18 * u), 9 * u
        widths = [
            (ink.width_of(cap, pixels, bold=True) + 2 * pad, ink.width_of(words, pixels) + 8 * u) for cap, words in screen.keys
        ]
        if sum(cap + words + gap for cap, words in widths) - gap <= layout.width - 48 * u:
            break
    x, y = 24 * u, layout.height - 32 * u
    for (cap, words), (cap_width, words_width) in zip(screen.keys, widths, strict=True):
        ink.block(canvas, (x, y - 0.9 * pixels, cap_width, 1.8 * pixels), ink.EDGE, 5 * u)
        ink.write(canvas, (x + cap_width / 2, y), cap, pixels, ink.PAPER, bold=True, anchor=0.5)
        ink.write(canvas, (x + cap_width + 8 * u, y), words, pixels, ink.MUTED)
        x += cap_width + words_width + gap
