"""Long performances before a running camera: acts in sequence, with rests between, and when each gesture is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Bool, Float32, Float64, Int64
from gesture_al.data.synthesis.acting import Cast, holding, outside, resting, who_acts
from gesture_al.data.synthesis.camera import Setups
from gesture_al.data.synthesis.gestures import ACTS, column, pick_acts
from gesture_al.data.synthesis.motion import drift, minimum_jerk
from gesture_al.data.synthesis.subject import Subjects

ARRIVED = 0.81
"""Share of a movement's time at which 95% of its way is done (minimum jerk); the other 5% look like the held hand."""
_LAG = 0.3
_RUSHED, _LONG = 0.2, 0.12


@dataclass(frozen=True)
class Script:
    """Key poses and times of K acts of N people, one after the other.

    Keys as in `MotionPlan`: (N, K, 2, 29), or (N, 2, 29) for the first rest.

    Args:
        label: Index into `CLASSES`, (N, K).
        first: Where the hands are at the beginning.
        held: Where they are while the act lasts.
        end: Where they are after it; `held` itself where the next act follows without a rest.
        begin: When each hand sets out, seconds, (N, K, 2).
        rise: How long it is on its way, (N, K, 2).
        drop: When it goes back, (N, K, 2).
        lower: How long that takes, (N, K, 2).
        lag: Seconds that fingers follow behind the arm, (N, K, 2); below 0 they are ahead.
        sway: Amplitude of a wave of each hand, radians, (N, K, 2).
        nod: Amplitude of moving up and down, metres, (N, K, 2).
        start: When the act is there (its nucleus begins): every acting hand has done 95% of its way, seconds, (N, K).
        stop: When the first hand has done 5% of the way back, (N, K).
        duration: Seconds of each person's whole performance, (N,).
    """

    label: Int64
    first: Float32
    held: Float32
    end: Float32
    begin: Float32
    rise: Float32
    drop: Float32
    lower: Float32
    lag: Float32
    sway: Float32
    nod: Float32
    start: Float32
    stop: Float32
    duration: Float32


def write_script(
    label_N_K: Int64, cast: Cast, subjects: Subjects, setups: Setups, tilt: float, calm: float, rng: np.random.Generator
) -> Script:
    """Draw the scripts of N people: K acts each, with rests of 0.2 to 3.5 seconds times `calm`, one time in five without any.

    Args:
        label_N_K: Classes in their order, indices into `CLASSES`.
        cast: Who stands before which camera; its labels are not read.
        subjects: Their habits.
        setups: Their cameras.
        tilt: How far a held hand may lean from the usual, degrees.
        calm: Above 0. With 1 hands are hardly ever at rest, an act begins every 3 seconds; with 5 every 7 to 8.
        rng: Chance.
    """
    count, acts = label_N_K.shape
    first = rest = resting(cast, subjects, setups, rng)
    held, end, acting, act_N_K = [], [], [], np.empty_like(label_N_K)
    # The same act twice without a rest would be one act.
    changes_N_K = np.diff(label_N_K, axis=1, append=label_N_K[:, -1:]) != 0
    rushed_N_K = (rng.random((count, acts)) < _RUSHED) & changes_N_K
    for number in range(acts):
        now = Cast(label_N_K[:, number], cast.subject, cast.session)
        act_N_K[:, number] = pick_acts(now.label, rng.random((count,), dtype=np.float32))
        act_N = act_N_K[:, number]
        acting_N_2 = who_acts(now, subjects, act_N, rng)
        # Now and then people put their hands down elsewhere.
        rest = np.where(rng.random((count, 1, 1)) < 0.2, resting(now, subjects, setups, rng), rest)
        held_now = np.where(acting_N_2[..., None], holding(now, subjects, setups, act_N, tilt, rng), rest)
        leaves_N_2_1 = (column("leaves")[act_N] > 0)[:, None, None] & acting_N_2[..., None]
        away = np.where(leaves_N_2_1, outside(held_now, now, setups, rng), rest)
        held.append(held_now)
        end.append(np.where(rushed_N_K[:, number, None, None], held_now, away))
        acting.append(acting_N_2)
    keys = (first, np.stack(held, axis=1).astype(np.float32), np.stack(end, axis=1).astype(np.float32))
    return _timed(label_N_K, act_N_K, np.stack(acting, axis=1), rushed_N_K, keys, (subjects.pace[cast.subject], calm), rng)


def _timed(
    label_N_K: Int64,
    act_N_K: Int64,
    acting_N_K_2: Bool,
    rushed_N_K: Bool,
    keys: tuple[Float32, Float32, Float32],
    tempo: tuple[Float32, float],
    rng: np.random.Generator,
) -> Script:
    shape, pace, calm = act_N_K.shape, tempo[0][:, None], tempo[1]
    rise = np.clip(0.42 * pace * np.exp(rng.normal(0, 0.2, shape)), 0.18, 0.9)
    hold = rng.uniform(0.45, 1.3, shape) * np.maximum(pace, 0.8)
    hold *= np.where(rng.random(shape) < _LONG, rng.uniform(1, 3, shape), 1)
    lower = rise * rng.uniform(0.8, 1.3, shape) * ~rushed_N_K
    gap = calm * np.where(rng.random(shape) < 0.25, rng.uniform(1.5, 3.5, shape), rng.uniform(0.2, 1.2, shape))
    gap = np.where(np.roll(rushed_N_K, 1, axis=1), 0.0, gap)
    gap[:, 0] = rng.uniform(0.5, 2.0, len(gap))
    finished = np.cumsum(gap + rise + hold + lower, axis=1)
    begin = finished - (rise + hold + lower)
    late = np.abs(rng.normal(0, 0.06, (*shape, 2)))
    lag = rng.uniform(-0.5 * _LAG, _LAG, (*shape, 2)) * rise[..., None]
    hands = np.zeros((*shape, 2))
    set_out = begin[..., None] + late
    arrived = set_out + ARRIVED * rise[..., None] + np.maximum(lag, 0)
    drop = (begin + rise + hold)[..., None] + late
    # Where the next act follows at once, the way back is the way there.
    next_rise = np.roll(rise, -1, axis=1)
    ends = drop + (1 - ARRIVED) * np.where(rushed_N_K, next_rise, lower)[..., None]
    thumbs_up = np.array([act.label in ("Like", "Fire works") for act in ACTS])[act_N_K]
    nods = thumbs_up & (rng.random(shape) < 0.2)

    def whole(value: Float64) -> Float32:
        return value.astype(np.float32)

    return Script(
        label=label_N_K,
        first=keys[0].astype(np.float32),
        held=keys[1],
        end=keys[2],
        begin=whole(set_out),
        rise=whole(rise[..., None] + hands),
        drop=whole(drop),
        lower=whole(np.maximum(lower, 0.18)[..., None] + hands),
        lag=whole(lag),
        sway=whole((np.radians(column("sway"))[act_N_K] * rng.uniform(0.6, 1.4, shape))[..., None] * acting_N_K_2),
        nod=whole(np.where(nods, rng.uniform(0.008, 0.025, shape), 0.0)[..., None] * acting_N_K_2),
        start=whole(np.where(acting_N_K_2, arrived, -np.inf).max(axis=2)),
        stop=whole(np.where(acting_N_K_2, ends, np.inf).min(axis=2)),
        duration=whole(finished[:, -1] + 0.5),
    )


def perform(script: Script, times_N_T: Float32, rng: np.random.Generator) -> Float32:
    """Poses of a script at each moment.

    Every movement is a smooth step from one key to the next; where one begins before the other ends, they blend.

    Args:
        script: Of N people.
        times_N_T: Seconds, shape (N, T).
        rng: Chance: drift while holding, rate of waves.

    Returns:
        Place, aim and joint angles, shape (N, T, 2, 29).
    """
    count = len(times_N_T)
    now = times_N_T[:, :, None]
    path = np.repeat(script.first[:, None], times_N_T.shape[1], axis=1) + drift(count, now, rng)
    before = script.first
    for number in range(script.label.shape[1]):
        held, end = script.held[:, number], script.end[:, number]
        begin, rise, lag = (value[:, number][:, None] for value in (script.begin, script.rise, script.lag))
        arm_up = minimum_jerk((now - begin) / rise)
        hand_up = minimum_jerk((now - begin - lag) / rise)
        down = minimum_jerk((now - script.drop[:, number][:, None]) / script.lower[:, number][:, None])
        path[..., :5] += (held - before)[:, None, :, :5] * arm_up[..., None]
        path[..., 5:] += (held - before)[:, None, :, 5:] * hand_up[..., None]
        path += (end - held)[:, None] * down[..., None]
        # Arms swing forward on the way: hands do not travel on straight lines.
        path[..., 2] += 0.2 * (arm_up * (1 - arm_up) + down * (1 - down))
        rate, phase = rng.uniform(1.2, 2.8, (count, 1, 1)), rng.uniform(0, 6.28, (count, 1, 1))
        swing = (np.sin(2 * np.pi * rate * now + phase) * arm_up * (1 - down)).astype(np.float32)
        sway, nod = script.sway[:, number][:, None], script.nod[:, number][:, None]
        path[..., 6] += sway * swing
        path[..., 0] -= 0.10 * sway * swing
        path[..., 1] += nod * swing
        before = end
    poses: Float32 = path.astype(np.float32)
    return poses
