"""A recogniser's looks at whole streams, and what its events are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.datasets.stream import Stream
from gesture_al.data.geometry.sampling import windows
from gesture_al.deploy.live.events import smooth, triggered
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.scoring import EventScore, match, total
from gesture_al.deploy.live.windows import look_times

Float = NDArray[np.float32]
_AT_ONCE = 1024


class Model(Protocol):
    """What is asked of an exported model."""

    @property
    def classes(self) -> tuple[str, ...]: ...  # noqa: D102  in the order of the probabilities

    def probs(self, positions: Float, seconds: NDArray[np.float64], aspect: float) -> Float:
        """Class probabilities (C,) of one clip: positions (T, J, C) at these seconds (T,)."""

    def probs_many(self, clips: Sequence[tuple[Float, NDArray[np.float64]]], aspect: float) -> Float:
        """Class probabilities (N, C) of many."""


@dataclass(frozen=True)
class Looks:
    """All looks at a stream.

    Args:
        stream: What was looked at.
        seconds: When, (N,).
        probs: Class probabilities, (N, C).
    """

    stream: Stream
    seconds: NDArray[np.float64]
    probs: Float


def look_at(model: Model, stream: Stream, point: OperatingPoint) -> Looks:
    """Every look that a live recogniser would have taken, in batches."""
    ends_N = look_times(stream.seconds, point.hop)
    since = np.linspace(0, point.window, point.frames)
    found = []
    for first in range(0, len(ends_N), _AT_ONCE):
        some = ends_N[first : first + _AT_ONCE]
        cut = windows(stream.positions, stream.seconds, some, point.window, point.frames)
        found.append(model.probs_many([(window, since) for window in cut], stream.aspect))
    return Looks(stream, ends_N, np.concatenate(found))


def judge(
    looks: Sequence[Looks],
    classes: Sequence[str],
    point: OperatingPoint,
    smoothed: Sequence[Sequence[Sequence[float]]] | None = None,
) -> EventScore:
    """The events of an operating point on streams whose looks are there already.

    Args:
        looks: Taken with the window and hop of the point.
        classes: In the order of the probabilities.
        point: When to fire.
        smoothed: The probabilities of all looks smoothed as the point says, where that was done before.
    """
    if smoothed is None:
        smoothed = [smooth(one.seconds, one.probs, point.smoothing) for one in looks]
    return total(
        [
            match(triggered(one.seconds, rows, classes, point), one.stream.gestures, *_ends(one.stream))
            for one, rows in zip(looks, smoothed, strict=True)
        ]
    )


def _ends(stream: Stream) -> tuple[float, float]:
    return float(stream.seconds[0]), float(stream.seconds[-1])
