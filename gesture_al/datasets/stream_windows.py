"""Windows cut from streams that are made of the clips of another data set: to train a recogniser that runs live."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gesture_al.datasets.base import DATASETS, ClipSet, DatasetReader
from gesture_al.datasets.generated import check_range, check_whole
from gesture_al.datasets.joining import Joining, join_clips
from gesture_al.datasets.stream import NONE, cut_windows
from gesture_al.errors import UserError
from gesture_al.seeds import Streams

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
        """Read, join and cut.

        Raises:
            UserError: The inner reader cannot make clips, or none of them has a label.
        """
        clips = self.inner.load()
        chance = Streams(self.seed)
        streams = join_clips(clips, Joining(), chance.generator("joining"))
        if not streams:
            raise UserError(f"{_NAME}: no clip of the inner data set has a label; label some first")
        classes = (*(name for name in clips.classes if name != NONE), NONE)
        made = cut_windows(
            streams,
            self.clips,
            self.window,
            self.frames,
            self.recent,
            classes,
            chance.generator("windows"),
            f"windows of joined clips, transitions made up; {clips.source}",
            clips.synthetic,
        )
        if clips.split is None:
            return made
        assert made.groups is not None
        side = np.array(["test" if "-test-" in name else "train" for name in made.groups.tolist()])
        return replace(made, split=side)
