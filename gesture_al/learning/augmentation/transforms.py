"""What augmentation may do to a clip; pure functions, the chance is drawn by the caller."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.geometry.normalisation import size
from gesture_al.data.skeleton import Skeleton

Float = NDArray[np.float32]


def warped_frames(begin_N: Float, end_N: Float, bend_N: Float, waves_N: NDArray[np.int64], frames: int) -> NDArray[np.float64]:
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


def rotations(angles_N_A: Float, coordinates: int) -> Float:
    """Rotation matrices (N, C, C).

    Args:
        angles_N_A: Radians about x, y and z, in this order (N, 3); in the plane only the last one counts.
        coordinates: C, 2 or 3.
    """
    cos, sin = np.cos(angles_N_A), np.sin(angles_N_A)

    def about(axis: int, first: int, second: int) -> Float:
        matrix = np.tile(np.eye(3, dtype=np.float32), (len(angles_N_A), 1, 1))
        matrix[:, first, first] = matrix[:, second, second] = cos[:, axis]
        matrix[:, second, first] = sin[:, axis]
        matrix[:, first, second] = -sin[:, axis]
        return matrix

    in_plane = about(2, 0, 1)
    if coordinates == 2:
        return in_plane[:, :2, :2]
    return np.asarray(in_plane @ about(1, 2, 0) @ about(0, 1, 2))


def part_sizes(positions_N_T_J_C: Float, skeleton: Skeleton) -> Float:
    """How large the part is that each joint belongs to, (N, J, 1): the jitter that a body bears would destroy a hand."""
    sizes = np.empty((len(positions_N_T_J_C), len(skeleton), 1), dtype=np.float32)
    for part in (skeleton.parts or {"all": range(len(skeleton))}).values():
        sizes[:, part.start : part.stop] = size(positions_N_T_J_C[:, :, part.start : part.stop])[:, 0]
    return sizes


def mirrored(positions_N_T_J_C: Float, centre_N_C: Float, skeleton: Skeleton) -> Float:
    """Clips as a mirror shows them: x about the centre, left and right joints in each other's place."""
    flipped = skeleton.mirrored(positions_N_T_J_C).copy()
    flipped[..., 0] = 2 * centre_N_C[:, None, None, 0] - flipped[..., 0]
    return flipped


def drop_block(positions_N_T_J_C: Float, joints: range, first_N: NDArray[np.int64], stop_N: NDArray[np.int64]) -> Float:
    """Clips in which a range of joints is unseen from frame `first` up to `stop`, not including it."""
    dropped = positions_N_T_J_C.copy()
    frame_T = np.arange(positions_N_T_J_C.shape[1])
    inside_N_T = (frame_T >= first_N[:, None]) & (frame_T < stop_N[:, None])
    dropped[:, :, joints.start : joints.stop][inside_N_T] = np.nan
    return dropped
