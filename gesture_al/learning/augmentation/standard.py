"""The augmentation that lets a dozen labels go further: another camera, another pace, another person, a lost hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from gesture_al.core.arrays import Float32, Float64, Int64
from gesture_al.core.parameters import NotNegative, Share
from gesture_al.data.geometry.normalisation import centre, size
from gesture_al.data.geometry.sampling import sample
from gesture_al.data.skeleton import Skeleton
from gesture_al.learning.augmentation.base import AUGMENTATIONS


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
        mirror: Probability of a mirrored clip, 0 to 1; None: a half where the data set says `left_right_alike`, else 0.
    """

    crop: Annotated[float, Ge(0), Le(0.45)] = 0.15
    warp: Annotated[float, Ge(0), Le(0.15)] = 0.12
    rotation: NotNegative = 0.35
    scale: Annotated[float, Ge(0), Le(0.9)] = 0.2
    offset: NotNegative = 0.05
    jitter: NotNegative = 0.02
    shift: NotNegative = 0.1
    drop_hand: Share = 0.1
    mirror: Share | None = None

    def for_data(self, left_right_alike: bool) -> Standard:
        """The same with the probability of a mirrored clip that fits a data set."""
        return self if self.mirror is not None else replace(self, mirror=0.5 if left_right_alike else 0.0)

    def weaker(self) -> Standard:
        """A third of every change and no hand lost: copies that are easy to name."""
        third = {name: getattr(self, name) / 3 for name in ("crop", "warp", "rotation", "scale", "offset", "jitter", "shift")}
        return replace(self, **third, drop_hand=0.0)

    def __call__(self, positions_N_T_J_C: Float32, skeleton: Skeleton, rng: np.random.Generator) -> Float32:
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

    def _frames(self, clips: int, frames: int, rng: np.random.Generator) -> Float64:
        begin, end = rng.uniform(0, self.crop, (2, clips)).astype(np.float32)
        bend = rng.uniform(-self.warp, self.warp, clips).astype(np.float32)
        return warped_frames(begin, 1 - end, bend, rng.integers(1, 3, clips), frames)

    def _with_hands_lost(self, positions_N_T_J_C: Float32, skeleton: Skeleton, rng: np.random.Generator) -> Float32:
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


def warped_frames(begin_N: Float32, end_N: Float32, bend_N: Float32, waves_N: Int64, frames: int) -> Float64:
    """Frame numbers that cut a clip's ends and run through the rest unevenly.

    Args:
        begin_N: Share of the clip cut at the start, 0 up to `end_N`.
        end_N: Share of the clip at which it ends, up to 1.
        bend_N: How far the clock goes ahead (or behind, where negative) as a share of what is left; below
            1 / (pi * waves) in size, or time would run backwards.
        waves_N: 1: ahead throughout; 2: ahead in one half and behind in the other.
        frames: T.

    Returns:
        Fractional frame numbers (N, T), rising along a clip.
    """
    share_T = np.linspace(0, 1, frames)
    bent_N_T = share_T + bend_N[:, None] * np.sin(np.pi * waves_N[:, None] * share_T)
    return np.asarray((begin_N[:, None] + (end_N - begin_N)[:, None] * bent_N_T) * (frames - 1))


def rotations(angles_N_A: Float32, coordinates: int) -> Float32:
    """Rotation matrices (N, C, C).

    Args:
        angles_N_A: Radians about x, y and z, in this order (N, 3); in the plane only the last one counts.
        coordinates: C, 2 or 3.
    """
    cos, sin = np.cos(angles_N_A), np.sin(angles_N_A)

    def about(axis: int, first: int, second: int) -> Float32:
        matrix = np.tile(np.eye(3, dtype=np.float32), (len(angles_N_A), 1, 1))
        matrix[:, first, first] = matrix[:, second, second] = cos[:, axis]
        matrix[:, second, first] = sin[:, axis]
        matrix[:, first, second] = -sin[:, axis]
        return matrix

    in_plane = about(2, 0, 1)
    if coordinates == 2:
        return in_plane[:, :2, :2]
    return np.asarray(in_plane @ about(1, 2, 0) @ about(0, 1, 2))


def part_sizes(positions_N_T_J_C: Float32, skeleton: Skeleton) -> Float32:
    """How large the part is that each joint belongs to, (N, J, 1): the jitter that a body bears would destroy a hand."""
    sizes = np.empty((len(positions_N_T_J_C), len(skeleton), 1), dtype=np.float32)
    for part in (skeleton.parts or {"all": range(len(skeleton))}).values():
        sizes[:, part.start : part.stop] = size(positions_N_T_J_C[:, :, part.start : part.stop])[:, 0]
    return sizes


def mirrored(positions_N_T_J_C: Float32, centre_N_C: Float32, skeleton: Skeleton) -> Float32:
    """Clips as a mirror shows them: x about the centre, left and right joints in each other's place."""
    flipped = skeleton.mirrored(positions_N_T_J_C).copy()
    flipped[..., 0] = 2 * centre_N_C[:, None, None, 0] - flipped[..., 0]
    return flipped


def drop_block(positions_N_T_J_C: Float32, joints: range, first_N: Int64, stop_N: Int64) -> Float32:
    """Clips in which a range of joints is unseen from frame `first` up to `stop`, not including it."""
    dropped = positions_N_T_J_C.copy()
    frame_T = np.arange(positions_N_T_J_C.shape[1])
    inside_N_T = (frame_T >= first_N[:, None]) & (frame_T < stop_N[:, None])
    dropped[:, :, joints.start : joints.stop][inside_N_T] = np.nan
    return dropped
