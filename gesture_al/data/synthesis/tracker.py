"""Errors of a landmark tracker: jitter, guesses at hidden joints, lost hands, left and right swapped.

Sizes are set so that clips look like public recordings made with MediaPipe: over five recorders the second difference
of wrists and finger tips corresponds to a jitter of 0.014 to 0.02 palm lengths, 0.02 to 0.03 in depth, for those who
hold still, and a tracked hand is lost in 2 to 9 frames of a hundred (own measurement).
"""

from __future__ import annotations

import numpy as np

from gesture_al.core.arrays import Bool, Float32, Int64

_JITTER = np.array([0.010, 0.010, 0.018], dtype=np.float32)
_BIAS = np.array([0.025, 0.025, 0.05], dtype=np.float32)
_MEMORY = np.float32(0.55)


def track(
    exact: Float32, times_N_T: Float32, lengths_N: Int64, aspect_N: Float32, noise: float, rng: np.random.Generator
) -> Float32:
    """Add a tracker's errors to exact landmarks.

    Args:
        exact: Landmarks without errors, shape (N, T, 2, 21, 3): fractions of the picture, left hand first.
        times_N_T: Seconds, shape (N, T).
        lengths_N: Frames that belong to the clip, shape (N,).
        aspect_N: Width / height, shape (N,).
        noise: Scale of all errors; 0 leaves only hands outside the picture out.
        rng: Chance.

    Returns:
        Same shape, NaN where a hand was not detected.
    """
    scale = np.stack([aspect_N, np.ones_like(aspect_N), aspect_N], axis=-1)[:, None, None, None].astype(np.float32)
    square = exact * scale
    palm = np.linalg.norm(square[..., 9, :] - square[..., 0, :], axis=-1)
    landmarks = (exact + noise * _errors(square, palm, rng) / scale).astype(np.float32, copy=False)
    landmarks[..., 2] -= landmarks[..., :1, 2]
    centre = square[..., (0, 5, 17), :2].mean(axis=-2)
    touching = np.linalg.norm(centre[:, :, 0] - centre[:, :, 1], axis=-1) < 1.5 * palm.max(axis=-1)
    lost = _lost(exact, centre, palm, touching, times_N_T, noise, rng)
    landmarks[lost & ~_spared(exact, lost, lengths_N)] = np.nan
    return _mix_up(landmarks, touching, noise, rng)


def _errors(square: Float32, palm: Float32, rng: np.random.Generator) -> Float32:
    """Jitter with some memory and a lasting error of each clip, larger for hidden joints; in heights of the picture."""
    count, frames, hands, joints, axes = square.shape
    jitter = rng.standard_normal(square.shape, dtype=np.float32)
    whole_hand = rng.standard_normal((count, frames, hands, 1, axes), dtype=np.float32)
    jitter = jitter * np.float32(0.8) + whole_hand * np.float32(0.6)
    for frame in range(1, frames):
        jitter[:, frame] = _MEMORY * jitter[:, frame - 1] + np.sqrt(1 - _MEMORY**2) * jitter[:, frame]
    behind = (square[..., 2] - square[..., 2].mean(axis=-1, keepdims=True)) / palm[..., None]
    hidden = 1 + 2 * np.clip(behind / 0.3, 0, 1)
    bias = rng.standard_normal((count, 1, hands, joints, axes), dtype=np.float32) * _BIAS
    errors: Float32 = (jitter * _JITTER + bias) * hidden[..., None] * palm[..., None, None]
    return errors


def _lost(
    exact: Float32,
    centre: Float32,
    palm: Float32,
    touching: Bool,
    times_N_T: Float32,
    noise: float,
    rng: np.random.Generator,
) -> Bool:
    """Which hands are not detected, shape (N, T, 2): outside, blurred by speed, hidden by the other one, or for no reason."""
    inside = ((exact[..., :2] > -0.02) & (exact[..., :2] < 1.02)).all(axis=-1).mean(axis=-1)
    outside = inside < 0.6
    step = np.maximum(np.diff(times_N_T, axis=1, prepend=-0.05), 1e-3)[..., None]
    distance = np.linalg.norm(np.diff(centre, axis=1, prepend=centre[:, :1]), axis=-1)
    speed = distance / step / palm
    # Blur grows with speed; 12 palm lengths a second (1.1 m/s) lose the hand every second time.
    risk = 0.006 + 0.08 * touching[..., None] + 0.5 / (1 + np.exp(np.clip((12 - speed) / 2, -30, 30))) + 0.25 * (inside < 0.85)
    begins = rng.random(risk.shape, dtype=np.float32) < noise * risk
    ends = rng.random(risk.shape, dtype=np.float32) < 0.4
    # Of two hands that touch it is mostly one that goes missing, the same one throughout the clip.
    weaker = rng.random((len(exact), 1), dtype=np.float32) < 0.5
    begins &= ~touching[..., None] | (
        np.concatenate([weaker, ~weaker], axis=1)[:, None] | (rng.random(risk.shape, dtype=np.float32) < 0.15)
    )
    lost = np.empty(risk.shape, dtype=bool)
    active = np.zeros(risk.shape[::2], dtype=bool)
    for frame in range(risk.shape[1]):
        active = begins[:, frame] | (active & ~ends[:, frame])
        lost[:, frame] = active
    result: Bool = lost | outside
    return result


def _spared(exact: Float32, lost: Bool, lengths_N: Int64) -> Bool:
    """Hands detected after all, shape (N, T, 2): a clip in which nothing was ever detected would be no clip."""
    within = (np.arange(lost.shape[1]) < lengths_N[:, None])[..., None]
    empty = ~(within & ~lost).any(axis=(1, 2))
    inside = (np.abs(exact[..., :2] - 0.5) < 0.6).all(axis=-1).mean(axis=-1)
    best = (inside == np.where(within, inside, -1).max(axis=(1, 2), keepdims=True)) & within
    spared: Bool = best & empty.reshape(-1, 1, 1)
    return spared


def _mix_up(landmarks: Float32, touching: Bool, noise: float, rng: np.random.Generator) -> Float32:
    """Left and right exchanged for a few frames, more often where the hands touch."""
    begins = rng.random(touching.shape, dtype=np.float32) < noise * np.where(touching, 0.05, 0.006)
    ends = rng.random(touching.shape, dtype=np.float32) < 0.45
    swapped = np.empty(touching.shape, dtype=bool)
    active = np.zeros(len(touching), dtype=bool)
    for frame in range(touching.shape[1]):
        active = begins[:, frame] | (active & ~ends[:, frame])
        swapped[:, frame] = active
    landmarks[swapped] = landmarks[swapped][:, ::-1]
    return landmarks
