"""Clips as a person sees them: with the ends that were given last, and with the recording around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.core.errors import Refused, UserError
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.recordings import LEAST_FRAMES, LEAST_SECONDS, stretch_of, whole_track, with_ends
from gesture_al.data.track import Stretch, Track

# How much of the recording is shown on each side of a clip.
AROUND_SECONDS = 1.5
_ROUNDING = 1e-6
_NOT_KEPT = "the recording that this clip was cut from is not kept, so its ends cannot be moved"


@dataclass(frozen=True)
class ShownClip:
    """A clip as it is shown.

    Args:
        clips: The set that it is in.
        row: Its row there.
        ends: Its ends, where they were moved.
    """

    clips: ClipSet
    row: int
    ends: Stretch | None = None


@dataclass(frozen=True)
class Surroundings:
    """A stretch of a recording, for ends to be moved in.

    Args:
        clip: All of it, as a set of one clip.
        frames: First and last frame of the clip as it is now.
        own: First and last frame of the clip as the data set has it.
        longest: Seconds that the clip may last; None: any.
    """

    clip: ClipSet
    frames: tuple[int, int]
    own: tuple[int, int]
    longest: float | None


def shown_clip(clips: ClipSet, row: int, ends: Stretch | None) -> ShownClip:
    """A clip with the ends that it has by now; None: those of the data set."""
    if ends is None:
        return ShownClip(clips, row)
    try:
        return ShownClip(with_ends(clips, row, ends), 0, ends)
    except UserError:
        # The run says so when it needs it; whoever labels sees what there is.
        return ShownClip(clips, row)


def movable(clips: ClipSet, row: int) -> bool:
    """Whether the clip was cut from a recording that is kept; it is not opened, since every clip that is shown is asked this."""
    return clips.recordings is not None and bool(clips.recordings[row]) and Path(str(clips.recordings[row])).is_file()


def surroundings(clips: ClipSet, row: int, ends: Stretch | None) -> Surroundings:
    """The recording around a clip with these ends, with some of what comes before it and after it.

    Raises:
        Refused: It is not kept.
    """
    track = whole_track(clips, row)
    if track is None:
        raise Refused(404, _NOT_KEPT)
    own = _own(clips, row, track)
    current = ends or own
    clip = with_ends(clips, row, current.joined(own).widened(AROUND_SECONDS))
    assert clip.start is not None
    assert clip.times is not None
    seconds_T = float(clip.start[0]) + clip.times[0]
    frames, whole = ((_nearest(seconds_T, stretch.start), _nearest(seconds_T, stretch.end)) for stretch in (current, own))
    return Surroundings(clip, frames, whole, clips.longest)


def checked_ends(entry: Entry, clips: ClipSet, row: int) -> Entry:
    """The entry with its ends where the recording has frames; none where they are those that the clip has anyway.

    Raises:
        Refused: One end without the other, no recording, too short, too long, or outside of the recording.
    """
    if entry.start is None and entry.end is None:
        return entry
    if entry.start is None or entry.end is None:
        raise Refused(422, "a clip that is cut anew needs a start and an end")
    if entry.operation is Operation.BAD:
        raise Refused(422, "a bad clip leaves the pool, so its ends cannot be moved")
    track = whole_track(clips, row)
    if track is None:
        raise Refused(409, _NOT_KEPT)
    first, last = track.stretch.start, track.stretch.end
    # A page rounds to milliseconds.
    if not first - 0.001 <= entry.start <= last + 0.001 or not first - 0.001 <= entry.end <= last + 0.001:
        raise Refused(422, f"the recording goes from {first:.2f} to {last:.2f} s; the clip must be inside of it")
    low, high = _nearest(track.seconds, entry.start), _nearest(track.seconds, entry.end)
    start, end = float(track.seconds[low]), float(track.seconds[high])
    if high - low + 1 < LEAST_FRAMES or end - start < LEAST_SECONDS - _ROUNDING:
        raise Refused(422, f"a clip has {LEAST_FRAMES} frames and {LEAST_SECONDS:g} s at least; move its ends apart")
    if clips.longest is not None and end - start > clips.longest + _ROUNDING:
        raise Refused(422, f"a clip lasts {clips.longest:g} s at the most; move its ends together")
    if Stretch(start, end) == _own(clips, row, track):
        return replace(entry, start=None, end=None)
    return replace(entry, start=start, end=end)


def _own(clips: ClipSet, row: int, track: Track) -> Stretch:
    """The times of the first and the last frame that the clip has in the data set; it may have been cut between frames."""
    return track.cut(stretch_of(clips, row)).stretch


def _nearest(seconds_T: np.ndarray, at: float) -> int:
    return int(np.abs(seconds_T - at).argmin())
