"""A batch of clips from plan to landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_al.data.synthesis.acting import Cast, Int64, stage
from gesture_al.data.synthesis.camera import Setups, frame_times, project
from gesture_al.data.synthesis.hand_model import Float32, pose_hand, turn_matrix
from gesture_al.data.synthesis.motion import follow
from gesture_al.data.synthesis.subject import Subjects
from gesture_al.data.synthesis.tracker import track


@dataclass(frozen=True)
class TrackedClips:
    """Clips as a tracker delivers them.

    Args:
        positions: Left hand, then right hand, as people have them, (N, T, 42, 3); NaN where not seen and behind the end.
        times: Seconds, (N, T); rising behind the end too.
        lengths: Frames, (N,).
    """

    positions: Float32
    times: Float32
    lengths: Int64


def film(
    cast: Cast, subjects: Subjects, setups: Setups, frames: int, tilt: float, noise: float, rng: np.random.Generator
) -> TrackedClips:
    """Act, film and track a batch of clips.

    Args:
        cast: Labels and people.
        subjects: The people.
        setups: The cameras.
        frames: T, the most frames a clip may have.
        tilt: Degrees by which a held hand may lean.
        noise: Scale of the tracker's errors.
        rng: Chance of this batch.
    """
    plan, duration_N = stage(cast, subjects, setups, tilt, rng)
    times_N_T, lengths_N = frame_times(setups.fps[cast.session], duration_N, frames, rng)
    path = follow(plan, times_N_T, rng)
    seen = project(in_space(path, cast, subjects), setups, cast.session)
    found = track(seen, times_N_T, lengths_N, setups.aspect[cast.session], noise, rng)
    found[np.arange(frames) >= lengths_N[:, None]] = np.nan
    return TrackedClips(found.reshape(len(found), frames, 42, 3), times_N_T, lengths_N)


def in_space(path: Float32, cast: Cast, subjects: Subjects) -> Float32:
    """Joints in metres right of the chest as the camera sees it, above it and towards the camera, shape (N, T, 2, 21, 3)."""
    person = (cast.subject, None, None)
    local = pose_hand(path[..., 7:], subjects.palm[person], subjects.bones[person])
    turned = local @ turn_matrix(path[..., 3:7]).swapaxes(-1, -2)
    points = turned * subjects.palm_metres[cast.subject][:, None, None, None, None]
    # Both hands are computed as right ones; the person's right side is the left side of an unmirrored picture.
    points += path[..., None, :3] * np.array([-1, 1, 1], dtype=np.float32)
    points[:, :, 0, :, 0] *= -1
    return points
