"""A clip and its skeleton as the page draws them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gesture_al.active.annotation.clip_ends import movable, shown_clip, surroundings
from gesture_al.active.annotation.session import LabelSession
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.recordings import LEAST_SECONDS
from gesture_al.data.track import Stretch
from gesture_al.data.view.plane import SIDES, in_picture, joint_sides, page_skeleton
from gesture_al.data.view.settings import ViewSettings

# Units of the drawing: finer than the pixels of any screen that it is shown on.
WIDTH, HEIGHT, _MARGIN = 2000, 1500, 120


def skeleton_picture(clips: ClipSet) -> dict[str, Any]:
    """What is the same for all clips: the size of the drawing, bones with their side, and joints that leave a trail."""
    return {"width": WIDTH, "height": HEIGHT, **page_skeleton(clips.skeleton)}


def clip_picture(clips: ClipSet, row: int) -> dict[str, Any]:
    """One clip.

    Args:
        clips: The data set.
        row: Which clip.

    Returns:
        `seconds` of every frame from the first; `frames`, of each a flat list x, y, x, y ... in the drawing's units with None
        where a joint was not seen; `seen`, for each side of the body that the skeleton has, which frames show it; `video`,
        None or at which second of it the clip begins, as `from`. Nothing tells the class: ids do, where they are made of folders.
    """
    length = int(clips.lengths[row])
    positions = np.asarray(clips.positions[row, :length])
    aspect = 1.0 if clips.aspect is None else float(clips.aspect[row])
    points_T_J_2 = in_picture(positions, clips.skeleton, aspect, (WIDTH, HEIGHT), _MARGIN)
    seen_T_J = np.isfinite(points_T_J_2[..., 0])
    sides_J = joint_sides(clips.skeleton)
    whole = np.rint(np.nan_to_num(points_T_J_2)).astype(int).astype(object)
    whole[~seen_T_J] = None
    return {
        "seconds": np.round(_seconds(clips, row, length), 3).tolist(),
        "frames": whole.reshape(length, -1).tolist(),
        "seen": {
            name: seen_T_J[:, sides_J == side].any(axis=1).astype(int).tolist()
            for side, name in enumerate(SIDES)
            if (sides_J == side).any()
        },
        "video": _video(clips, row),
    }


def shown_picture(session: LabelSession, row: int) -> dict[str, Any]:
    """A clip as `clip_picture`, with the ends that it has by now.

    Returns:
        Likewise; `movable`, whether its ends can be moved, and `ends`, in seconds of its recording where they were.
    """
    current = shown_clip(session.clips, row, _cut(session, row))
    return {
        **clip_picture(current.clips, current.row),
        "movable": movable(session.clips, row),
        "ends": current.ends and [current.ends.start, current.ends.end],
    }


def surroundings_picture(session: LabelSession, row: int) -> dict[str, Any]:
    """The recording around a clip as `clip_picture`.

    Returns:
        Likewise; `from`, where in the recording it begins, in seconds; `now` and `own`, first and last frame of the clip as it is
        and as the data set has it; `least` and `longest`, seconds that a clip may last (null: any).

    Raises:
        Refused: The recording is not kept.
    """
    stretch = surroundings(session.clips, row, _cut(session, row))
    assert stretch.clip.start is not None
    return {
        **clip_picture(stretch.clip, 0),
        "from": round(float(stretch.clip.start[0]), 6),
        "now": stretch.frames,
        "own": stretch.own,
        "least": LEAST_SECONDS,
        "longest": stretch.longest,
    }


def video_of(clips: ClipSet, row: int) -> str | None:
    """The file that shows the clip as it was filmed; None where there is none."""
    return (str(clips.videos[row]) or None) if clips.videos is not None else None


def _cut(session: LabelSession, row: int) -> Stretch | None:
    with session.locked():
        return session.decisions.ends_of(str(session.clips.ids[row]))


def _video(clips: ClipSet, row: int) -> dict[str, float] | None:
    if video_of(clips, row) is None:
        return None
    return {"from": 0.0 if clips.video_from is None else round(float(clips.video_from[row]), 3)}


def _seconds(clips: ClipSet, row: int, length: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    if clips.times is not None:
        return np.asarray(clips.times[row, :length], dtype=np.float64)
    return np.arange(length) / (clips.fps or ViewSettings().fps)
