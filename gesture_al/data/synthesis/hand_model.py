"""A hand as a chain of bones: 22 joint angles and a person's proportions give 21 joints in space.

Lengths are in palm lengths (wrist to knuckle of the middle finger). Frame of the palm, for a right hand: x towards the
thumb, y along the middle metacarpal, z out of the palm. Looking at an open right palm with the fingers up, x points
right, y up and z at the viewer. A left hand is the mirror image.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

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
