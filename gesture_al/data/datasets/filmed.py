"""Which file shows a clip as it was filmed, and from when on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.track import Track

# Files that a browser plays if it knows what is inside, which it says itself.
_PLAYABLE = frozenset({".webm", ".mp4", ".m4v", ".mov"})


def videos_told(tracks: Sequence[Track]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """What each track says of its video: a path, in full or told from the data set's folder; empty where it says nothing."""
    return np.array([str(track.about.get("video", "")) for track in tracks], dtype=np.str_)


def with_videos_found(clips: ClipSet, root: Path) -> ClipSet:
    """The set with the videos that are there now; they come and go without any track being changed.

    Args:
        clips: `videos` as `videos_told` has it.
        root: The data set's folder.
    """
    told = [] if clips.videos is None else clips.videos.tolist()
    found = [_found(video, root, clip) for video, clip in zip(told, clips.ids.tolist(), strict=False)]
    known = vars(clips).get("fingerprint")
    clips = replace(clips, videos=np.array(found) if any(found) else None)
    if known is not None:
        # Videos are no part of it, and to read all clips for the same once more takes long.
        vars(clips)["fingerprint"] = known
    return clips


def _found(video: str, root: Path, clip: str) -> str:
    """The file, where it was made or, moved into another class with its track, beside that; empty where it is not."""
    if Path(video).suffix.lower() not in _PLAYABLE:
        return ""
    places = [(root / video).absolute(), (root / clip).absolute().with_name(Path(video).name)]
    return next((str(place) for place in places if place.is_file()), "")
