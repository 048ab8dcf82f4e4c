"""What the fingers do in each hand shape, as joint angles in degrees.

Fists, pointing finger, victory and thumb up were fitted, with the bones of `hand_model`, to the image and world
landmarks of MediaPipe's own test data (files *_landmarks.pbtxt of google-ai-edge/mediapipe, Apache-2.0), the mean of
both rounded; the tracker reports PIP angles above the anatomical 110 degrees for hidden fingers, and so does this
table. The heart's two forms were fitted to its outline: finger tips of both hands meet in the cleft, thumb tips below.
The other shapes lie within the active ranges of motion of Hume, Gellman, McKellop and Brumfield, "Functional range of
motion of the joints of the hand", J. Hand Surgery 15A (1990): MCP 0 to 100, PIP 0 to 105, DIP 0 to 85.
"""

from __future__ import annotations

import numpy as np

from gesture_al.data.synthesis.hand_model import ANGLES, Float32

_THUMB_OUT = (50, 5, 32, -4, 37, -15)
_THUMB_ACROSS = (28, 22, -15, 18, -74, 0)
_THUMB_HEART = (60, 60, 52, 72, 42, 78)
_INDEX_UP = (6, 10, 4, 8)
_RING_LITTLE_FOLDED = ((-20, 52, 112, 40), (-22, 50, 112, 45))

# thumb: azimuth and elevation of each bone; index, middle, ring, little: spread, MCP, PIP, DIP
_DEGREES: dict[str, tuple[tuple[int, ...], ...]] = {
    "relaxed": ((35, 25, 25, 22, 15, 18), (4, 30, 35, 18), (0, 35, 40, 20), (-5, 38, 42, 22), (-10, 38, 42, 22)),
    "open": ((45, 15, 40, 12, 36, 8), (8, 8, 5, 4), (0, 6, 6, 4), (-8, 8, 6, 4), (-18, 10, 8, 5)),
    "closed_palm": ((28, 14, 16, 10, 10, 6), (0, 6, 5, 4), (0, 5, 6, 4), (-1, 6, 6, 4), (-2, 8, 8, 5)),
    "fist": (_THUMB_ACROSS, (0, 50, 122, 45), (-8, 60, 122, 50), (-14, 64, 122, 48), (-14, 52, 122, 55)),
    "loose_fist": ((30, 20, -2, 16, -44, 4), (0, 48, 95, 35), (-5, 56, 98, 38), (-9, 58, 98, 38), (-10, 50, 95, 38)),
    "thumb_up": (_THUMB_OUT, (-8, 50, 125, 28), (-14, 60, 122, 42), (-18, 60, 125, 42), (-12, 44, 118, 58)),
    "thumb_up_hitched": ((56, 0, 50, -8, 66, -18), (-4, 58, 112, 34), (-10, 64, 116, 42), (-14, 64, 116, 42), (-12, 52, 108, 48)),
    "point": ((28, 28, -30, 14, -68, 2), _INDEX_UP, (-4, 57, 112, 46), (-14, 68, 112, 46), (-18, 60, 114, 54)),
    "point_thumb_out": ((46, 12, 40, 6, 36, 0), _INDEX_UP, (-4, 57, 108, 42), (-14, 64, 110, 44), (-18, 58, 110, 50)),
    "victory": ((12, 25, -50, 12, -68, 0), (8, 10, 6, 10), (-8, 14, 8, 2), *_RING_LITTLE_FOLDED),
    "heart_curled": (_THUMB_HEART, (1, 2, 75, 38), (-1, 10, 74, 35), (-1, 10, 68, 32), (-3, 18, 67, 32)),
    "heart_straight": ((64, 62, 50, 76, 41, 80), (-8, 42, 44, 22), (-2, 52, 28, 14), (0, 54, 22, 12), (-3, 60, 22, 12)),
    "grasp": ((52, 50, 46, 56, 38, 60), (3, 18, 42, 22), (0, 20, 42, 22), (-4, 20, 42, 22), (-10, 20, 42, 22)),
    "pinch": ((44, 38, 26, 44, 6, 42), (0, 48, 52, 22), (-4, 26, 30, 14), (-8, 18, 24, 12), (-16, 14, 18, 10)),
    "clasped": ((38, 40, 20, 34, 0, 20), (2, 62, 55, 20), (0, 64, 55, 20), (-3, 64, 55, 20), (-6, 60, 55, 20)),
}

SHAPES: tuple[str, ...] = tuple(_DEGREES)
"""Names of the shapes; a shape's number is its place here."""

SHAPE_ANGLES: Float32 = np.radians(np.array([sum(digits, ()) for digits in _DEGREES.values()], dtype=np.float32))
"""Radians, shape (shapes, 22)."""

assert SHAPE_ANGLES.shape == (len(SHAPES), ANGLES)
