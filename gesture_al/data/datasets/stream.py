"""Continuous recordings in which gestures happen, and fixed windows cut from them with a class each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.geometry.window import windows
from gesture_al.data.skeleton import Skeleton

NONE = "none"
"""The class of whatever is no gesture."""


@dataclass(frozen=True)
class Gesture:
    """A gesture in a stream, from when it is there (its nucleus: arrived, not yet leaving) to when it ends, seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Placed:
    """A clip of a data set, by its id, and where it lies in a stream, seconds."""

    clip: str
    start: float
    end: float


@dataclass(frozen=True)
class Stream:
    """One person before one camera.

    Args:
        positions: float32 (T, J, C), fractions of the picture; NaN where not seen.
        seconds: float64 (T,), rising.
        gestures: In order of time.
        skeleton: What the joints are.
        aspect: Width / height of the picture.
        subject: Who is seen.
        name: Unlike any other stream's.
        sitting: That its clips come from, where it was joined of clips whose sitting is known.
        clips: Those that it was joined of, in order of time.
    """

    positions: NDArray[np.float32]
    seconds: NDArray[np.float64]
    gestures: tuple[Gesture, ...]
    skeleton: Skeleton
    aspect: float
    subject: str
    name: str
    sitting: str = ""
    clips: tuple[Placed, ...] = ()

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return float(self.seconds[-1] - self.seconds[0])


def classes_at(stream: Stream, ends_N: NDArray[np.float64], recent: float, classes: Sequence[str]) -> NDArray[np.int64]:
    """What is going on at the end of each window.

    Args:
        stream: Where the windows are cut.
        ends_N: When they end, seconds.
        recent: How many of their last seconds decide.
        classes: Names, `none` among them.

    Returns:
        (N,): the class of the gesture that takes at least half of the recent seconds, else `none`.
    """
    label_N = np.full(len(ends_N), list(classes).index(NONE), dtype=np.int64)
    for gesture in stream.gestures:
        shared_N = np.minimum(ends_N, gesture.end) - np.maximum(ends_N - recent, gesture.start)
        label_N[shared_N >= recent / 2] = list(classes).index(gesture.name)
    return label_N


def cut_windows(
    streams: Sequence[Stream],
    count: int,
    length: float,
    frames: int,
    recent: float,
    classes: Sequence[str],
    rng: np.random.Generator,
    source: str,
    synthetic: bool,
) -> ClipSet:
    """Windows that end at random moments of the streams: whole and partial gestures, transitions, rest.

    Args:
        streams: At least one, all of one skeleton.
        count: How many windows.
        length: Of a window, seconds.
        frames: Instants in it.
        recent: How many of its last seconds decide its class.
        classes: Names, `none` among them.
        rng: Chance.
        source: Where the streams come from.
        synthetic: Whether they were generated.

    Returns:
        Clips of `frames` frames each; a stream is a group, with start and end of each window in it. Windows in which nothing
        was seen are kept: an empty picture is no gesture.
    """
    share = np.array([stream.duration for stream in streams])
    owner_N = np.sort(rng.choice(len(streams), size=count, p=share / share.sum()))
    made, ends, labels = [], [], []
    for number, stream in enumerate(streams):
        inside = np.count_nonzero(owner_N == number)
        # A camera shows its last frame when it is asked.
        first = int(np.searchsorted(stream.seconds, stream.seconds[0] + length / 2))
        end_n = stream.seconds[np.sort(rng.integers(min(first, len(stream.seconds) - 1), len(stream.seconds), inside))]
        made.append(windows(stream.positions, stream.seconds, end_n, length, frames))
        labels.append(classes_at(stream, end_n, recent, classes))
        ends.append(end_n)
    end_N = np.concatenate(ends)
    owner = [streams[number] for number in owner_N]
    return ClipSet(
        positions=np.concatenate(made),
        lengths=np.full(count, frames, dtype=np.int64),
        ids=np.array([f"{stream.name}/{number:06d}" for number, stream in enumerate(owner)]),
        labels=np.concatenate(labels),
        classes=tuple(classes),
        skeleton=streams[0].skeleton,
        subjects=np.array([stream.subject for stream in owner]),
        groups=np.array([stream.name for stream in owner]),
        start=end_N - length,
        end=end_N,
        fps=(frames - 1) / length,
        aspect=np.array([stream.aspect for stream in owner], dtype=np.float32),
        source=source,
        synthetic=synthetic,
    )
