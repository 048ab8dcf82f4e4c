"""A hand as a chain of bones: 22 joint angles and a person's proportions give 21 joints in space.

Lengths are in palm lengths (wrist to knuckle of the middle finger). Frame of the palm, for a right hand: x towards the
thumb, y along the middle metacarpal, z out of the palm. Looking at an open right palm with the fingers up, x points
right, y up and z at the viewer. A left hand is the mirror image.
"""

from __future__ import annotations

import numpy as np

from gesture_al.core.arrays import Float32

ANGLES = 22
"""Thumb: (azimuth, elevation) of its three bones; then for each finger (spread, MCP, PIP, DIP)."""

PALM_6_3: Float32 = np.array(
    [
        (0.0, 0.0, 0.0),
        (0.30, 0.31, 0.18),
        (0.27, 1.03, 0.06),
        (0.0, 1.0, 0.0),
        (-0.22, 0.925, 0.02),
        (-0.44, 0.77, 0.06),
    ],
    dtype=np.float32,
)
"""Wrist, thumb CMC and four knuckles: mean world landmarks of MediaPipe's own test data (five photos; own measurement)."""

BONES_5_3: Float32 = np.array(
    [
        (0.42, 0.355, 0.28),
        (0.48, 0.285, 0.23),
        (0.53, 0.33, 0.25),
        (0.49, 0.31, 0.25),
        (0.385, 0.235, 0.205),
    ],
    dtype=np.float32,
)
"""Bones of thumb, index, middle, ring and little finger, from the palm outwards.

Within each finger as radiographs show them (Buryanov and Kotiuk, "Proportions of hand segments", Int. J. Morphology
28(3) (2010), table I), to the palm and for the thumb as MediaPipe reports them (index 0.48, 0.28, 0.23 over five
recorders of public clips; 0.38, 0.24, 0.21 in its test photos), since it is a tracker's hands that are imitated.
"""


def pose_hand(angles: Float32, palm: Float32, bones: Float32) -> Float32:
    """Joints of hands in the frame of the palm.

    Args:
        angles: Radians, shape (..., 22), ordered as `ANGLES` says. Azimuth and spread turn from +y towards the thumb (+x);
            elevation and flexion from there towards the palm (+z). Thumb angles are those of each bone; the flexions of a
            finger add up along it.
        palm: Wrist, thumb CMC and knuckles, shape (..., 6, 3), as `PALM_6_3`.
        bones: Lengths, shape (..., 5, 3), as `BONES_5_3`.

    Returns:
        Shape (..., 21, 3) in MediaPipe's order of joints, in palm lengths.

    >>> pose_hand(np.zeros(22, np.float32), PALM_6_3, BONES_5_3)[12].round(2).astype(str).tolist()
    ['0.0', '2.11', '0.0']
    """
    thumb = angles[..., :6].reshape(*angles.shape[:-1], 1, 3, 2)
    fingers = angles[..., 6:].reshape(*angles.shape[:-1], 4, 4)
    spread = np.broadcast_to(fingers[..., :1], (*fingers.shape[:-1], 3))
    azimuth = np.concatenate([thumb[..., 0], spread], axis=-2)
    elevation = np.concatenate([thumb[..., 1], np.cumsum(fingers[..., 1:], axis=-1)], axis=-2)
    flat = np.cos(elevation) * bones
    steps = np.stack([np.sin(azimuth) * flat, np.cos(azimuth) * flat, np.sin(elevation) * bones], axis=-1)
    roots = np.broadcast_to(palm, (*angles.shape[:-1], 6, 3))
    joints = np.empty((*angles.shape[:-1], 21, 3), dtype=np.float32)
    joints[..., 0, :] = roots[..., 0, :]
    digits = joints[..., 1:, :].reshape(*angles.shape[:-1], 5, 4, 3)
    digits[..., 0, :] = roots[..., 1:, :]
    digits[..., 1:, :] = roots[..., 1:, None, :] + np.cumsum(steps, axis=-2)
    joints[..., 1:, :] = digits.reshape(*angles.shape[:-1], 20, 3)
    return joints


def turn_matrix(aim: Float32) -> Float32:
    """How a right hand is held, as rotation from the palm's frame to the viewer's (x right, y up, z at the viewer).

    Args:
        aim: Radians, shape (..., 4): `turn` of the forearm (0 palm to the viewer, 90 degrees palm inwards), `pitch` (0
            fingers up, 90 at the viewer), `yaw` about the vertical (positive: from the viewer inwards), `tilt` in the
            picture (positive: inwards).

    Returns:
        Shape (..., 3, 3); columns are the palm's axes.
    """
    cos, sin = np.cos(aim), np.sin(aim)
    zero, one = np.zeros_like(cos[..., 0]), np.ones_like(cos[..., 0])

    def matrix(*entries: Float32) -> Float32:
        return np.stack(entries, axis=-1).reshape(*aim.shape[:-1], 3, 3)

    turn = matrix(cos[..., 0], zero, sin[..., 0], zero, one, zero, -sin[..., 0], zero, cos[..., 0])
    pitch = matrix(one, zero, zero, zero, cos[..., 1], -sin[..., 1], zero, sin[..., 1], cos[..., 1])
    yaw = matrix(cos[..., 2], zero, sin[..., 2], zero, one, zero, -sin[..., 2], zero, cos[..., 2])
    tilt = matrix(cos[..., 3], sin[..., 3], zero, -sin[..., 3], cos[..., 3], zero, zero, zero, one)
    return (tilt @ yaw @ pitch @ turn).astype(np.float32, copy=False)


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
