"""Pictures: a frame of joints, a confusion matrix, and clips with what a model predicts for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gesture_al.core.arrays import Floating, Int64, UInt8
from gesture_al.data.skeleton import Skeleton
from gesture_al.data.view.confusion import MOST_CELLS, most_confused
from gesture_al.data.view.plane import bone_sides, in_picture, is_track, joint_sides, spread
from gesture_al.data.view.settings import ViewSettings

if TYPE_CHECKING:
    from PIL.Image import Image


RGB = UInt8

PAPER, PANEL, INK, FAINT = "#FFFFFF", "#F1F5F9", "#1F2937", "#6B7280"
# Lines are drawn larger and shrunk, which smooths them; Pillow itself has no smooth lines.
_FINER = 2


def draw_frame(
    points_T_J_2: Floating,
    frame: int,
    skeleton: Skeleton,
    settings: ViewSettings,
    size: tuple[int, int],
    paper: str = PAPER,
) -> Image:
    """Picture of one frame of a clip.

    Args:
        points_T_J_2: Pixels, from `fit`; NaN joints, and bones with a NaN end, are not drawn.
        frame: Which of the T.
        skeleton: What the joints are.
        settings: Colours and widths.
        size: Width and height of the picture, pixels.
        paper: Colour of the background.

    Returns:
        An RGB picture.
    """
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), paper)
    pen = ImageDraw.Draw(picture)
    points = points_T_J_2 * _FINER
    width = settings.bone_width * _FINER
    if is_track(skeleton):
        _draw_trail(pen, points[: frame + 1], settings.pose_colour, width)
    now = points[frame]
    seen = np.isfinite(now).all(axis=-1)
    for a, b, side in bone_sides(skeleton):
        if seen[a] and seen[b]:
            pen.line([*now[a], *now[b]], fill=settings.colours[side], width=width, joint="curve")
    sides = joint_sides(skeleton)
    face = skeleton.parts.get("face", range(0))
    for joint in np.flatnonzero(seen):
        radius = (1 if joint in face else settings.joint_size) * _FINER
        x, y = now[joint]
        pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=settings.colours[sides[joint]])
    return picture.reduce(_FINER)


def write_on(picture: Image, place: tuple[float, float], text: str, size: int, colour: str = INK, bold: bool = False) -> None:
    """Write a line of text; what does not fit into the picture's width ends in an ellipsis."""
    from PIL import ImageDraw

    pen = ImageDraw.Draw(picture)
    font = font_of(size, bold)
    room = picture.width - place[0]
    while len(text) > 1 and pen.textlength(text, font=font) > room:
        text = text[:-2].rstrip() + "…"
    pen.text(place, text, fill=colour, font=font)


def as_array(picture: Image) -> RGB:
    """The picture as uint8 (height, width, 3)."""
    return np.asarray(picture, dtype=np.uint8)


@cache
def font_of(size: int, bold: bool) -> Any:
    """The font of all pictures, as Pillow takes it; size in pixels."""
    # Matplotlib brings a font with most alphabets along; class names may be in any of them.
    import matplotlib
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(f"{matplotlib.get_data_path()}/fonts/ttf/{name}", size)


def _draw_trail(pen: Any, points_T_J_2: Floating, colour: str, width: int) -> None:
    for joint in range(points_T_J_2.shape[1]):
        path = points_T_J_2[:, joint]
        for start, end in pairwise(path):
            if np.isfinite([start, end]).all():
                pen.line([*start, *end], fill=colour, width=width)


_MATRIX_CELL, _MATRIX_SIDE, _MATRIX_HEAD = 44, 150, 52
# Light to dark blue, readable in grey as well.
_LIGHT, _DARK = np.array([241, 245, 249]), np.array([0, 62, 112])
# Errors, in a matrix whose cells are too small for numbers.
_FAULT = np.array([213, 94, 0])
# A matrix of many classes: pixels of its side at the least, of the list beside it, and of a line of that.
_IMAGE_SIDE, _LIST_WIDTH, _LIST_LINE = 600, 470, 19


def draw_matrix(confusion_C_C: Int64, classes: Sequence[str], title: str) -> Image:
    """Picture of a confusion matrix: counts, true class by row, predicted class by column; the shade is the share of the row.

    Of more than 30 classes the cells have no numbers, and a list beside them names the most confused pairs.
    """
    from PIL import Image, ImageDraw

    count = len(classes)
    if count > MOST_CELLS:
        return _draw_large_matrix(confusion_C_C, classes, title)
    page = Image.new("RGB", (_MATRIX_SIDE + count * _MATRIX_CELL + 8, _MATRIX_HEAD + count * _MATRIX_CELL + 8), "white")
    write_on(page, (8, 6), title, 13, bold=True)
    write_on(page, (8, 28), "rows: true class, columns: predicted, same order", 10, FAINT)
    pen = ImageDraw.Draw(page)
    shares = confusion_C_C / np.maximum(confusion_C_C.sum(axis=1, keepdims=True), 1)
    for row, name in enumerate(classes):
        top = _MATRIX_HEAD + row * _MATRIX_CELL
        label = Image.new("RGB", (_MATRIX_SIDE - 12, 18), "white")
        write_on(label, (0, 0), name, 12)
        page.paste(label, (8, top + 14))
        for column in range(count):
            left, share = _MATRIX_SIDE + column * _MATRIX_CELL, shares[row, column]
            shade = tuple((_LIGHT + share * (_DARK - _LIGHT)).astype(int).tolist())
            pen.rectangle([left, top, left + _MATRIX_CELL - 2, top + _MATRIX_CELL - 2], fill=shade)
            if confusion_C_C[row, column]:
                write_on(
                    page, (left + 8, top + 14), str(int(confusion_C_C[row, column])), 12, "white" if share > 0.5 else "black"
                )
    return page


def _draw_large_matrix(confusion_C_C: Int64, classes: Sequence[str], title: str) -> Image:
    """The matrix as one image and the most confused pairs as a list; about as large for 250 classes as for 31."""
    from PIL import Image

    cell = max(1, -(-_IMAGE_SIDE // len(classes)))
    side = cell * len(classes)
    shares_C_C_1 = (confusion_C_C / np.maximum(confusion_C_C.sum(axis=1, keepdims=True), 1))[..., None]
    full_C_C_3 = np.where(np.eye(len(classes), dtype=np.bool_)[..., None], _DARK, _FAULT)
    # A single error of many clips must be seen too.
    depth_C_C_1 = np.where(shares_C_C_1 > 0, 0.35 + 0.65 * shares_C_C_1, 0)
    pixels_C_C_3 = (_LIGHT + depth_C_C_1 * (full_C_C_3 - _LIGHT)).astype(np.uint8)
    page = Image.new("RGB", (8 + side + 20 + _LIST_WIDTH, _MATRIX_HEAD + side + 8), "white")
    write_on(page, (8, 6), title, 13, bold=True)
    write_on(page, (8, 28), "rows: true class, columns: predicted, same order; blue right, orange wrong", 10, FAINT)
    page.paste(Image.fromarray(pixels_C_C_3).resize((side, side), Image.Resampling.NEAREST), (8, _MATRIX_HEAD))
    left = 8 + side + 20
    write_on(page, (left, 28), "most often taken for another: class, taken for, clips of the class", 10, FAINT)
    rows = (side - _LIST_LINE) // _LIST_LINE
    for line, pair in enumerate(most_confused(confusion_C_C, rows)):
        top = _MATRIX_HEAD + line * _LIST_LINE
        total = int(confusion_C_C[pair.true].sum())
        for start, width, text in (
            (0, 180, classes[pair.true]),
            (190, 180, classes[pair.predicted]),
            (380, 80, f"{pair.clips} of {total}"),
        ):
            label = Image.new("RGB", (width, _LIST_LINE), "white")
            write_on(label, (0, 0), text, 12)
            page.paste(label, (left + start, top))
    return page


_CELL, _LINE, _SIDE, _HEAD = 88, 96, 220, 30


def draw_predictions(
    positions_K_T_J_C: Floating, probs_K_C: Floating, classes: Sequence[str], skeleton: Skeleton, title: str, frames: int = 5
) -> Image:
    """Picture of clips with their predictions: a row per clip, its two likeliest classes, then some frames.

    Args:
        positions_K_T_J_C: NaN where not seen.
        probs_K_C: Class probabilities.
        classes: C names.
        skeleton: What the joints are.
        title: The line above.
        frames: Drawn per clip.
    """
    from PIL import Image

    page = Image.new("RGB", (_SIDE + frames * _CELL + 8, _HEAD + len(positions_K_T_J_C) * _LINE), "white")
    write_on(page, (8, 8), title, 13, bold=True)
    few = len(skeleton) <= 10
    thin = replace(ViewSettings(), bone_width=2 if few else 1, joint_size=3 if is_track(skeleton) else 1)
    for line, (positions_T_J_C, probs_C) in enumerate(zip(positions_K_T_J_C, probs_K_C, strict=True)):
        top = _HEAD + line * _LINE
        label = Image.new("RGB", (_SIDE - 12, _LINE), "white")
        for place, best in enumerate(np.argsort(-probs_C)[:2]):
            write_on(label, (0, 20 + 22 * place), f"{probs_C[best]:.0%} {classes[best]}", 13, FAINT if place else "black")
        page.paste(label, (8, top))
        points = in_picture(positions_T_J_C, skeleton, 1.0, (_CELL - 3, _CELL), margin=6)
        for cell, frame in enumerate(spread(len(points), frames)):
            page.paste(draw_frame(points, frame, skeleton, thin, (_CELL - 3, _CELL), PANEL), (_SIDE + cell * _CELL, top))
    return page
