"""The augmentation that lets a dozen labels go further: another camera, another pace, another person, a lost hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from gesture_al.core.parameters import NotNegative, Share
from gesture_al.data.geometry.normalisation import centre, size
from gesture_al.data.geometry.sampling import sample
from gesture_al.data.skeleton import Skeleton
from gesture_al.learning.augmentation.base import AUGMENTATIONS
from gesture_al.learning.augmentation.transforms import drop_block, mirrored, part_sizes, rotations, warped_frames

Float = NDArray[np.float32]


@AUGMENTATIONS.register("standard")
@dataclass(frozen=True)
class Standard:
    """Crop, warp, rotate, scale, deform, jitter, shift; 0 switches a change off.

    Args:
        crop: Most that is cut at each end, as a share of the clip, 0 to 0.45.
        warp: Most that the clock goes ahead or behind, as a share of the clip, 0 to 0.15.
        rotation: Largest angle about each axis, radians; clips in the plane turn in the plane.
        scale: Largest stretch of each axis, 0.2 for 0.8 to 1.2; 0 to 0.9.
        offset: Deviation of a joint's constant displacement, as a share of the size of its part (hand, body, all joints).
        jitter: Deviation of each number's own noise, as a share of the same.
        shift: Largest displacement of the whole clip along each axis, as a share of the clip's size.
        drop_hand: Probability that a hand goes unseen for a block of frames, 0 to 1.
        mirror: Probability of a mirrored clip, 0 to 1; leave it at 0 where left and right, or the sense of rotation, matter.
    """

    crop: Annotated[float, Ge(0), Le(0.45)] = 0.15
    warp: Annotated[float, Ge(0), Le(0.15)] = 0.12
    rotation: NotNegative = 0.35
    scale: Annotated[float, Ge(0), Le(0.9)] = 0.2
    offset: NotNegative = 0.05
    jitter: NotNegative = 0.02
    shift: NotNegative = 0.1
    drop_hand: Share = 0.1
    mirror: Share = 0.0

    def __call__(self, positions_N_T_J_C: Float, skeleton: Skeleton, rng: np.random.Generator) -> Float:
        """Changed copies (N, T, J, C)."""
        clips, frames, joints, coordinates = positions_N_T_J_C.shape
        moved = sample(positions_N_T_J_C, self._frames(clips, frames, rng)) if self.crop or self.warp else positions_N_T_J_C
        middle = centre(moved)
        if self.mirror:
            chosen = np.asarray(rng.random(clips) < self.mirror)
            moved = np.where(chosen[:, None, None, None], mirrored(moved, middle[:, 0, 0], skeleton), moved)
        sizes_N_J_1 = part_sizes(moved, skeleton)
        displaced = (self.offset * sizes_N_J_1) * rng.standard_normal((clips, joints, coordinates), dtype=np.float32)
        moved = moved + (displaced[:, None] - middle)
        if self.jitter:
            noise = rng.standard_normal(moved.shape, dtype=np.float32)
            noise *= (self.jitter * sizes_N_J_1)[:, None]
            moved += noise
        angles = rng.uniform(-self.rotation, self.rotation, (clips, 3)).astype(np.float32)
        stretch = rng.uniform(1 - self.scale, 1 + self.scale, (clips, 1, coordinates)).astype(np.float32)
        turn_N_C_C = np.swapaxes(rotations(angles, coordinates), 1, 2) * stretch
        away = rng.uniform(-self.shift, self.shift, (clips, 1, 1, coordinates)).astype(np.float32) * size(positions_N_T_J_C)
        moved = (moved.reshape(clips, -1, coordinates) @ turn_N_C_C).reshape(positions_N_T_J_C.shape)
        moved += middle + away
        return self._with_hands_lost(moved, skeleton, rng)

    def _frames(self, clips: int, frames: int, rng: np.random.Generator) -> NDArray[np.float64]:
        begin, end = rng.uniform(0, self.crop, (2, clips)).astype(np.float32)
        bend = rng.uniform(-self.warp, self.warp, clips).astype(np.float32)
        return warped_frames(begin, 1 - end, bend, rng.integers(1, 3, clips), frames)

    def _with_hands_lost(self, positions_N_T_J_C: Float, skeleton: Skeleton, rng: np.random.Generator) -> Float:
        hands = [part for name, part in skeleton.parts.items() if name.endswith("_hand")]
        if not self.drop_hand:
            return positions_N_T_J_C
        clips, frames = positions_N_T_J_C.shape[:2]
        for part in hands:
            lost = rng.random(clips) < self.drop_hand
            length = rng.integers(1, max(frames // 2, 1) + 1, size=(clips,))
            first = rng.integers(0, frames, size=(clips,))
            positions_N_T_J_C = drop_block(positions_N_T_J_C, part, first, first + length * lost)
        return positions_N_T_J_C
