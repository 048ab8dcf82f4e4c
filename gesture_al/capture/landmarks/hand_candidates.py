"""What a detector says of one frame: hands that may be anybody's, each with a guess at its side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import dist

import numpy as np
from numpy.typing import NDArray

from gesture_al.capture.landmarks.base import RIGHT
from gesture_al.data.skeleton import MIDDLE_MCP, WRIST

Float = NDArray[np.float32]

INDEX_MCP, PINKY_MCP = 5, 17
_PALM = (WRIST, INDEX_MCP, PINKY_MCP)
# The palm is about 0.75 times as wide (index to little knuckle) as it is long (wrist to middle knuckle).
_WIDE_TO_LONG = 1.3
_SAME_PLACE, _SAME_SIZE = 0.5, 1.6


@dataclass(frozen=True)
class Candidate:
    """One detected hand.

    Args:
        joints: float32 (21, 3), fractions of the picture.
        side: LEFT or RIGHT, as the detector guesses.
        score: How sure it is of the side, 0.5 to 1.
        aspect: Width / height of the picture.
    """

    joints: Float
    side: int
    score: float
    aspect: float

    @cached_property
    def centre(self) -> tuple[float, float]:
        """Middle of the palm in heights of the picture."""
        # Plain numbers: for a handful of them NumPy takes longer to start than to compute, and this is done for every frame.
        points = [self._point(joint) for joint in _PALM]
        return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)

    @cached_property
    def size(self) -> float:
        """Length of the palm in heights of the picture; a palm seen from its edge is measured along the other side."""
        long = dist(self._point(MIDDLE_MCP), self._point(WRIST))
        wide = dist(self._point(PINKY_MCP), self._point(INDEX_MCP))
        return max(long, _WIDE_TO_LONG * wide, 1e-6)

    @cached_property
    def cut(self) -> bool:
        """Whether a joint lies outside the picture, where it can only be guessed."""
        flat = self.joints[:, :2]
        return bool(flat.min() < 0 or flat.max() > 1)

    @property
    def guess(self) -> float:
        """The detector's view of the side: `score` for the right hand, `-score` for the left one."""
        return self.score if self.side == RIGHT else -self.score

    def _point(self, joint: int) -> tuple[float, float]:
        return self.joints.item(joint, 0) * self.aspect, self.joints.item(joint, 1)


def distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that lie on a hand which another one describes better; best first.

    A detector that is asked for many hands sometimes finds the same one twice.
    """
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda candidate: -candidate.score):
        if not any(_same_hand(one, other) for other in kept):
            kept.append(one)
    return kept


def _same_hand(one: Candidate, other: Candidate) -> bool:
    smaller, larger = sorted((one.size, other.size))
    if dist(one.centre, other.centre) >= _SAME_PLACE * smaller or larger >= _SAME_SIZE * smaller:
        return False
    # Folded or clapped hands are near each other too, but not joint by joint.
    apart = (one.joints[:, :2] - other.joints[:, :2]) * np.array([one.aspect, 1], dtype=np.float32)
    return float(np.hypot(apart[:, 0], apart[:, 1]).mean()) < _SAME_PLACE * smaller
