"""Motion energy of the hands of a track, and their postures at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Bool, Float64, Int64
from gesture_al.data.skeleton import MIDDLE_MCP, SKELETONS, WRIST
from gesture_al.data.track import Track

# Energy is looked at so many times a second, whatever the rate of the video was.
_RATE = 30.0
_SMOOTH = 0.25
# Hands that are lost for less long than this are still there.
_LOST = 0.35
# A hand that comes into sight or leaves it has moved, by so many palm lengths a second for one frame.
_EDGE = 20.0
# Two postures are alike when the hands lie closer than this, in palm lengths.
_ALIKE = 1.0


def motion_energy(track: Track) -> tuple[Float64, Float64]:
    """The speed of the faster hand, evenly sampled.

    Args:
        track: T frames of a layout with hands.

    Returns:
        Times in seconds, shape (M,), 30 a second from the first frame to the last; and the mean speed of the joints of the faster
        hand in palm lengths a second, smoothed over a quarter of a second, 0 where no hand is in sight.
    """
    first, last = track.seconds[0], track.seconds[-1]
    times = first + np.arange(int((last - first) * _RATE) + 1) / _RATE
    energy = np.zeros(len(times))
    for hand_T_J_2 in _hands(track):
        points, present = _resampled(hand_T_J_2, track.seconds, times)
        if len(times) < 2:
            continue
        # The tracker's jitter is as fast as a slow hand from one frame to the next, and stays where it is over several.
        steady = _smooth(points.reshape(len(times), -1)).reshape(points.shape)
        speed = np.linalg.norm(np.diff(steady, axis=0), axis=2).mean(axis=1) * _RATE / _palm(hand_T_J_2)
        step = np.zeros(len(times))
        step[1:] = np.where(present[1:] & present[:-1], speed, 0.0)
        step[1:][present[1:] != present[:-1]] = _EDGE
        energy = np.maximum(energy, _smooth(step[:, None])[:, 0])
    return times, energy


@dataclass(frozen=True)
class Postures:
    """Where the hands are in a number of pauses.

    Args:
        places: Median joints, shape (P, H, 21, 2), in palm lengths; NaN where a hand is not in sight for most of it.
    """

    places: Float64

    @property
    def anything(self) -> Bool:
        """Whether any hand is in sight, shape (P,)."""
        whole = np.asarray(np.isfinite(self.places).all(axis=(2, 3)))
        return np.asarray(whole.any(axis=1))

    def like_any(self, some: Int64) -> Bool:
        """Which are like one of some: the same hands in sight, and their wrists in about the same place, shape (P,)."""
        alike = np.zeros(len(self.places), dtype=np.bool_)
        for other in some:
            apart = np.linalg.norm(self.places[:, :, WRIST] - self.places[other, :, WRIST], axis=-1)
            one_sided = np.isnan(self.places[:, :, WRIST, 0]) != np.isnan(self.places[other, :, WRIST, 0])
            alike |= (np.isnan(apart) | (apart < _ALIKE)).all(axis=1) & ~one_sided.any(axis=1)
        return alike


def postures(track: Track, pauses: Sequence[tuple[float, float]]) -> Postures:
    """The postures of pauses, each from `start` to `end` in seconds."""
    hands = _hands(track)
    places = np.full((len(pauses), len(hands), hands[0].shape[1], 2), np.nan)
    for row, (start, end) in enumerate(pauses):
        inside = (track.seconds >= start - 1e-6) & (track.seconds <= end + 1e-6)
        for side, hand in enumerate(hands):
            frames = hand[inside]
            visible = np.isfinite(frames).all(axis=(1, 2))
            if len(frames) and visible.mean() > 0.5:
                places[row, side] = np.median(frames[visible], axis=0) / _palm(hand)
    return Postures(places)


def _hands(track: Track) -> list[Float64]:
    """The hands of a track, each (T, 21, 2), in picture heights."""
    parts = SKELETONS[track.layout].parts
    square = track.positions[..., :2].astype(np.float64) * np.array([track.width / track.height, 1.0])
    return [square[:, parts[name].start : parts[name].stop] for name in ("left_hand", "right_hand")]


def _palm(hand_T_J_2: Float64) -> float:
    """Length of the palm, the longest usual one, since a palm seen from the front of the fingers is foreshortened."""
    lengths = np.linalg.norm(hand_T_J_2[:, MIDDLE_MCP] - hand_T_J_2[:, WRIST], axis=1)
    lengths = lengths[np.isfinite(lengths) & (lengths > 0)]
    return float(np.quantile(lengths, 0.75)) if len(lengths) else 1.0


def _resampled(hand_T_J_2: Float64, seconds: Float64, times: Float64) -> tuple[Float64, Bool]:
    """Positions at even times, gaps bridged, and whether the hand was there; a short loss does not count as one."""
    visible = np.isfinite(hand_T_J_2).all(axis=(1, 2))
    points = np.zeros((len(times), hand_T_J_2.shape[1], 2))
    if not visible.any():
        return points, np.zeros(len(times), dtype=np.bool_)
    times_seen, values = seconds[visible], hand_T_J_2[visible].reshape(int(visible.sum()), -1)
    after = np.clip(np.searchsorted(times_seen, times), 0, len(times_seen) - 1)
    before = np.maximum(after - 1, 0)
    gap = np.maximum(times_seen[after] - times_seen[before], 1e-9)
    weight = np.clip((times - times_seen[before]) / gap, 0, 1)[:, None]
    mixed = values[before] * (1 - weight) + values[after] * weight
    nearest = np.minimum(np.abs(times - times_seen[before]), np.abs(times - times_seen[after]))
    step = float(np.median(np.diff(seconds))) if len(seconds) > 1 else 0.0
    present = nearest <= max(step, 1 / _RATE) / 2 + 1e-6
    present |= (gap <= max(_LOST, 1.5 * step)) & (times >= times_seen[0]) & (times <= times_seen[-1])
    return mixed.reshape(points.shape), present


def _smooth(values_M_D: Float64) -> Float64:
    """Mean over a quarter of a second, by columns."""
    width = max(1, round(_SMOOTH * _RATE)) | 1
    sums = np.cumsum(np.pad(values_M_D, ((width // 2 + 1, width // 2), (0, 0)), mode="edge"), axis=0)
    return (sums[width:] - sums[:-width]) / width
