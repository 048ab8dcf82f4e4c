"""Synthetic cameras: position, projection to landmarks, and times of frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.seeds import RandomStreams

_ASPECTS = (4 / 3, 16 / 9, 16 / 9, 3 / 4, 9 / 16)
_HAND_METRES = 0.18


@dataclass(frozen=True)
class Setups:
    """Cameras of R recording sessions, one each.

    Args:
        aspect: Width / height of the picture, (R,).
        fps: Pictures a second that the tracker keeps up with, (R,).
        metres: What the height of the picture spans at the depth of the hands, metres, (R,).
        body: Where the middle of the chest is, fractions of the picture, (R, 2).
        roll: How far the camera leans, radians, (R,).
        distance: Camera to hands, metres, (R,).
        depth_gain: How much of the depth the tracker reports, (R,).
    """

    aspect: Float32
    fps: Float32
    metres: Float32
    body: Float32
    roll: Float32
    distance: Float32
    depth_gain: Float32


def draw_setups(subjects: int, sessions: int, streams: RandomStreams) -> Setups:
    """The camera of each session, in the order subject, session; R = subjects * sessions."""
    cameras = [_draw_one(streams.generator("session", s, q)) for s in range(subjects) for q in range(sessions)]
    return Setups(*(np.array(values, dtype=np.float32) for values in zip(*cameras, strict=True)))


def _draw_one(rng: np.random.Generator) -> tuple[object, ...]:
    aspect = _ASPECTS[rng.integers(len(_ASPECTS))]
    # An upright phone shows more height, so that a hand takes less of it.
    smallest, largest = (0.18, 0.4) if aspect > 1 else (0.15, 0.26)
    share = rng.uniform(smallest, largest)
    return (
        aspect,
        rng.uniform(12, 30),
        _HAND_METRES / share,
        (0.5 + rng.normal(0, 0.05), rng.uniform(0.6, 0.78)),
        np.radians(rng.normal(0, 4)),
        rng.uniform(0.5, 1.1),
        rng.uniform(0.75, 1.1),
    )


def frame_times(fps_N: Float32, duration_N: Float32, frames: int, rng: np.random.Generator) -> tuple[Float32, Int64]:
    """Uneven times of frames; a clip longer than the frames allow is taken at a lower rate.

    Args:
        fps_N: Pictures a second, shape (N,).
        duration_N: Seconds, shape (N,).
        frames: T, the most pictures a clip may have.
        rng: Chance.

    Returns:
        Seconds from the first picture, shape (N, T), rising behind the end too; and how many of them lie within the clip (N,).
    """
    count = len(fps_N)
    step_N = np.maximum(1 / fps_N, 1.12 * duration_N / frames)
    jitter_N_T = np.exp(0.12 * rng.standard_normal((count, frames))) * (1 + (rng.random((count, frames)) < 0.03))
    times_N_T = np.cumsum(step_N[:, None] * jitter_N_T, axis=1)
    times_N_T -= times_N_T[:, :1]
    return times_N_T.astype(np.float32), (times_N_T <= duration_N[:, None]).sum(axis=1)


def project(points: Float32, setups: Setups, session_N: Int64) -> Float32:
    """Project points in space to landmarks as MediaPipe writes them.

    Args:
        points: Metres right of the chest, above it, and towards the camera, shape (N, T, 2, 21, 3).
        setups: The cameras.
        session_N: Which of them took each clip, shape (N,).

    Returns:
        Same shape: fractions of the picture's width and height (y down), and depth relative to the wrist in the scale of x.
    """
    where = (slice(None), None, None, None)
    metres, aspect = setups.metres[session_N][where], setups.aspect[session_N][where]
    roll, distance = setups.roll[session_N][where], setups.distance[session_N][where]
    body = setups.body[session_N]
    cos, sin = np.cos(roll), np.sin(roll)
    magnification = 1 / (1 - np.minimum(points[..., 2] - 0.22, 0.6 * distance) / distance)
    right = (points[..., 0] * cos - points[..., 1] * sin) / metres + (body[:, 0][where] - 0.5) * aspect
    up = (points[..., 0] * sin + points[..., 1] * cos) / metres + 0.5 - body[:, 1][where]
    depth = (points[..., :1, 2] - points[..., 2]) / metres * setups.depth_gain[session_N][where]
    return np.stack(
        [0.5 + right * magnification / aspect, 0.5 - up * magnification, depth * magnification[..., :1] / aspect], axis=-1
    ).astype(np.float32)
