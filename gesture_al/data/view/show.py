"""`gesture-al show`: a clip as an animation, a data set as a sheet of pictures; in a window or in a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.view.animate import frames_of, strip_of, write_gif, write_mp4
from gesture_al.data.view.settings import ViewSettings
from gesture_al.data.view.sheet import contact_sheet
from gesture_al.data.view.window import play


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
    """Where a clip stands in the set.

    Raises:
        UserError: There is no such clip; the message names a few that there are.
    """
    found = np.flatnonzero(clips.ids == clip_id)
    if len(found) == 0:
        raise UserError(f"no clip {clip_id!r}; there are {len(clips)}, such as {', '.join(clips.ids[:3].tolist())}")
    return int(found[0])
