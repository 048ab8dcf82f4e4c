"""Joints as places in a picture or on a page, and which side of the body each belongs to. NumPy only: reports use it too."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np

from gesture_al.core.arrays import Float32, Floating, Int64
from gesture_al.data.skeleton import Skeleton

# Half a picture and a little: how far from the middle, as a fraction, a joint still counts as seen.
_PICTURE = 0.55
# In layouts that are fractions of a picture, less movement than this is not blown up to fill the drawing.
_LEAST_EXTENT = 0.15


class Side(IntEnum):
    """Left hand, right hand or body: what decides the colour of a joint."""

    LEFT = 0
    RIGHT = 1
    BODY = 2


def joint_sides(skeleton: Skeleton) -> Int64:
    """The `Side` of every joint, shape (J,): by its part, else by its name; a body's own left and right stay body."""
    sides = np.full(len(skeleton), Side.BODY, dtype=np.int64)
    for name, part in skeleton.parts.items():
        if name.startswith("left"):
            sides[part.start : part.stop] = Side.LEFT
        elif name.startswith("right"):
            sides[part.start : part.stop] = Side.RIGHT
    if not skeleton.parts:
        for joint, name in enumerate(skeleton.joints):
            if name.startswith("left_"):
                sides[joint] = Side.LEFT
            elif name.startswith("right_"):
                sides[joint] = Side.RIGHT
    return sides


def bone_sides(skeleton: Skeleton) -> list[tuple[int, int, Side]]:
    """Every bone with the side that both its ends belong to, or the body."""
    sides = joint_sides(skeleton)
    return [(a, b, Side(sides[a]) if sides[a] == sides[b] else Side.BODY) for a, b in skeleton.bones]


def flatten(positions_T_J_C: Floating, skeleton: Skeleton, aspect: float = 1.0) -> Floating:
    """Joints as seen from the front, in one unit for x and y, y down.

    Args:
        positions_T_J_C: C is 2 or 3; NaN where a joint was not seen.
        skeleton: Tells whether y goes up.
        aspect: Width / height of the picture that x and y are fractions of.

    Returns:
        Shape (T, J, 2), float64. Body joints that MediaPipe guessed outside the picture (the legs before a webcam) are NaN.
    """
    plane = np.array(positions_T_J_C[..., :2], dtype=np.float64)
    body = skeleton.parts.get("pose")
    if body is not None and skeleton.space == "picture":
        guessed = (np.abs(plane[:, body.start : body.stop] - 0.5) > _PICTURE).any(axis=-1)
        plane[:, body.start : body.stop][guessed] = np.nan
    plane[..., 0] *= aspect
    if skeleton.space == "y_up":
        plane[..., 1] *= -1
    return plane


def fit(points_T_J_2: Floating, width: float, height: float, margin: float, least: float = 0.0) -> Floating:
    """Fit points into a picture: moved and scaled, x and y alike, so that what was seen fills the picture inside its margin.

    Args:
        points_T_J_2: From `flatten`; the whole clip, so that the picture does not jump from frame to frame.
        width: Of the picture.
        height: Of the picture.
        margin: Kept free on every side.
        least: Extent, in the points' unit, below which they are not enlarged any further.

    Returns:
        The same shape, in the picture's unit; NaN stays NaN.

    >>> fit(np.array([[[0.0, 0.0], [2.0, 1.0]]]), 12, 12, 1).tolist()
    [[[1.0, 3.5], [11.0, 8.5]]]
    """
    seen = points_T_J_2[np.isfinite(points_T_J_2).all(axis=-1)]
    if len(seen) == 0:
        return np.full_like(points_T_J_2, np.nan)
    low, high = seen.min(axis=0), seen.max(axis=0)
    size = np.array([width - 2 * margin, height - 2 * margin])
    # Points that all coincide have no extent: they are drawn in the middle.
    with np.errstate(divide="ignore"):
        scale = float(np.min(size / np.maximum(high - low, least)))
    scale = scale if np.isfinite(scale) else 1.0
    return np.asarray((points_T_J_2 - (low + high) / 2) * scale + np.array([width, height]) / 2)


def in_picture(
    positions_T_J_C: Floating, skeleton: Skeleton, aspect: float, size: tuple[float, float], margin: float
) -> Floating:
    """A clip's joints as places in a picture of this size: `flatten`, then `fit`; shape (T, J, 2)."""
    fractions = skeleton.space == "picture" or is_track(skeleton)
    return fit(flatten(positions_T_J_C, skeleton, aspect), *size, margin, _LEAST_EXTENT if fractions else 0.0)


def is_track(skeleton: Skeleton) -> bool:
    """Whether clips are tracks of a point or two without bones, of which single frames say nothing."""
    return len(skeleton) <= 2 and not skeleton.bones


def spread(frames: int, count: int) -> Sequence[int]:
    """At most `count` frames, evenly spread from the first to the last.

    >>> list(spread(10, 4))
    [0, 3, 6, 9]
    """
    return [int(frame) for frame in np.unique(np.linspace(0, frames - 1, min(count, frames)).round())]


SIDES = ("left", "right", "body")
"""The names of `plane.Side` in the page."""


def page_skeleton(skeleton: Skeleton) -> dict[str, Any]:
    """A skeleton as JSON for the page that draws it.

    Bones with their side, the side of every joint, joints that are drawn small, joints that leave a trail.
    """
    face = skeleton.parts.get("face", range(0))
    tips = [joint for joint, name in enumerate(skeleton.joints) if name.endswith("tip")]
    return {
        "bones": [[a, b, SIDES[side]] for a, b, side in bone_sides(skeleton)],
        "sides": [SIDES[side] for side in joint_sides(skeleton)],
        "small": [face.start, face.stop],
        "trail": tips or list(range(min(len(skeleton), 8))),
        "track": is_track(skeleton),
    }


def page_joints(positions_J_C: Float32, skeleton: Skeleton) -> list[float | None]:
    """The joints of one frame over its picture: x, y, x, y ... in fractions of it, y down, None where not seen.

    Args:
        positions_J_C: From an extractor; NaN where not seen.
        skeleton: What they are.
    """
    places = flatten(positions_J_C[None], skeleton)[0]
    visible = np.isfinite(places).all(axis=1)
    rounded = np.round(np.nan_to_num(places), 4).tolist()
    return [value if is_visible else None for pair, is_visible in zip(rounded, visible.tolist(), strict=True) for value in pair]
