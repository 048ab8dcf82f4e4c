"""Motion of hands: raised, held and lowered along minimum-jerk paths, with drift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Float32


@dataclass(frozen=True)
class MotionPlan:
    """Key poses of both hands of N clips (start, held, end) and when they move.

    A key holds place (3, metres), aim (4, radians) and joint angles (22, radians) one after the other, as for a right
    hand, shape (N, 2, 29). Everything else has shape (N, 2).

    Args:
        start: Key of the beginning.
        held: Key while the gesture is held.
        end: Key of the end.
        begin: When the raise begins, seconds (negative: it happened before the clip).
        rise: How long it takes, seconds.
        drop: When the hand is lowered, seconds (may lie behind the clip's end).
        lower: How long that takes, seconds.
        sway: Amplitude of a wave of the hand, radians.
        nod: Amplitude of moving up and down for emphasis, metres.
    """

    start: Float32
    held: Float32
    end: Float32
    begin: Float32
    rise: Float32
    drop: Float32
    lower: Float32
    sway: Float32
    nod: Float32


def minimum_jerk(progress: Float32) -> Float32:
    """Minimum-jerk profile: the smoothest way from 0 to 1, clipped outside.

    Args:
        progress: Share of the movement's time, any shape.

    Returns:
        Share of its way, 0 to 1, same shape.

    Source:
        Flash and Hogan, "The coordination of arm movements", J. Neuroscience 5 (1985), equation for point-to-point movement.

    >>> minimum_jerk(np.array([-1.0, 0.0, 0.5, 1.0, 2.0], np.float32)).tolist()
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    p = np.clip(progress, 0, 1)
    position: Float32 = p * p * p * (10 + p * (6 * p - 15))
    return position


def follow(plan: MotionPlan, times_N_T: Float32, rng: np.random.Generator) -> Float32:
    """Poses of a motion plan at each moment.

    Args:
        plan: Of N clips.
        times_N_T: Seconds, shape (N, T).
        rng: Chance: drift while holding, rate of waves, how far fingers lag behind the arm.

    Returns:
        Place, aim and joint angles, shape (N, T, 2, 29).
    """
    count = len(times_N_T)
    now = times_N_T[:, :, None]
    lag_N_2 = rng.uniform(-0.15, 0.3, (count, 2)).astype(np.float32) * plan.rise
    arm_up = minimum_jerk((now - plan.begin[:, None]) / plan.rise[:, None])
    hand_up = minimum_jerk((now - (plan.begin + lag_N_2)[:, None]) / plan.rise[:, None])
    down = minimum_jerk((now - plan.drop[:, None]) / plan.lower[:, None])
    up = np.concatenate([np.repeat(arm_up[..., None], 5, -1), np.repeat(hand_up[..., None], 24, -1)], axis=-1)
    start, held, end = (key[:, None] for key in (plan.start, plan.held, plan.end))
    path = start + (held - start) * up + (end - held) * down[..., None]
    # Arms swing forward on the way: hands do not travel on straight lines.
    path[..., 2] += 0.05 * 4 * (arm_up * (1 - arm_up) + down * (1 - down))
    path += drift(count, now, rng)
    rate_N_2 = rng.uniform(1.2, 2.8, (count, 1)).astype(np.float32)
    swing = (
        np.sin(2 * np.pi * rate_N_2[:, None] * now + rng.uniform(0, 6.28, (count, 1, 1)).astype(np.float32)) * arm_up * (1 - down)
    )
    path[..., 6] += plan.sway[:, None] * swing
    path[..., 0] -= 0.10 * plan.sway[:, None] * swing
    path[..., 1] += plan.nod[:, None] * swing
    poses: Float32 = path.astype(np.float32)
    return poses


def drift(count: int, now: Float32, rng: np.random.Generator) -> Float32:
    """Drift of hands and fingers while they hold: two slow waves for each number."""
    scale = np.concatenate([np.full(3, 0.005), np.radians([3.0, 3.0, 3.0, 2.0]), np.full(22, np.radians(1.5))]).astype(np.float32)
    total = np.zeros((), np.float32)
    for slowest, fastest in ((0.2, 0.6), (0.6, 1.5)):
        rate = rng.uniform(slowest, fastest, (count, 1, 2, 29)).astype(np.float32)
        phase = rng.uniform(0, 6.28, (count, 1, 2, 29)).astype(np.float32)
        total = total + np.sin(2 * np.pi * rate * now[..., None] + phase)
    drift: Float32 = scale * total
    return drift
