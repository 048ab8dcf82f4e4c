"""Segments of a long track in which somebody may have made a gesture: hands leave their rest and come back to it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from gesture_al.capture.extraction.motion import motion_energy, postures
from gesture_al.core.arrays import Bool, Float64
from gesture_al.core.errors import UserError
from gesture_al.data.track import Stretch, Track


@dataclass(frozen=True)
class Segment(Stretch):
    """A stretch of a recording that may be a clip.

    Args:
        ordinary: True for a piece of movement that never came to rest: rather no gesture, so `none` is proposed for it.
    """

    ordinary: bool = False


@dataclass(frozen=True)
class MotionThresholds:
    """Thresholds by which a recording is cut where hands move and come to rest.

    Args:
        high: Hands that are faster than this begin to move, palm lengths a second.
        low: Hands that are slower than this have stopped.
        steady: Where hands tremble less than usual, both thresholds are lowered with the trembling, down to this share of them:
            a slow hand near the camera then counts as moving. 1: never.
        hold: A stop of up to so many seconds is a held gesture, unless the hands are where they rest.
        shortest: Seconds that a gesture takes at the least.
        longest: And at the most; movement beyond that is cut into pieces and taken for ordinary.
        margin: Seconds kept before and behind.

    Raises:
        UserError: A value out of range.
    """

    high: float = 1.2
    low: float = 0.6
    steady: float = 0.55
    hold: float = 2.5
    shortest: float = 0.6
    longest: float = 6.0
    margin: float = 0.2

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high:
            raise UserError(f"cutting: low={self.low:g} must be above 0 and not above high={self.high:g}")
        if not 0 < self.shortest < self.longest:
            raise UserError(f"cutting: shortest={self.shortest:g} must be above 0 and below longest={self.longest:g}")
        if not 0 < self.steady <= 1:
            raise UserError(f"cutting: steady={self.steady:g} must be above 0 and not above 1")
        if self.hold < 0 or self.margin < 0:
            raise UserError("cutting: hold and margin must be 0 or more")


def find_segments(track: Track, thresholds: MotionThresholds | None = None) -> list[Segment]:
    """Segments in the order of time; they do not overlap.

    A bout of movement begins where the motion energy rises above `high` and ends where it falls below `low`. Bouts belong
    together where the hands pause between them in the picture, for no longer than `hold`, elsewhere than where they rest: a thumb
    that is raised, held and lowered is one gesture of two bouts. Hands rest where they stay longer than `hold`, and out of sight.

    Args:
        track: Of any length; hands out of sight are at rest.
        thresholds: How fast and how long.
    """
    thresholds = thresholds or MotionThresholds()
    if len(track) < 2:
        return []
    times, energy = motion_energy(track)
    scale = _trembling(energy, thresholds)
    bouts = _runs(_hysteresis(energy, scale * thresholds.high, scale * thresholds.low))
    if not bouts:
        return []
    groups = _joined(bouts, times, track, thresholds)
    segments: list[Segment] = []
    for first, last in groups:
        start, end = float(times[first]), float(times[last])
        if end - start < thresholds.shortest:
            continue
        segments += [Segment(start, end)] if end - start <= thresholds.longest else _pieces(start, end, thresholds.longest / 2)
    return _with_margin(merge(segments), thresholds.margin, track.stretch)


def window_segments(track: Track, length: float, hop: float) -> list[Segment]:
    """Plain windows, the alternative where nothing is known of the movement.

    Args:
        track: Of any length; what is left at its end and shorter than a window is left away, unless it is all there is.
        length: Seconds of a window, above 0.
        hop: Seconds from one to the next, above 0.

    Raises:
        UserError: A length or hop of 0 or less.
    """
    if not (length > 0 and hop > 0):
        raise UserError(f"windows of {length:g} s every {hop:g} s: both must be above 0")
    first, last = track.stretch.start, track.stretch.end
    # The last frame stands for the time until the next one would have come.
    lasts = last - first + (float(np.median(np.diff(track.seconds))) if len(track) > 1 else 0.0)
    count = int((lasts - length) / hop + 1e-6) + 1 if lasts > length else 1
    return [Segment(first + number * hop, min(first + number * hop + length, last)) for number in range(count)]


def merge(segments: list[Segment]) -> list[Segment]:
    """Segments that overlap become one; it is ordinary only if all of them were. Those that only touch stay apart.

    >>> merge([Segment(0, 2), Segment(1, 3), Segment(3, 4)])
    [Segment(start=0, end=3, ordinary=False), Segment(start=3, end=4, ordinary=False)]
    """
    merged: list[Segment] = []
    for segment in sorted(segments, key=lambda one: (one.start, one.end)):
        if merged and segment.start < merged[-1].end:
            before = merged.pop()
            segment = Segment(before.start, max(before.end, segment.end), before.ordinary and segment.ordinary)
        merged.append(segment)
    return merged


def _trembling(energy: Float64, thresholds: MotionThresholds) -> float:
    """How far the thresholds are lowered: a still hand, as the quietest quarter of the recording shows it, stays below `low`."""
    moving = energy[energy > 0]
    quiet = float(np.quantile(moving, 0.25)) if len(moving) else 0.0
    return float(np.clip(1.4 * quiet / thresholds.low, thresholds.steady, 1.0))


def _hysteresis(energy: Float64, high: float, low: float) -> Bool:
    """True on stretches of at least `low` that somewhere reach `high`."""
    above = energy >= low
    keep = np.zeros(len(energy), dtype=np.bool_)
    for first, last in _runs(above):
        keep[first : last + 1] = energy[first : last + 1].max() >= high
    return keep


def _runs(mask: Bool) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(first), int(last) - 1) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _joined(bouts: list[tuple[int, int]], times: Float64, track: Track, thresholds: MotionThresholds) -> list[tuple[int, int]]:
    """Bouts that are one gesture, as first and last index."""
    # The pause before each bout, and the one behind the last.
    edges = [0, *(index for bout in bouts for index in bout), len(times) - 1]
    pauses = [(edges[place], edges[place + 1]) for place in range(0, len(edges), 2)]
    durations = np.array([times[last] - times[first] for first, last in pauses])
    poses = postures(track, [(float(times[first]), float(times[last])) for first, last in pauses])
    # Before the first bout and behind the last there is nothing to join.
    resting = (durations > thresholds.hold) | ~poses.anything
    resting[[0, -1]] = True
    resting |= poses.like_any(np.flatnonzero(resting))
    groups = [bouts[0]]
    for number, bout in enumerate(bouts[1:], start=1):
        if resting[number]:
            groups.append(bout)
        else:
            groups[-1] = (groups[-1][0], bout[1])
    return groups


def _pieces(start: float, end: float, length: float) -> list[Segment]:
    edges = np.linspace(start, end, max(1, round((end - start) / length)) + 1).tolist()
    return [Segment(a, b, ordinary=True) for a, b in itertools.pairwise(edges)]


def _with_margin(segments: list[Segment], margin: float, recording: Stretch) -> list[Segment]:
    """Each a little longer, up to the middle between two and the ends of the recording."""
    starts = [max(recording.start, segment.start - margin) for segment in segments]
    ends = [min(recording.end, segment.end + margin) for segment in segments]
    for place in range(1, len(segments)):
        if ends[place - 1] > starts[place]:
            middle = (segments[place - 1].end + segments[place].start) / 2
            ends[place - 1] = starts[place] = middle
    return [Segment(start, end, segment.ordinary) for segment, start, end in zip(segments, starts, ends, strict=True)]
