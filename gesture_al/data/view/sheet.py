"""A data set at a glance: some clips of every class, each as one picture of its middle with its movement behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.view.animate import aspect_of, class_of
from gesture_al.data.view.draw import FAINT, PANEL, draw_frame, write_on
from gesture_al.data.view.plane import in_picture, is_track, spread
from gesture_al.data.view.settings import ViewSettings

if TYPE_CHECKING:
    from PIL.Image import Image

_CELL, _GAP, _HEAD, _LABEL = 150, 12, 64, 22


def contact_sheet(clips: ClipSet, settings: ViewSettings, clips_per_class: int = 2, frames_per_clip: int = 4) -> Image:
    """A row of frames for each of some clips of every class, unknown class last.

    The clips are spread evenly over those of the class, so that the sheet is the same every time.
    """
    from PIL import Image

    of_class = [np.flatnonzero(clips.labels == label) for label in (*range(len(clips.classes)), -1)]
    rows = [row for members in of_class for row in _some(members, clips_per_class)]
    across = 1 if len(rows) <= 2 else 2
    column = frames_per_clip * _CELL + _GAP
    down = -(-len(rows) // across)
    sheet = Image.new("RGB", (across * column + _GAP, _HEAD + down * (_CELL + _LABEL + _GAP)), "white")
    kind = "synthetic clips" if clips.synthetic else "clips"
    write_on(sheet, (_GAP, 10), f"{len(clips)} {kind}, {len(clips.classes)} classes, {clips.skeleton.name}", 18, bold=True)
    write_on(sheet, (_GAP, 36), clips.source, 11, FAINT)
    for place, row in enumerate(rows):
        left, top = _GAP + place % across * column, _HEAD + place // across * (_CELL + _LABEL + _GAP)
        _put_clip(sheet, clips, row, (left, top), frames_per_clip, settings)
    return sheet


def _put_clip(sheet: Image, clips: ClipSet, row: int, place: tuple[int, int], frames: int, settings: ViewSettings) -> None:
    from PIL import Image

    count = int(clips.lengths[row])
    points = in_picture(clips.positions[row, :count], clips.skeleton, aspect_of(clips, row), (_CELL - 3, _CELL), margin=8)
    few = len(clips.skeleton) <= 10
    thin = replace(settings, bone_width=2 if few else 1, joint_size=3 if is_track(clips.skeleton) else 1)
    strip = Image.new("RGB", (frames * _CELL, _CELL + _LABEL), "white")
    for cell, frame in enumerate(spread(count, frames)):
        picture = draw_frame(points, frame, clips.skeleton, thin, (_CELL - 3, _CELL), paper=PANEL)
        strip.paste(picture, (cell * _CELL, _LABEL))
    write_on(strip, (2, 2), f"{class_of(clips, row)}  ·  {clips.ids[row]}", 12)
    sheet.paste(strip, place)


def _some(rows: NDArray[np.int64], count: int) -> list[int]:
    return [int(rows[place]) for place in spread(len(rows), count)] if len(rows) else []
