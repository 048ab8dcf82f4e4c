"""The recordings that clips were cut from, where they are kept: from these a clip can be cut anew with other ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import is_there
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.track import Stretch, Track, read_track

# Beside the classes, hidden from readers of the data set, which would find them too long: whole tracks of videos by content and
# settings, and whole free recordings by name.
KEPT, WHOLE = ".tracks", ".whole"
# And what a recorder has not finished, with the lock that keeps a second one out.
WORKSHOP, LOCK = ".recording", "lock"
# Less than this shows no gesture, and has no duration that frames could be spread over.
LEAST_FRAMES, LEAST_SECONDS = 2, 0.2


def recording_file(root: Path, about: Mapping[str, Any]) -> str:
    """The file, below a data set's folder, of the recording that a clip was cut from; empty where there is none.

    Args:
        root: The data set's folder.
        about: What is known of the clip.
    """
    if "recording" not in about or "start" not in about:
        return ""
    names = f"{KEPT}/{Path(str(about.get('sha256', ''))).name}.npz", f"{WHOLE}/{Path(str(about['recording'])).name}.npz"
    return next((name for name in names if is_there(root / name)), "")


def whole_track(clips: ClipSet, row: int) -> Track | None:
    """The recording of a clip; None where it is not kept, or is no longer the one that the clip was cut from."""
    path = "" if clips.recordings is None else str(clips.recordings[row])
    if not path or clips.start is None or clips.end is None:
        return None
    try:
        track = _read(path, Path(path).stat().st_mtime_ns)
    except (OSError, UserError):
        return None
    own, length = track.cut(stretch_of(clips, row)), int(clips.lengths[row])
    same = len(own) == length and np.array_equal(own.positions, clips.positions[row, :length], equal_nan=True)
    return track if same else None


def stretch_of(clips: ClipSet, row: int) -> Stretch:
    """Where a clip lies in its recording, as the data set has it; the set must say so."""
    assert clips.start is not None
    assert clips.end is not None
    return Stretch(float(clips.start[row]), float(clips.end[row]))


def with_ends(clips: ClipSet, row: int, stretch: Stretch) -> ClipSet:
    """A clip with other ends, cut out of its recording.

    Args:
        clips: The data set; it stays as it is.
        row: Which clip.
        stretch: Of its recording.

    Returns:
        That clip alone, with all frames of the stretch; `start` and `end` are the times of the first and the last one.

    Raises:
        UserError: Its recording is not there any more, or has too few frames between these ends.
    """
    track = whole_track(clips, row)
    if track is None:
        raise UserError(
            f"clip {clips.ids[row]}: its ends were moved, but the recording that it was cut from is gone or has changed "
            f"({WHOLE} or {KEPT} beside the classes); put it back"
        )
    cut = track.cut(stretch)
    if len(cut) < LEAST_FRAMES:
        ends = f"{stretch.start:g} and {stretch.end:g} s"
        raise UserError(f"clip {clips.ids[row]}: {len(cut)} frames of its recording are between {ends}")
    return replace(
        clips.take([row]),
        positions=cut.positions[None],
        lengths=np.array([len(cut)], dtype=np.int64),
        times=(cut.seconds - cut.seconds[0]).astype(np.float32)[None],
        start=cut.seconds[:1],
        end=cut.seconds[-1:],
        video_from=None if clips.video_from is None else cut.seconds[:1],
    )


@lru_cache(maxsize=4)
def _read(path: str, changed: int) -> Track:
    # One recording gives many clips, which tend to be asked for one after the other.
    return read_track(Path(path))
