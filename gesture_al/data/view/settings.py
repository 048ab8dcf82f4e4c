"""Settings of the drawing of skeletons."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gesture_al.core.errors import UserError
from gesture_al.core.registry import Registry

VIEWS: Registry[ViewSettings] = Registry("view", "gesture_al.data.view.settings:VIEWS")


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

    Raises:
        UserError: A value outside its range.
    """

    width: int = 640
    height: int = 480
    left_colour: str = "#0072B2"
    right_colour: str = "#D55E00"
    pose_colour: str = "#6B7280"
    bone_width: int = 3
    joint_size: int = 3
    fps: float = 15

    def __post_init__(self) -> None:
        ranges = {"width": (64, 4096), "height": (64, 4096), "bone_width": (1, 50), "joint_size": (0, 50)}
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not isinstance(value, int) or not low <= value <= high:
                raise UserError(f"view.params.{name} must be a whole number from {low} to {high}, not {value!r}")
        if isinstance(self.fps, str) or not 0 < self.fps <= 240:
            raise UserError(f"view.params.fps must be above 0 and at most 240, not {self.fps!r}")
        for name in ("left_colour", "right_colour", "pose_colour"):
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(getattr(self, name))):
                raise UserError(f"view.params.{name} must be a colour like #0072B2, not {getattr(self, name)!r}")

    @property
    def colours(self) -> tuple[str, str, str]:
        """Colours of left, right and everything else, in the order of `Side`."""
        return self.left_colour, self.right_colour, self.pose_colour
