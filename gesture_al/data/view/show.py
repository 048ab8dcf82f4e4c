"""Drawing of a clip as an animation and of a data set as a sheet of pictures, in a window or in a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gesture_al.core.arrays import Int64
from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.view.drawing import FAINT, PANEL, as_array, draw_frame, write_on
from gesture_al.data.view.plane import in_picture, is_track, spread
from gesture_al.data.view.settings import ViewSettings

if TYPE_CHECKING:
    from PIL.Image import Image


def show(clips: ClipSet, clip_id: str | None, out: Path | None, settings: ViewSettings) -> Path | None:
    """Draw a clip, or some clips of every class.

    Args:
        clips: The data set.
        clip_id: Which clip; None draws the overview.
        out: The file to write: `.gif`, `.mp4` or `.png` (frames side by side) for a clip, `.png` for the overview;
            None opens a window.
        settings: Size, colours and speed.

    Returns:
        The file, or None where a window was shown.

    Raises:
        UserError: No such clip, an empty data set, another kind of file, or no display.
    """
    if len(clips) == 0:
        raise UserError("the data set has no clips to show")
    allowed = (".png",) if clip_id is None else (".gif", ".mp4", ".png")
    if out is not None and out.suffix.lower() not in allowed:
        raise UserError(f"{out}: choose a name that ends in {' or '.join(allowed)}")
    if clip_id is None:
        sheet = contact_sheet(clips, settings)
        if out is None:
            play([sheet], settings.fps, f"{len(clips)} clips")
        else:
            out.parent.mkdir(parents=True, exist_ok=True)
            sheet.save(out)
        return out
    row = row_of(clips, clip_id)
    fps = clips.fps or settings.fps
    if out is not None and out.suffix.lower() == ".png":
        out.parent.mkdir(parents=True, exist_ok=True)
        strip_of(clips, row, settings).save(out)
        return out
    pictures = list(frames_of(clips, row, settings))
    if out is None:
        play(pictures, fps, clip_id)
    elif out.suffix.lower() == ".gif":
        write_gif(out, pictures, fps)
    else:
        write_mp4(out, pictures, fps)
    return out


def row_of(clips: ClipSet, clip_id: str) -> int:
    """Row of a clip by its id.

    Raises:
        UserError: There is no such clip; the message names a few that there are.
    """
    rows = np.flatnonzero(clips.ids == clip_id)
    if len(rows) == 0:
        raise UserError(f"no clip {clip_id!r}; there are {len(clips)}, such as {', '.join(clips.ids[:3].tolist())}")
    return int(rows[0])


_CAPTION = 46


def frames_of(clips: ClipSet, row: int, settings: ViewSettings) -> Iterator[Image]:
    """Pictures of every frame of a clip with a caption: its class and id, the frame, and `synthetic` where it was generated."""
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
    """Strip of evenly spread frames of a clip, beside each other."""
    from PIL import Image

    pictures = list(frames_of(clips, row, settings))
    frames = [pictures[frame] for frame in spread(len(pictures), count)]
    strip = Image.new("RGB", (settings.width * len(frames), settings.height), "white")
    for place, picture in enumerate(frames):
        strip.paste(picture, (place * settings.width, 0))
    return strip


def write_gif(path: Path, pictures: Sequence[Image], fps: float) -> None:
    """Write an animated GIF that repeats; GIF counts time in hundredths of a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *rest = (picture.quantize(64) for picture in pictures)
    first.save(path, save_all=True, append_images=rest, duration=max(20, round(100 / fps) * 10), loop=0, optimize=False)


def write_mp4(path: Path, pictures: Sequence[Image], fps: float) -> None:
    """Write an MP4 video.

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


_CELL, _GAP, _HEAD, _LABEL = 150, 12, 64, 22


def contact_sheet(clips: ClipSet, settings: ViewSettings, clips_per_class: int = 2, frames_per_clip: int = 4) -> Image:
    """Overview of a data set: a row of frames for each of some clips of every class, unknown class last.

    The clips are spread evenly over those of the class, so that the sheet is the same every time.
    """
    from PIL import Image

    of_class = [np.flatnonzero(clips.labels == label) for label in (*range(len(clips.classes)), -1)]
    rows = [row for members in of_class for row in _spread_rows(members, clips_per_class)]
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


def _spread_rows(rows: Int64, count: int) -> list[int]:
    return [int(rows[place]) for place in spread(len(rows), count)] if len(rows) else []


def play(pictures: Sequence[Image], fps: float, title: str) -> None:
    """Show pictures over and over until a key is pressed or the window is closed.

    Raises:
        UserError: There is no display, or this OpenCV has no windows.
    """
    require_display("name a file instead: --out clip.gif")
    cv2 = opencv()
    frames = [np.ascontiguousarray(as_array(picture)[..., ::-1]) for picture in pictures]
    try:
        cv2.namedWindow(title)
        while True:
            for frame in frames:
                cv2.imshow(title, frame)
                if cv2.waitKey(max(1, round(1000 / fps))) >= 0 or cv2.getWindowProperty(title, cv2.WND_PROP_VISIBLE) < 1:
                    return
    except cv2.error as err:
        raise UserError(f"OpenCV cannot open a window ({str(err).splitlines()[0]}); name a file instead: --out clip.gif") from err
    finally:
        cv2.destroyAllWindows()


def require_display(remedy: str) -> None:
    """Refuse to open a window where there is no display: OpenCV would not raise, it ends the process.

    Args:
        remedy: What to do instead, the end of the message.

    Raises:
        UserError: No display.
    """
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UserError(f"no display to show a window on; {remedy}")
