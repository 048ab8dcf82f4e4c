"""A frame of joints as a picture."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.skeleton import Skeleton
from gesture_al.data.view.plane import Float, bone_sides, is_track, joint_sides
from gesture_al.data.view.settings import ViewSettings

if TYPE_CHECKING:
    from PIL.Image import Image

RGB = NDArray[np.uint8]

PAPER, PANEL, INK, FAINT = "#FFFFFF", "#F1F5F9", "#1F2937", "#6B7280"
# Lines are drawn larger and shrunk, which smooths them; Pillow itself has no smooth lines.
_FINER = 2


def draw_frame(
    points_T_J_2: Float,
    frame: int,
    skeleton: Skeleton,
    settings: ViewSettings,
    size: tuple[int, int],
    paper: str = PAPER,
) -> Image:
    """One frame of a clip.

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
    font = lettering(size, bold)
    room = picture.width - place[0]
    while len(text) > 1 and pen.textlength(text, font=font) > room:
        text = text[:-2].rstrip() + "…"
    pen.text(place, text, fill=colour, font=font)


def as_array(picture: Image) -> RGB:
    """The picture as uint8 (height, width, 3)."""
    return np.asarray(picture, dtype=np.uint8)


@cache
def lettering(size: int, bold: bool) -> Any:
    """The font of all pictures, as Pillow takes it; size in pixels."""
    # Matplotlib brings a font with most alphabets along; class names may be in any of them.
    import matplotlib
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(f"{matplotlib.get_data_path()}/fonts/ttf/{name}", size)


def _draw_trail(pen: Any, points_T_J_2: Float, colour: str, width: int) -> None:
    for joint in range(points_T_J_2.shape[1]):
        path = points_T_J_2[:, joint]
        for start, end in pairwise(path):
            if np.isfinite([start, end]).all():
                pen.line([*start, *end], fill=colour, width=width)
