"""What lies on the camera's picture in each state: the number counted in with, the bar of a take, the verdict on it."""

from __future__ import annotations

import numpy as np

from gesture_al.data.track import FrameJoints
from gesture_al.studio.record import ink
from gesture_al.studio.record.base import State
from gesture_al.studio.record.mirror import COLOURS
from gesture_al.studio.record.screen import Screen

Box = tuple[float, float, float, float]


def draw_scene(canvas: ink.RGB, screen: Screen, box: Box, unit: float, seen: FrameJoints | None) -> None:
    """Draw what belongs to the screen's state over the picture.

    Args:
        canvas: Is drawn on.
        screen: What it says.
        box: Where the camera's picture lies on the canvas: x, y, width, height.
        unit: Scale of everything that is drawn.
        seen: What was seen in the picture; lights the lamps of the two hands.
    """
    if screen.state is State.COUNT_IN:
        _count_in(canvas, screen, box, unit)
    elif screen.state in (State.RECORDING, State.FREE):
        _recording(canvas, screen, box, unit)
    elif screen.state is State.REVIEW:
        _review(canvas, screen, box, unit)
    elif screen.state is State.LOST:
        _lost(canvas, screen, box, unit)
    if screen.state in (State.CHOOSE, State.COUNT_IN, State.RECORDING, State.FREE) and seen is not None:
        _lamps(canvas, seen, box, unit)
    if screen.notes or screen.warnings:
        _notes(canvas, screen, box, unit)


def _count_in(canvas: ink.RGB, screen: Screen, box: Box, u: float) -> None:
    x, y, width, height = box
    ink.veil(canvas, box, share=0.45)
    middle = (x + width / 2, y + 0.4 * height)
    radius = min(96 * u, 0.24 * height)
    ink.ring(canvas, middle, radius, screen.progress, ink.ACCENT, 10 * u)
    ink.write(canvas, middle, str(screen.number), 1.15 * radius, ink.PAPER, bold=True, anchor=0.5)
    # Read from where the person stands, two metres away.
    _banner(canvas, screen.banner, (x, y + 0.74 * height, width, 0.22 * height), 34 * u)


def _banner(canvas: ink.RGB, words: str, box: Box, size: float) -> None:
    """Large words in the middle of a box, in as many lines as need be."""
    x, y, width, height = box
    lines = ink.wrapped(words, size, 0.92 * width, bold=True)
    while len(lines) * 1.25 * size > height and size > 13:
        size -= 1
        lines = ink.wrapped(words, size, 0.92 * width, bold=True)
    for number, line in enumerate(lines):
        place = (x + width / 2, y + height / 2 + (number - (len(lines) - 1) / 2) * 1.25 * size)
        ink.write(canvas, place, line, size, ink.PAPER, bold=True, anchor=0.5)


def _recording(canvas: ink.RGB, screen: Screen, box: Box, u: float) -> None:
    x, y, width, height = box
    ink.frame(canvas, box, ink.BAD, max(3, 6 * u))
    words = "REC" if screen.clock is None else f"REC {int(screen.clock) // 60}:{int(screen.clock) % 60:02d}"
    wide = ink.width_of(words, 24 * u, bold=True) + 62 * u
    ink.veil(canvas, (x + 18 * u, y + 18 * u, wide, 46 * u), share=0.75)
    ink.block(canvas, (x + 30 * u, y + 31 * u, 20 * u, 20 * u), ink.BAD, 10 * u)
    ink.write(canvas, (x + 60 * u, y + 41 * u), words, 24 * u, ink.PAPER, bold=True)
    ink.veil(canvas, (x + 6 * u, y + height - 88 * u, width - 12 * u, 82 * u), share=0.65)
    _banner(canvas, screen.banner, (x, y + height - 86 * u, width, 50 * u), 28 * u)
    ink.bar(canvas, (x + 24 * u, y + height - 30 * u, width - 48 * u, 14 * u), screen.progress, ink.BAD)


def _review(canvas: ink.RGB, screen: Screen, box: Box, u: float) -> None:
    x, y, width, height = box
    colour = ink.TONES[screen.verdict]
    ink.frame(canvas, box, colour, max(2, 4 * u))
    total = 0 if screen.hands is None else len(screen.hands)
    words = f"{screen.seen}/{total}"
    wide = ink.width_of(words, 40 * u, bold=True) + 40 * u
    ink.veil(canvas, (x + 18 * u, y + 18 * u, wide, 84 * u), share=0.75)
    ink.write(canvas, (x + 18 * u + wide / 2, y + 48 * u), words, 40 * u, colour, bold=True, anchor=0.5)
    ink.write(canvas, (x + 18 * u + wide / 2, y + 84 * u), "hand seen", max(12, 16 * u), ink.MUTED, anchor=0.5)
    if screen.hands is not None:
        _strip(canvas, screen.hands, screen.progress, (x + 24 * u, y + height - 62 * u, width - 48 * u, 34 * u), u)
    if screen.keeps_itself:
        said = "kept in a moment"
        wide = ink.width_of(said, 20 * u, bold=True) + 90 * u
        ink.veil(canvas, (x + width - wide - 18 * u, y + 18 * u, wide, 50 * u), share=0.75)
        ink.ring(canvas, (x + width - wide + 12 * u, y + 43 * u), 13 * u, screen.progress, ink.GOOD, 5 * u)
        ink.write(canvas, (x + width - wide + 44 * u, y + 43 * u), said, 20 * u, ink.PAPER, bold=True)


def _strip(canvas: ink.RGB, hands: np.ndarray, progress: float, box: Box, u: float) -> None:
    """Which frames had a left hand and a right one, and where the replay is."""
    x, y, width, height = box
    ink.veil(canvas, (x - 10 * u, y - 10 * u, width + 20 * u, height + 20 * u), share=0.75)
    label = max(12, 15 * u)
    room = ink.width_of("right", label) + 12 * u
    edges = np.linspace(x + room, x + width, len(hands) + 1)
    gap = 1 if edges[1] - edges[0] > 4 else 0
    for side, name in enumerate(("left", "right")):
        top = y + side * (height / 2 + 2 * u)
        ink.write(canvas, (x, top + height / 4 - u), name, label, COLOURS[side])
        for frame, there in enumerate(hands[:, side]):
            colour = COLOURS[side] if there else ink.EDGE
            ink.block(canvas, (edges[frame], top, max(1, edges[frame + 1] - edges[frame] - gap), height / 2 - 2 * u), colour)
    place = x + room + progress * (width - room)
    ink.block(canvas, (place - 1.5 * u, y - 5 * u, max(2, 3 * u), height + 10 * u), ink.PAPER)


def _lamps(canvas: ink.RGB, seen: FrameJoints, box: Box, u: float) -> None:
    """Which hands are seen now, each on its side of the mirror."""
    x, y, width, _ = box
    size = max(12, 17 * u)
    there = np.isfinite(seen.handedness)
    right = x + width - 18 * u
    for side, words in ((1, "right hand"), (0, "left hand")):
        wide = ink.width_of(words, size, bold=True) + 24 * u
        right -= wide
        ink.veil(
            canvas, (right, y + 18 * u, wide, 36 * u), COLOURS[side] if there[side] else ink.NIGHT, 0.9 if there[side] else 0.6
        )
        colour = ink.NIGHT if there[side] else ink.MUTED
        ink.write(canvas, (right + wide / 2, y + 36 * u), words, size, colour, bold=True, anchor=0.5)
        right -= 8 * u


def _notes(canvas: ink.RGB, screen: Screen, box: Box, u: float) -> None:
    x, y, width, height = box
    size = max(12, 19 * u)
    room = width - 44 * u
    told = [(line, ink.DOUBT) for words in screen.warnings for line in ink.wrapped(words, size, room)]
    told += [(line, ink.PAPER) for words in screen.notes for line in ink.wrapped(words, size, room)]
    tall = len(told) * 1.5 * size + 20 * u
    ink.veil(canvas, (x, y + height - tall, width, tall), share=0.78)
    for number, (line, colour) in enumerate(told):
        ink.write(canvas, (x + 22 * u, y + height - tall + 10 * u + (number + 0.5) * 1.5 * size), line, size, colour)


def _lost(canvas: ink.RGB, screen: Screen, box: Box, u: float) -> None:
    x, y, width, height = box
    ink.veil(canvas, box, share=0.7)
    middle = (x + width / 2, y + 0.3 * height)
    ink.ring(canvas, middle, 44 * u, 0.0, ink.BAD, 8 * u)
    ink.write(canvas, middle, "!", 52 * u, ink.BAD, bold=True, anchor=0.5)
    _banner(canvas, "No picture", (x, y + 0.46 * height, width, 0.12 * height), 30 * u)
    size = max(13, 19 * u)
    for number, line in enumerate(ink.wrapped(screen.banner, size, 0.8 * width)):
        ink.write(canvas, (x + width / 2, y + 0.66 * height + number * 1.5 * size), line, size, ink.MUTED, anchor=0.5)
