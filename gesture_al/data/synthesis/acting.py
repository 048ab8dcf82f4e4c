"""Motion plans of both hands for short clips, from the table of acts and the habits of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Bool, Float32, Float64, Int64
from gesture_al.data.synthesis.camera import Setups
from gesture_al.data.synthesis.gestures import ACTS, column, pick_acts, pick_shapes
from gesture_al.data.synthesis.hand_model import SHAPE_ANGLES, SHAPES, pose_hand, turn_matrix
from gesture_al.data.synthesis.motion import MotionPlan
from gesture_al.data.synthesis.subject import HABIT, Subjects

_REST_AIM = np.array((20.0, 85.0, 15.0, 0.0))
_REST_AIM_SD = np.array((15.0, 15.0, 12.0, 8.0))
_RELAXED = SHAPES.index("relaxed")


@dataclass(frozen=True)
class Cast:
    """Class, person and camera of each clip.

    Args:
        label: Index into `CLASSES`, (N,).
        subject: Index of the person, (N,).
        session: Index of the camera setup, (N,).
    """

    label: Int64
    subject: Int64
    session: Int64


def stage(cast: Cast, subjects: Subjects, setups: Setups, tilt: float, rng: np.random.Generator) -> tuple[MotionPlan, Float32]:
    """Draw motion plans of N clips, and how long each clip takes, seconds (N,).

    Args:
        cast: Labels and people.
        subjects: Their habits.
        setups: Their cameras: people keep their hands in the picture.
        tilt: How far a held hand may lean from the usual, degrees.
        rng: Chance.
    """
    act_N = pick_acts(cast.label, rng.random(len(cast.label), dtype=np.float32))
    acting_N_2 = who_acts(cast, subjects, act_N, rng)
    rest_N_2_29 = resting(cast, subjects, setups, rng)
    other_rest = resting(cast, subjects, setups, rng)
    changes = rng.random((len(act_N), 1, 1)) < 0.2
    end_N_2_29 = np.where(changes, other_rest, rest_N_2_29)
    held_N_2_29 = np.where(acting_N_2[..., None], holding(cast, subjects, setups, act_N, tilt, rng), rest_N_2_29)
    still_N = column("still")[act_N] > 0
    leaves_N = column("leaves")[act_N] > 0
    stays = (still_N | leaves_N)[:, None, None]
    start_N_2_29 = np.where(stays, held_N_2_29, rest_N_2_29)
    shift = rng.normal(0, 1, held_N_2_29.shape) * np.repeat((0.015, 0.1, 0.06), (3, 4, 22))
    end_N_2_29 = np.where(still_N[:, None, None] | ~acting_N_2[..., None], held_N_2_29 + shift, end_N_2_29)
    end_N_2_29 = np.where(leaves_N[:, None, None] & acting_N_2[..., None], outside(held_N_2_29, cast, setups, rng), end_N_2_29)
    return _timed(cast, subjects, act_N, (start_N_2_29, held_N_2_29, end_N_2_29), rng)


def who_acts(cast: Cast, subjects: Subjects, act_N: Int64, rng: np.random.Generator) -> Bool:
    """Draw which hands act, shape (N, 2), left first; four times out of five the preferred one if it is one."""
    unusual_N = rng.random(len(act_N)) < 0.2
    left_N = subjects.left_handed[cast.subject] ^ unusual_N
    both_N = rng.random(len(act_N)) < column("both")[act_N]
    acting: Bool = np.stack([left_N, ~left_N], axis=1) | both_N[:, None]
    return acting


def resting(cast: Cast, subjects: Subjects, setups: Setups, rng: np.random.Generator) -> Float32:
    """Poses of resting hands, at the lower edge of the picture or below it, shape (N, 2, 29)."""
    count = len(cast.label)
    metres, aspect = setups.metres[cast.session][:, None], setups.aspect[cast.session][:, None]
    chest = setups.body[cast.session][:, 1:]
    low = rng.random((count, 2)) < subjects.wrist_low[cast.subject][:, None]
    height = np.where(low, rng.uniform(0.86, 1.04, (count, 2)), rng.uniform(1.3, 1.6, (count, 2)))
    outwards = np.minimum(rng.uniform(0.08, 0.2, (count, 2)), 0.33 * aspect * metres)
    place = np.stack([outwards, (chest - height) * metres, rng.uniform(0.1, 0.25, (count, 2))], axis=-1)
    aim = np.radians(_REST_AIM + _REST_AIM_SD * rng.standard_normal((count, 2, 4)))
    habit = subjects.angles[cast.subject, _RELAXED][:, None]
    angles = SHAPE_ANGLES[_RELAXED] + habit + np.radians(6) * rng.standard_normal((count, 2, 22))
    return np.concatenate([place, aim, angles], axis=-1).astype(np.float32)


def holding(cast: Cast, subjects: Subjects, setups: Setups, act_N: Int64, tilt: float, rng: np.random.Generator) -> Float32:
    """Poses of hands that do the act, shape (N, 2, 29)."""
    count, person = len(act_N), cast.subject
    usual = rng.random(count) < 0.75
    taste_N = np.where(usual, subjects.taste[person, act_N], rng.random(count))
    shape_N = pick_shapes(act_N, taste_N.astype(np.float32))
    joined_N = np.array([bool(act.touch) for act in ACTS])[act_N][:, None, None]
    # Hands that touch guide each other: they vary less.
    looseness = np.where(joined_N, 0.5, 1.0)
    own = subjects.angles[person, shape_N][:, None] + np.radians(4) * (
        0.8 * rng.standard_normal((count, 1, 22)) + 0.6 * np.where(joined_N, 0.3, 1.0) * rng.standard_normal((count, 2, 22))
    )
    angles = SHAPE_ANGLES[shape_N][:, None] + looseness * own
    rest_of_spread = np.sqrt(1 - HABIT**2)
    common, single = rng.standard_normal((count, 1, 4)), rng.standard_normal((count, 2, 4))
    change = 0.8 * common + 0.6 * np.where(joined_N, 0.3, 1.0) * single
    lean = subjects.aim[person, act_N][:, None] + rest_of_spread * change * np.radians(column("aim_sd"))[act_N][:, None]
    lean[..., 3] = np.clip(lean[..., 3], -np.radians(tilt), np.radians(tilt))
    aim = np.radians(column("aim"))[act_N][:, None] + lean
    change = 0.8 * rng.standard_normal((count, 1, 3)) + 0.6 * rng.standard_normal((count, 2, 3))
    place = (column("place")[act_N] + subjects.place[person, act_N])[:, None] + rest_of_spread * change * column("place_sd")[
        act_N
    ][:, None]
    place = _inside(place, cast, setups)
    held = np.concatenate([place, aim, angles], axis=-1).astype(np.float32)
    return np.where(joined_N, _joined(held, cast, subjects, act_N, tilt, rng), held).astype(np.float32)


def _inside(place_N_2_3: Float64, cast: Cast, setups: Setups) -> Float64:
    """Places moved into the picture: people see themselves and keep their hands in it."""
    metres, aspect = setups.metres[cast.session][:, None], setups.aspect[cast.session][:, None]
    chest = setups.body[cast.session][:, 1:]
    outwards = np.clip(place_N_2_3[..., 0], 0.03, np.maximum(0.34 * aspect * metres, 0.05))
    above = np.clip(place_N_2_3[..., 1], (chest - 0.88) * metres, (chest - 0.38) * metres)
    return np.stack([outwards, above, place_N_2_3[..., 2]], axis=-1)


def _joined(held: Float32, cast: Cast, subjects: Subjects, act_N: Int64, tilt: float, rng: np.random.Generator) -> Float32:
    """Both wrists placed so that the touching joints of the act meet, the whole leaning a little."""
    count = len(act_N)
    touch_K_21 = np.array([[joint in (act.touch or (0,)) for joint in range(21)] for act in ACTS], dtype=np.float32)
    weight_N_21 = touch_K_21[act_N] / touch_K_21[act_N].sum(axis=1, keepdims=True)
    palm, bones = subjects.palm[cast.subject][:, None], subjects.bones[cast.subject][:, None]
    local = pose_hand(held[..., 7:], palm, bones) @ turn_matrix(held[..., 3:7]).swapaxes(-1, -2)
    meeting = np.einsum("nhjc,nj->nhc", local, weight_N_21) * subjects.palm_metres[cast.subject][:, None, None]
    gap_N = np.abs(rng.normal(0.0, 0.012, count))[:, None] - 0.004
    lean_N = np.clip(rng.normal(0, np.radians(7), count), -np.radians(tilt), np.radians(tilt))[:, None]
    side = np.array([-1.0, 1.0])
    # In the viewer's coordinates, from the meeting point to the wrist; the left hand is the mirror image.
    right, up = side * (-gap_N / 2 - meeting[..., 0]), -meeting[..., 1]
    leaned_right = right * np.cos(lean_N) + up * np.sin(lean_N)
    leaned_up = up * np.cos(lean_N) - right * np.sin(lean_N)
    middle_N = rng.normal(0, 0.04, count)[:, None]
    result = held.copy()
    result[..., 0] = -side * (leaned_right + middle_N)
    result[..., 1] = held[:, :1, 1] + leaned_up
    result[..., 2] = held[:, :1, 2] - meeting[..., 2]
    result[..., 6] += side * lean_N
    return result


def outside(held: Float32, cast: Cast, setups: Setups, rng: np.random.Generator) -> Float32:
    """Poses of hands that left the picture, sideways or downwards."""
    metres, aspect = setups.metres[cast.session][:, None], setups.aspect[cast.session][:, None]
    sideways = rng.random((len(held), 1)) < 0.5
    away = held.copy()
    away[..., 0] = np.where(sideways, (0.5 * aspect + 0.45) * metres, held[..., 0])
    away[..., 1] = np.where(sideways, held[..., 1], -0.9 * metres)
    away[..., 3:7] += rng.normal(0, 0.3, (*held.shape[:2], 4)).astype(np.float32)
    return away


def _timed(
    cast: Cast, subjects: Subjects, act_N: Int64, keys: tuple[Float32, Float32, Float32], rng: np.random.Generator
) -> tuple[MotionPlan, Float32]:
    """Times of a motion plan; some clips begin with the hand already up, some end before it goes down."""
    count = len(act_N)
    pace_N = subjects.pace[cast.subject]
    rise_N = np.clip(0.42 * pace_N * np.exp(rng.normal(0, 0.2, count)), 0.18, 0.9)
    there_already = (rng.random(count) < 0.12) | (column("leaves")[act_N] > 0)
    leave_N = np.where(there_already, -1.5 * rise_N, rng.uniform(0.0, 0.45, count))
    drop_N = leave_N.clip(min=0) + rise_N + rng.uniform(0.45, 1.3, count) * np.maximum(pace_N, 0.8)
    lower_N = rise_N * rng.uniform(0.8, 1.3, count)
    cut_short = (rng.random(count) < 0.25) & (column("leaves")[act_N] == 0)
    duration_N = np.where(cut_short, drop_N + rng.uniform(-0.1, 0.15, count), drop_N + lower_N + rng.uniform(0, 0.3, count))
    late = np.abs(rng.normal(0, 0.06, (count, 2)))
    sway_N = np.radians(column("sway"))[act_N] * rng.uniform(0.6, 1.4, count)
    thumbs_up = np.array([act.label in ("Like", "Fire works") for act in ACTS])[act_N]
    nod_N = np.where(thumbs_up & (rng.random(count) < 0.2), rng.uniform(0.008, 0.025, count), 0.0)

    def per_hand(value_N: Float64, extra: Float64 | float = 0.0) -> Float32:
        return (value_N[:, None] + np.zeros((1, 2)) + extra).astype(np.float32)

    start, held, end = (key.astype(np.float32) for key in keys)
    plan = MotionPlan(
        start,
        held,
        end,
        per_hand(leave_N, late),
        per_hand(rise_N),
        per_hand(drop_N, late),
        per_hand(lower_N),
        per_hand(sway_N),
        per_hand(nod_N),
    )
    return plan, np.clip(duration_N, 0.8, 3.5).astype(np.float32)
