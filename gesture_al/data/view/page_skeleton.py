"""What a page needs to know of a skeleton to draw it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.skeleton import Skeleton
from gesture_al.data.view.plane import bone_sides, flatten, is_track, joint_sides

SIDES = ("left", "right", "body")
"""The names of `plane.Side` in the page."""


def page_skeleton(skeleton: Skeleton) -> dict[str, Any]:
    """As JSON: bones with their side, the side of every joint, joints that are drawn small, joints that leave a trail."""
    face = skeleton.parts.get("face", range(0))
    tips = [joint for joint, name in enumerate(skeleton.joints) if name.endswith("tip")]
    return {
        "bones": [[a, b, SIDES[side]] for a, b, side in bone_sides(skeleton)],
        "sides": [SIDES[side] for side in joint_sides(skeleton)],
        "small": [face.start, face.stop],
        "trail": tips or list(range(min(len(skeleton), 8))),
        "track": is_track(skeleton),
    }


def page_joints(positions_J_C: NDArray[np.float32], skeleton: Skeleton) -> list[float | None]:
    """The joints of one frame over its picture: x, y, x, y ... in fractions of it, y down, None where not seen.

    Args:
        positions_J_C: From an extractor; NaN where not seen.
        skeleton: What they are.
    """
    places = flatten(positions_J_C[None], skeleton)[0]
    seen = np.isfinite(places).all(axis=1)
    rounded = np.round(np.nan_to_num(places), 4).tolist()
    return [value if here else None for pair, here in zip(rounded, seen.tolist(), strict=True) for value in pair]
