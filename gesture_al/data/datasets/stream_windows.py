"""Windows cut from streams that are made of the clips of another data set: to train a recogniser that runs live."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.datasets.base import DATASETS, ClipSet, DatasetReader
from gesture_al.data.datasets.inputs import check_range, check_whole
from gesture_al.data.datasets.stream import NONE, Joining, Stream, cut_windows, join_clips

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
        UserError: A parameter is out of its range.
    """

    def __init__(
        self,
        inner: DatasetReader,
        clips: int = 6000,
        window: float = 1.2,
        frames: int = 24,
        recent: float = 0.3,
        seed: int = 0,
    ) -> None:
        for name, value, least in (("clips", clips, 100), ("frames", frames, 8), ("seed", seed, 0)):
            check_whole(_NAME, name, value, least)
        check_range(_NAME, "window", window, 0.3, 5)
        check_range(_NAME, "recent", recent, 0.01, window)
        self.inner, self.clips, self.window, self.frames = inner, clips, window, frames
        self.recent, self.seed = recent, seed

    def load(self) -> ClipSet:
        """Read, join and cut. A window's group is the sitting of its clips where every class has two or more, else its stream.

        Raises:
            UserError: The inner reader cannot make clips, or none of them has a label.
        """
        clips = self.inner.load()
        streams = self._join(clips)
        sat = _sittings(streams)
        same = "" if sat or clips.groups is None else ", test and training of the same sittings (too good for another day)"
        made = cut_windows(
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
        names = [id.rpartition("/")[0] for id in made.ids.tolist()]
        if clips.split is not None:
            made = replace(made, split=np.array(["test" if "-test-" in name else "train" for name in names]))
        if not sat:
            return made
        assert made.start is not None
        assert made.end is not None
        later = np.array([sat[name][1] for name in names])
        groups = np.array([sat[name][0] for name in names])
        return replace(made, groups=groups, start=made.start + later, end=made.end + later)

    def untouched(self, windows: NDArray[np.str_]) -> ClipSet:
        """The labelled inner clips of which none but these windows show a moment, so that nothing else has learned of them.

        Args:
            windows: Ids of windows of this set.
        """
        clips, made = self.inner.load(), self.load()
        assert made.start is not None
        assert made.end is not None
        stream_N = np.array([id.rpartition("/")[0] for id in made.ids.tolist()])
        known_N = np.isin(made.ids, windows)
        streams = self._join(clips)
        later = {name: begin for name, (_, begin) in _sittings(streams).items()}
        found = []
        for one in streams:
            here = stream_N == one.name
            begin = later.get(one.name, 0.0)
            for placed in one.clips:
                over = here & (made.start < placed.end + begin) & (made.end > placed.start + begin)
                if over.any() and known_N[over].all():
                    found.append(placed.clip)
        return clips.take(np.flatnonzero(np.isin(clips.ids, found)))

    def _join(self, clips: ClipSet) -> list[Stream]:
        streams = join_clips(clips, Joining(), RandomStreams(self.seed).generator("joining"))
        if not streams:
            raise UserError(f"{_NAME}: no clip of the inner data set has a label; label some first")
        return streams


def _sittings(streams: Sequence[Stream]) -> dict[str, tuple[str, float]]:
    """Of each stream its sitting and when it begins there; empty where sittings could not be kept apart in a test.

    For that every class must have been recorded in two of them.
    """
    if not all(stream.sitting for stream in streams):
        return {}
    seen = {(gesture.name, stream.sitting) for stream in streams for gesture in stream.gestures}
    times = Counter(name for name, _ in seen)
    if not times or min(times.values()) < 2:
        return {}
    found, begins = {}, Counter[str]()
    for stream in streams:
        found[stream.name] = (stream.sitting, float(begins[stream.sitting]))
        # A gap, so that no window of one stream meets one of the next.
        begins[stream.sitting] += math.ceil(float(stream.seconds[-1])) + 10
    return found
