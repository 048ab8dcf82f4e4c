"""What a detector says of one frame: hands that may be anybody's, each with a guess at its side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.landmarks.base import RIGHT
from gesture_al.skeleton import MIDDLE_MCP, WRIST

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
    """

    joints: Float
    side: int
    score: float

    def centre(self, aspect: float) -> Float:
        """Middle of the palm in heights of the picture, (2,); aspect is width / height."""
        middle: Float = self.joints[list(_PALM), :2].mean(axis=0) * np.array([aspect, 1], dtype=np.float32)
        return middle

    def size(self, aspect: float) -> float:
        """Length of the palm in heights of the picture; a palm seen from its edge is measured along the other side."""
        flat = self.joints[:, :2] * np.array([aspect, 1], dtype=np.float32)
        long = float(np.hypot(*(flat[MIDDLE_MCP] - flat[WRIST])))
        wide = float(np.hypot(*(flat[PINKY_MCP] - flat[INDEX_MCP])))
        return max(long, _WIDE_TO_LONG * wide, 1e-6)

    @property
    def cut(self) -> bool:
        """Whether a joint lies outside the picture, where it can only be guessed."""
        return bool((self.joints[:, :2] < 0).any() or (self.joints[:, :2] > 1).any())

    @property
    def guess(self) -> float:
        """The detector's view of the side: `score` for the right hand, `-score` for the left one."""
        return self.score if self.side == RIGHT else -self.score


def distinct(candidates: Sequence[Candidate], aspect: float) -> list[Candidate]:
    """The candidates without those that lie on a hand which another one describes better; best first.

    A detector that is asked for many hands sometimes finds the same one twice.
    """
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda candidate: -candidate.score):
        if not any(_same_hand(one, other, aspect) for other in kept):
            kept.append(one)
    return kept


def _same_hand(one: Candidate, other: Candidate, aspect: float) -> bool:
    sizes = sorted((one.size(aspect), other.size(aspect)))
    apart = np.hypot(*(one.centre(aspect) - other.centre(aspect)))
    # Folded or clapped hands are near each other too, but not joint by joint.
    flat = (one.joints[:, :2] - other.joints[:, :2]) * np.array([aspect, 1], dtype=np.float32)
    joints = float(np.hypot(flat[:, 0], flat[:, 1]).mean())
    return bool(apart < _SAME_PLACE * sizes[0] and joints < _SAME_PLACE * sizes[0] and sizes[1] < _SAME_SIZE * sizes[0])
