"""How well a track is seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.skeleton import SKELETONS, Skeleton
from gesture_al.data.track import Track


@dataclass(frozen=True)
class Shares:
    """Shares of frames, 0 to 1, with the left hand, the right hand and at least one; and how many frames carry each flag."""

    left: float
    right: float
    any: float
    flags: dict[str, int]


def shares_of(track: Track) -> Shares:
    """What was seen in a track of one of MediaPipe's layouts; of another layout, anything at all counts as both hands."""
    skeleton = SKELETONS.get(track.layout)
    left, right = (_seen(track, skeleton, part) for part in ("left_hand", "right_hand"))
    flags = Counter(word for text in track.flags.tolist() for word in text.split())
    return Shares(float(left.mean()), float(right.mean()), float((left | right).mean()), dict(sorted(flags.items())))


def _seen(track: Track, skeleton: Skeleton | None, part: str) -> NDArray[np.bool_]:
    inside = skeleton.parts.get(part) if skeleton else None
    places = track.positions[:, inside.start : inside.stop, :2] if inside else track.positions[..., :2]
    whole = np.asarray(np.isfinite(places).all(axis=2))
    return np.asarray(whole.any(axis=1))
