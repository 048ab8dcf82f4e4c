"""Hands for tests: an open hand of 21 joints, anywhere in the picture."""

from __future__ import annotations

import numpy as np

from gesture_al.capture.landmarks.base import RIGHT
from gesture_al.capture.landmarks.hand_detection import Candidate

# A right hand with its palm to the camera, in palms, wrist at the origin, y down: thumb to the right of the picture's viewer.
_FINGERS = ((0.55, 0.9), (0.25, 1.0), (-0.05, 0.95), (-0.3, 0.82))
_OPEN = np.array(
    [(0, 0), (0.35, 0.2), (0.6, 0.45), (0.8, 0.65), (0.95, 0.8)]
    + [(x * (1 + 0.1 * step), y * (1 + 0.3 * step)) for x, y in _FINGERS for step in range(4)]
) * [1, -1]


def a_hand(
    x: float, y: float = 0.6, palm: float = 0.15, side: int = RIGHT, score: float = 0.95, aspect: float = 4 / 3
) -> Candidate:
    """A hand whose wrist is at (x, y), its palm `palm` heights of the picture long."""
    joints = np.zeros((21, 3), dtype=np.float32)
    joints[:, 0] = x + (1 if side == RIGHT else -1) * _OPEN[:, 0] * palm / aspect
    joints[:, 1] = y + _OPEN[:, 1] * palm
    return Candidate(joints, side, score, aspect)
