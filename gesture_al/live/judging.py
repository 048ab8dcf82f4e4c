"""A recogniser's looks at whole streams, and what its events are worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gesture_al.datasets.stream import Stream
from gesture_al.geometry.window import windows
from gesture_al.live.events import detect
from gesture_al.live.operating_point import OperatingPoint
from gesture_al.live.scoring import EventScore, match, total
from gesture_al.live.windows import look_times

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


def judge(looks: Sequence[Looks], classes: Sequence[str], point: OperatingPoint) -> EventScore:
    """The events of this operating point on streams whose looks are there already; window and hop are those of the looks."""
    return total(
        [match(detect(one.seconds, one.probs, classes, point), one.stream.gestures, *_ends(one.stream)) for one in looks]
    )


def look_at_all(
    model: Model, streams: Sequence[Stream], point: OperatingPoint, on_stream: Callable[[int], None] | None = None
) -> list[Looks]:
    """The looks at many streams; `on_stream` is told how many are done."""
    found = []
    for number, stream in enumerate(streams, start=1):
        found.append(look_at(model, stream, point))
        if on_stream is not None:
            on_stream(number)
    return found


def _ends(stream: Stream) -> tuple[float, float]:
    return float(stream.seconds[0]), float(stream.seconds[-1])
