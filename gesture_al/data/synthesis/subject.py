"""Synthetic people: size and proportions of their hands, and the habits of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.arrays import Bool, Float32
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.synthesis.gestures import ACTS, column
from gesture_al.data.synthesis.hand_model import ANGLES, BONES_5_3, PALM_6_3, SHAPES

PALM_METRES = 0.086
"""Wrist to middle knuckle of an adult; the model's hand is then 0.18 m long (adults: 0.16 to 0.20)."""
HABIT = 0.7
"""Share of the spread of an act that belongs to the person; the rest, 0.71 of it, changes from clip to clip."""


@dataclass(frozen=True)
class Subjects:
    """Hands and habits of S people.

    Args:
        palm: Shape of the palm, palm lengths, (S, 6, 3).
        bones: Bones of the fingers, palm lengths, (S, 5, 3).
        palm_metres: Palm length, metres, (S,).
        left_handed: Who acts with the left hand by preference, (S,).
        pace: Duration of movements relative to the average, (S,).
        angles: What a person adds to each hand shape, radians, (S, shapes, 22).
        aim: What a person adds to how the hand is held in each act, radians, (S, acts, 4).
        place: What a person adds to where, metres, (S, acts, 3).
        taste: Which of an act's shapes a person prefers, 0 to 1, (S, acts).
        wrist_low: Probability that resting hands lie at the lower edge of the picture instead of below it, (S,).
    """

    palm: Float32
    bones: Float32
    palm_metres: Float32
    left_handed: Bool
    pace: Float32
    angles: Float32
    aim: Float32
    place: Float32
    taste: Float32
    wrist_low: Float32


def draw_subjects(count: int, streams: RandomStreams, left_handed: float) -> Subjects:
    """Draw people, numbered from 0; each has its own random stream, so that the first ones are the same whatever the count.

    Args:
        count: S, at least 1.
        streams: The data set's chance.
        left_handed: Probability of a left-handed person, 0 to 1.
    """
    people = [_draw_one(streams.generator("subject", number), left_handed) for number in range(count)]
    return Subjects(*(np.stack(values) for values in zip(*people, strict=True)))


def _draw_one(rng: np.random.Generator, left_handed: float) -> tuple[NDArray[np.generic], ...]:
    def spread(scale: float | Float32, *shape: int) -> Float32:
        return (rng.standard_normal(shape) * scale).astype(np.float32)

    fingers = np.exp(spread(0.05) + spread(0.03, 5, 1) + spread(0.03, 5, 3))
    palm = PALM_6_3 * np.exp(spread(0.05, 3)) + spread(0.012, 6, 3) * (np.arange(6) > 0)[:, None]
    # The middle knuckle is what lengths are measured by.
    palm[3] = PALM_6_3[3]
    return (
        palm.astype(np.float32),
        BONES_5_3 * fingers,
        np.float32(PALM_METRES) * np.exp(spread(0.07)),
        np.asarray(rng.random() < left_handed),
        np.exp(spread(0.22)),
        np.radians(spread(7.0, len(SHAPES), ANGLES)),
        np.radians(spread(HABIT, len(ACTS), 4) * column("aim_sd")),
        spread(HABIT, len(ACTS), 3) * column("place_sd"),
        rng.random(len(ACTS), dtype=np.float32),
        rng.random(dtype=np.float32) * np.ones((), np.float32),
    )
