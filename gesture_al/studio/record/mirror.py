"""The camera's picture as a mirror shows it, with the joints drawn on it. Only for the eye: recognition sees it unmirrored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.opencv import opencv
from gesture_al.data.skeleton import Skeleton
from gesture_al.data.track import FrameJoints
from gesture_al.data.view.plane import bone_sides, joint_sides
from gesture_al.studio.record.ink import RGB, Colour

# Left, right, body: those of `view`, lighter, since they lie on a picture and not on paper.
COLOURS: tuple[Colour, Colour, Colour] = (64, 160, 255), (255, 136, 48), (203, 213, 225)
_OUTLINE = (15, 23, 42)


def mirrored(image: NDArray[np.uint8], size: tuple[int, int]) -> RGB:
    """A copy of the picture, left and right exchanged, in this size (width, height)."""
    cv2 = opencv()
    smaller = size[0] < image.shape[1]
    scaled = cv2.resize(image, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    picture: RGB = cv2.flip(scaled, 1)
    return picture


def draw_joints(picture: RGB, seen: FrameJoints, skeleton: Skeleton, unit: float = 1.0) -> None:
    """Draw what was seen on a mirrored picture.

    Args:
        picture: Is drawn on.
        seen: Positions in fractions of the picture as the camera took it.
        skeleton: What the joints are; a face's points are left out, they would cover it.
        unit: Scale of the lines.
    """
    cv2 = opencv()
    height, width = picture.shape[:2]
    places = np.stack([(1 - seen.positions[:, 0]) * width, seen.positions[:, 1] * height], axis=-1)
    there = np.isfinite(places).all(axis=-1)
    # OpenCV cannot draw to where no integer reaches; MediaPipe guesses legs far below the picture.
    there &= (np.abs(np.where(there[:, None], places, 0)) < 4 * max(height, width)).all(axis=-1)
    points = np.where(there[:, None], places, 0).round().astype(int).tolist()
    bones = [(points[a], points[b], COLOURS[side]) for a, b, side in bone_sides(skeleton) if there[a] and there[b]]
    thick = max(2, round(3 * unit))
    for start, end, _ in bones:
        cv2.line(picture, start, end, _OUTLINE, thick + 2, cv2.LINE_AA)
    for start, end, colour in bones:
        cv2.line(picture, start, end, colour, thick, cv2.LINE_AA)
    sides = joint_sides(skeleton)
    face = skeleton.parts.get("face", range(0))
    for joint in np.flatnonzero(there):
        if joint not in face:
            cv2.circle(picture, points[joint], thick, COLOURS[sides[joint]], -1, cv2.LINE_AA)
