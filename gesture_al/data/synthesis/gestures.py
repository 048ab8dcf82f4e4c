"""Table of acts: gestures and ordinary movements with their class, hand shapes, aim and place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gesture_al.core.arrays import Float32, Int64
from gesture_al.data.synthesis.hand_model import SHAPES

CLASSES = ("Like", "Fire works", "Heart", "none")


@dataclass(frozen=True)
class Act:
    """A gesture, or an ordinary movement of hands.

    Args:
        name: For people who read the table.
        label: The class, one of `CLASSES`.
        shapes: Names in `SHAPES`; a person prefers one of them.
        aim: Degrees of turn, pitch, yaw and tilt (see `turn_matrix`).
        aim_sd: Their spread over people and clips, degrees.
        place: Metres outwards from the middle of the body, above the chest, and towards the camera; of the wrist, or of
            the point where the hands touch.
        place_sd: Its spread, metres.
        share: Weight among the acts of the class.
        both: Probability that both hands do it.
        touch: Joints whose mean meets that of the other hand; empty where the hands do not touch.
        sway: Degrees of tilt to and fro (a wave).
        still: True where the hand stays about where it is instead of being raised and lowered.
        leaves: True where the hand is there from the start and goes out of the picture.
    """

    name: str
    label: str
    shapes: tuple[str, ...]
    aim: tuple[float, float, float, float]
    aim_sd: tuple[float, float, float, float]
    place: tuple[float, float, float] = (0.18, 0.02, 0.22)
    place_sd: tuple[float, float, float] = (0.05, 0.07, 0.05)
    share: float = 1.0
    both: float = 0.0
    touch: tuple[int, ...] = ()
    sway: float = 0.0
    still: bool = False
    leaves: bool = False


_TIPS = (4, 8)
_CHEST = (0.0, 0.05, 0.24)
_THUMB_SHAPES = ("thumb_up", "thumb_up_hitched")

ACTS: tuple[Act, ...] = (
    Act("like", "Like", _THUMB_SHAPES, (88, 63, 42, 0), (14, 11, 26, 10)),
    Act("like, arm out", "Like", _THUMB_SHAPES, (88, 63, -45, 0), (14, 13, 22, 10), (0.28, 0.03, 0.12), share=0.3),
    Act("fire works", "Fire works", _THUMB_SHAPES, (88, 63, 38, 0), (14, 11, 24, 10), both=1),
    Act("fire works, arms out", "Fire works", _THUMB_SHAPES, (88, 63, -40, 0), (14, 13, 22, 10), both=1, share=0.2),
    Act("curled heart", "Heart", ("heart_curled",), (77, 0, 0, 35), (9, 8, 7, 5), _CHEST, share=0.6, both=1, touch=_TIPS),
    Act("straight heart", "Heart", ("heart_straight",), (72, 3, -2, 32), (9, 8, 7, 5), _CHEST, share=0.4, both=1, touch=_TIPS),
    Act(
        "idle, low",
        "none",
        ("relaxed", "loose_fist"),
        (20, 80, 15, 0),
        (25, 18, 20, 12),
        (0.14, -0.16, 0.2),
        both=0.6,
        still=True,
    ),
    Act(
        "idle, up",
        "none",
        ("relaxed", "loose_fist"),
        (110, 12, 20, 15),
        (35, 20, 20, 15),
        (0.10, 0.08, 0.12),
        both=0.4,
        still=True,
    ),
    Act("open palm", "none", ("open", "closed_palm"), (5, 8, 0, 0), (14, 14, 12, 10), both=0.35, share=1.2),
    Act("wave", "none", ("open",), (5, 4, 0, 0), (14, 10, 12, 6), (0.2, 0.08, 0.2), sway=22),
    Act("fist", "none", ("fist", "loose_fist"), (60, 45, 25, 0), (55, 30, 28, 10), both=0.5, share=1.6),
    Act("point", "none", ("point", "point_thumb_out", "victory"), (25, 25, 10, 0), (35, 30, 20, 12), share=1.2, both=0.1),
    Act("thumb down", "none", _THUMB_SHAPES, (-85, 75, 55, 0), (14, 16, 24, 10), both=0.4, share=1.6),
    Act(
        "palms together",
        "none",
        ("closed_palm", "open"),
        (84, 20, 0, 12),
        (8, 18, 6, 6),
        _CHEST,
        both=1,
        touch=(8, 12),
        share=0.7,
    ),
    Act("fingers interlaced", "none", ("clasped",), (86, 30, 0, 12), (8, 18, 6, 6), _CHEST, both=1, touch=(6, 10, 12), share=0.5),
    Act("holding something", "none", ("grasp", "loose_fist"), (75, 25, 10, 20), (16, 22, 18, 12), both=0.6),
    Act(
        "counting, pinching",
        "none",
        ("pinch", "victory", "point_thumb_out"),
        (45, 25, 20, 5),
        (45, 22, 25, 14),
        both=0.2,
        share=0.8,
    ),
    Act("leaving", "none", ("relaxed", "open", "loose_fist"), (40, 30, 10, 0), (50, 30, 25, 15), both=0.25, leaves=True),
)


def column(name: str) -> Float32:
    """One column of the table as numbers, shape (acts,) or (acts, columns)."""
    return np.array([getattr(act, name) for act in ACTS], dtype=np.float32)


def pick_acts(label_N: Int64, chance_N: Float32) -> Int64:
    """Draw an act for each clip.

    Args:
        label_N: Index into `CLASSES`, shape (N,).
        chance_N: Uniform numbers in [0, 1), shape (N,).

    Returns:
        Index into `ACTS`, shape (N,), with the probability of its share in the class.
    """
    share_K_A = np.array([[act.share * (act.label == name) for act in ACTS] for name in CLASSES])
    rising_K_A = np.cumsum(share_K_A / share_K_A.sum(axis=1, keepdims=True), axis=1)
    act_N: Int64 = (rising_K_A[label_N] <= chance_N[:, None]).sum(axis=1).clip(max=len(ACTS) - 1)
    return act_N


def pick_shapes(act_N: Int64, chance_N: Float32) -> Int64:
    """Draw a hand shape for each clip, index into `SHAPES`, each shape of the act equally likely."""
    numbers = [[SHAPES.index(shape) for shape in act.shapes] for act in ACTS]
    widest = max(len(row) for row in numbers)
    table_A_W = np.array([[*row, *[row[-1]] * (widest - len(row))] for row in numbers])
    count_A = np.array([len(row) for row in numbers])
    shape_N: Int64 = table_A_W[act_N, (chance_N * count_A[act_N]).astype(np.int64)]
    return shape_N
