"""Trainers: their contract, the batches they are given, what they report, and their registry; without torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from gesture_al.core.arrays import Int64
from gesture_al.core.registry import Registry

if TYPE_CHECKING:
    from torch import Tensor, nn


Batch = tuple["Tensor", "Tensor", "Tensor"]
"""Features (B, T, F), lengths (B,), labels (B,)."""
OnStep = Callable[[int, int, float], None]
"""Called after every step with its number from 1, the number of steps at most, and its loss."""


@dataclass(frozen=True)
class FitReport:
    """How a training went.

    Args:
        steps: Optimiser steps taken.
        loss: Mean loss of the last steps (at most 20).
        seconds: Wall-clock time.
        note: What a reader of the result should know, e.g. a cap that was hit; empty otherwise.
    """

    steps: int
    loss: float
    seconds: float
    note: str = ""


class Diverged(Exception):  # noqa: N818  an outcome, like `Paused`
    """The loss or a weight is no longer a finite number."""


Change = Literal["none", "weak", "strong"]
"""How far a copy is from its clip: the clip itself, the augmentation's weaker form, the run's augmentation."""


class UnlabelledClips(Protocol):
    """Clips of the pool that nobody named, for trainers that learn from them too."""

    def __len__(self) -> int:
        """How many, m."""

    def __call__(self, rows: Int64, change: Change) -> tuple[Tensor, Tensor]:
        """Features (B, T, F) and lengths (B,) of copies of the clips at these positions, 0 to m - 1, changed so much."""


class LabelledClips(Protocol):
    """The clips to learn from, as batches."""

    classes: Int64
    """Class of each clip, (n,)."""

    changing: bool
    """Whether the same rows give other features every time (augmentation)."""

    unlabelled: UnlabelledClips | None
    """The pool's clips without a label; None where the trainer does not look at them, or there are none."""

    def __call__(self, rows: Int64) -> Batch:
        """Features, lengths and labels of the clips at these positions, 0 to n - 1; a row may stand more than once."""


class Trainer(Protocol):
    """What a trainer does."""

    @property
    def warm_start(self) -> bool: ...  # noqa: D102  whether a round goes on from the weights of the one before

    @property
    def looks_at_unlabelled(self) -> bool:
        """Whether it learns from clips of the pool without a label too."""
        return False

    def fit(
        self, net: nn.Module, clips: LabelledClips, class_count: int, rng: np.random.Generator, on_step: OnStep | None
    ) -> FitReport:
        """Train the net in place; torch's generator is already seeded, `rng` draws the batches.

        Args:
            net: From features (B, T, F) and lengths (B,) to logits (B, class_count).
            clips: What to learn from, 1 clip or more.
            class_count: C.
            rng: Draws the batches.
            on_step: Called after every step.

        Raises:
            Diverged: The loss or a weight is not finite.
        """


TRAINERS: Registry[Trainer] = Registry("trainer", "gesture_al.learning.trainers.base:TRAINERS")


STEPS_AT_ONCE = 20
CLIPS_AT_ONCE = 2048


def batches(clips: LabelledClips, steps: int, batch_size: int | None, rng: np.random.Generator) -> Iterator[Batch]:
    """Batches drawn at random, without replacement within a step.

    The clips of several steps are prepared together, because augmenting 20 batches of 16 costs little more than one.

    Args:
        clips: n clips, 1 or more.
        steps: How many batches.
        batch_size: Clips a batch; None, or more than n: all n, once each.
        rng: The draw.

    Yields:
        Features, lengths and labels of a batch.
    """
    count = len(clips.classes)
    size = count if batch_size is None else min(batch_size, count)
    if size == count and not clips.changing:
        whole = clips(np.arange(count))
        yield from (whole for _ in range(steps))
        return
    for rows, places in grouped([rng.permutation(count)[:size] for _ in range(steps)]):
        features, lengths, labels = clips(rows)
        yield from ((features[place], lengths[place], labels[place]) for place in places)


def grouped(draws: Sequence[Int64]) -> Iterator[tuple[Int64, list[slice]]]:
    """Rows of several steps in one array, at most `STEPS_AT_ONCE` steps and `CLIPS_AT_ONCE` clips, with each step as a slice.

    Args:
        draws: Rows of each step, the same number in all, 1 or more.

    >>> [(rows.tolist(), places) for rows, places in grouped([np.array([1, 2]), np.array([0, 2])])]
    [([1, 2, 0, 2], [slice(0, 2, None), slice(2, 4, None)])]
    """
    size = len(draws[0])
    at_once = max(1, min(STEPS_AT_ONCE, CLIPS_AT_ONCE // size))
    for first in range(0, len(draws), at_once):
        steps = draws[first : first + at_once]
        yield np.concatenate(steps), [slice(start, start + size) for start in range(0, size * len(steps), size)]
