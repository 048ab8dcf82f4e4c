"""The clips of a take: the take itself, or what is found in a free recording."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gesture_al.capture.extraction.sources import VideoFile
from gesture_al.capture.extraction.taking import Rules, take
from gesture_al.data.datasets.recordings import WHOLE
from gesture_al.data.track import UNLABELLED, Track


def clips_of(track: Track, name: str, label: str | None) -> dict[str, Track]:
    """The tracks that are written for a take, by path below the data set's folder.

    Args:
        track: All of the take, with what is known of it.
        name: `<class>/<clip>`.
        label: The class; None for a free recording, in which clips are proposed where hands move and come to rest, or, where
            no such place is found, in windows.
    """
    if label is not None:
        return {f"{name}.npz": track}
    stem = Path(name).name
    source = VideoFile(path=Path(name), name=name, kind=UNLABELLED, stem=stem, free=True)
    known: Mapping[str, Any] = track.about
    found = take(source, stem, track, known, Rules()).clips or take(source, stem, track, known, Rules(cut="windows")).clips
    return {f"{WHOLE}/{stem}.npz": track, **{f"{path}.npz": clip for path, clip in found}}
