"""A clip as a series of pictures, a GIF or an MP4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv
from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.view.draw import FAINT, as_array, draw_frame, write_on
from gesture_al.data.view.plane import in_picture, spread
from gesture_al.data.view.settings import ViewSettings

if TYPE_CHECKING:
    from PIL.Image import Image

_CAPTION = 46


def frames_of(clips: ClipSet, row: int, settings: ViewSettings) -> Iterator[Image]:
    """Every frame of a clip with a caption: its class and id, the frame, and `synthetic` where it was generated."""
    from PIL import Image

    count = int(clips.lengths[row])
    room = settings.height - _CAPTION
    size = (settings.width, room)
    points = in_picture(clips.positions[row, :count], clips.skeleton, aspect_of(clips, row), size, margin=0.06 * room)
    for frame in range(count):
        page = Image.new("RGB", (settings.width, settings.height), "white")
        page.paste(draw_frame(points, frame, clips.skeleton, settings, size), (0, _CAPTION))
        write_on(page, (12, 8), class_of(clips, row), 16, bold=True)
        unseen = "" if np.isfinite(points[frame]).any() else " · nothing seen"
        synthetic = " · synthetic" if clips.synthetic else ""
        write_on(page, (12, 29), f"frame {frame + 1} of {count}{unseen}{synthetic} · {clips.ids[row]}", 11, FAINT)
        yield page


def strip_of(clips: ClipSet, row: int, settings: ViewSettings, count: int = 4) -> Image:
    """Evenly spread frames of a clip beside each other."""
    from PIL import Image

    pictures = list(frames_of(clips, row, settings))
    chosen = [pictures[frame] for frame in spread(len(pictures), count)]
    strip = Image.new("RGB", (settings.width * len(chosen), settings.height), "white")
    for place, picture in enumerate(chosen):
        strip.paste(picture, (place * settings.width, 0))
    return strip


def write_gif(path: Path, pictures: Sequence[Image], fps: float) -> None:
    """An endless animation; GIF counts time in hundredths of a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *rest = (picture.quantize(64) for picture in pictures)
    first.save(path, save_all=True, append_images=rest, duration=max(20, round(100 / fps) * 10), loop=0, optimize=False)


def write_mp4(path: Path, pictures: Sequence[Image], fps: float) -> None:
    """A video.

    Raises:
        UserError: This build of OpenCV cannot write it.
    """
    cv2 = opencv()
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, pictures[0].size)
    try:
        if not writer.isOpened():
            raise UserError(f"{path}: OpenCV cannot write MP4 here; choose a name that ends in .gif")
        for picture in pictures:
            writer.write(np.ascontiguousarray(as_array(picture)[..., ::-1]))
    finally:
        writer.release()


def aspect_of(clips: ClipSet, row: int) -> float:
    """Width / height of the picture that a clip was seen in; 1 where unknown."""
    return 1.0 if clips.aspect is None else float(clips.aspect[row])


def class_of(clips: ClipSet, row: int) -> str:
    """The class name of a clip, or `unknown class`."""
    return clips.classes[int(clips.labels[row])] if clips.labels[row] >= 0 else "unknown class"
