"""Windows of streams that are joined of the clips of another data set, to train a recogniser that runs live."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from gesture_al.core.arrays import Strings
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import CountOrZero
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.base import DATASETS, DatasetReader
from gesture_al.data.datasets.inputs import check_recent, check_room
from gesture_al.data.datasets.stream import NONE, Joining, Stream, cut_windows, join_clips
from gesture_al.data.left_out import with_left_out

_NAME = "stream_windows"


@DATASETS.register(_NAME)
class StreamWindows:
    """Clips joined with rests, idle movement and hands going out and in, then cut at random moments.

    The transitions are made up (smooth paths from frame to frame), the gestures are not. A class `none` is added where the clips
    have none.

    Args:
        inner: The data set that the clips come from.
        clips: Windows, at least 100.
        window: Seconds of a window, 0.3 to 5.
        frames: Frames of a window, at least 8.
        recent: A window has the class of the gesture that takes at least half of its last so many seconds, above 0 to `window`.
        seed: Of the joining and cutting.

    Raises:
        UserError: `recent` is longer than `window`.
    """

    def __init__(
        self,
        inner: DatasetReader,
        clips: Annotated[int, Ge(100), Le(10_000_000)] = 6000,
        window: Annotated[float, Ge(0.3), Le(5)] = 1.2,
        frames: Annotated[int, Ge(8), Le(10_000)] = 24,
        recent: Annotated[float, Ge(0.01)] = 0.3,
        seed: CountOrZero = 0,
    ) -> None:
        check_recent(recent, window)
        self.inner, self.clips, self.window, self.frames = inner, clips, window, frames
        self.recent, self.seed = recent, seed

    def load(self) -> ClipSet:
        """Read, join and cut. A window's group is the session of its clips where every class has two or more, else its stream.

        Raises:
            UserError: The inner reader cannot make clips, or none of them has a label.
        """
        clips = self.inner.load()
        check_room("stream_windows", self.clips, self.frames, clips.positions.shape[2])
        streams = self._join(clips)
        sessions = _sessions(streams)
        same = "" if sessions or clips.groups is None else ", test and training of the same sessions (too good for another day)"
        windows = cut_windows(
            streams,
            self.clips,
            self.window,
            self.frames,
            self.recent,
            (*(name for name in clips.classes if name != NONE), NONE),
            RandomStreams(self.seed).generator("windows"),
            f"windows of joined clips, transitions made up{same}; {clips.source}",
            clips.synthetic,
        )
        windows = with_left_out(windows, clips.left_out)
        names = [id.rpartition("/")[0] for id in windows.ids.tolist()]
        if clips.split is not None:
            windows = replace(windows, split=np.array(["test" if "-test-" in name else "train" for name in names]))
        if not sessions:
            return windows
        assert windows.start is not None
        assert windows.end is not None
        offset = np.array([sessions[name][1] for name in names])
        groups = np.array([sessions[name][0] for name in names])
        return replace(windows, groups=groups, start=windows.start + offset, end=windows.end + offset)

    def untouched(self, windows: Strings) -> ClipSet:
        """The labelled inner clips that no window but these overlaps: held out, where these windows are.

        Args:
            windows: Ids of windows of this set.
        """
        clips, own_windows = self.inner.load(), self.load()
        assert own_windows.start is not None
        assert own_windows.end is not None
        stream_N = np.array([id.rpartition("/")[0] for id in own_windows.ids.tolist()])
        listed_N = np.isin(own_windows.ids, windows)
        streams = self._join(clips)
        session_start = {name: offset for name, (_, offset) in _sessions(streams).items()}
        clip_ids = []
        for stream in streams:
            of_stream = stream_N == stream.name
            offset = session_start.get(stream.name, 0.0)
            for place in stream.clips:
                overlaps = of_stream & (own_windows.start < place.end + offset) & (own_windows.end > place.start + offset)
                if overlaps.any() and listed_N[overlaps].all():
                    clip_ids.append(place.clip)
        return clips.take(np.flatnonzero(np.isin(clips.ids, clip_ids)))

    def _join(self, clips: ClipSet) -> list[Stream]:
        streams = join_clips(clips, Joining(), RandomStreams(self.seed).generator("joining"))
        if not streams:
            raise UserError(f"{_NAME}: no clip of the inner data set has a label; label some first")
        return streams


def _sessions(streams: Sequence[Stream]) -> dict[str, tuple[str, float]]:
    """Session of each stream, and when the stream begins in it; empty where a test by session is impossible.

    It is possible where every class was recorded in two sessions or more.
    """
    if not all(stream.session for stream in streams):
        return {}
    pairs = {(gesture.name, stream.session) for stream in streams for gesture in stream.gestures}
    times = Counter(name for name, _ in pairs)
    if not times or min(times.values()) < 2:
        return {}
    sessions, begins = {}, Counter[str]()
    for stream in streams:
        sessions[stream.name] = (stream.session, float(begins[stream.session]))
        # A gap, so that no window of one stream meets one of the next.
        begins[stream.session] += math.ceil(float(stream.seconds[-1])) + 10
    return sessions
