"""Clips with what a model believes of them, as one small picture for trackers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gesture_al.data.skeleton import Skeleton
from gesture_al.data.view.draw import FAINT, PANEL, draw_frame, write_on
from gesture_al.data.view.plane import Float, in_picture, is_track, spread
from gesture_al.data.view.settings import ViewSettings

if TYPE_CHECKING:
    from PIL.Image import Image

_CELL, _LINE, _SIDE, _HEAD = 88, 96, 220, 30


def draw_believed(
    positions_K_T_J_C: Float, probs_K_C: Float, classes: Sequence[str], skeleton: Skeleton, title: str, frames: int = 5
) -> Image:
    """A row per clip: the two classes that the model thinks likeliest, then some frames.

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
