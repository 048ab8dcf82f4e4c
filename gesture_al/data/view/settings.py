"""Settings of the drawing of skeletons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le, Predicate, doc

from gesture_al.core.registry import Registry

VIEWS: Registry[ViewSettings] = Registry("view", "gesture_al.data.view.settings:VIEWS")

Pixels = Annotated[int, Ge(64), Le(4096)]
Colour = Annotated[
    str, Predicate(lambda word: re.fullmatch(r"#[0-9a-fA-F]{6}", word) is not None), doc("a colour like '#0072B2'")
]


@VIEWS.register("default")
@dataclass(frozen=True)
class ViewSettings:
    """Size, colours and speed of pictures of skeletons.

    The colours are those of Okabe and Ito, "Color Universal Design" (2008), which all common forms of colour blindness
    tell apart.

    Args:
        width: Of the picture, pixels, 64 to 4096.
        height: Likewise.
        left_colour: Of the left hand, `#rrggbb`.
        right_colour: Of the right hand.
        pose_colour: Of everything else.
        bone_width: Pixels, 1 to 50.
        joint_size: Radius, pixels, 0 (no dots) to 50.
        fps: Frames a second where the data set does not say, above 0 and at most 240.
    """

    width: Pixels = 640
    height: Pixels = 480
    left_colour: Colour = "#0072B2"
    right_colour: Colour = "#D55E00"
    pose_colour: Colour = "#6B7280"
    bone_width: Annotated[int, Ge(1), Le(50)] = 3
    joint_size: Annotated[int, Ge(0), Le(50)] = 3
    fps: Annotated[float, Gt(0), Le(240)] = 15

    @property
    def colours(self) -> tuple[str, str, str]:
        """Colours of left, right and everything else, in the order of `Side`."""
        return self.left_colour, self.right_colour, self.pose_colour
