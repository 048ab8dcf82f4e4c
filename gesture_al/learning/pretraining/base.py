"""What a pretraining does, the registry of pretrainings, and none; without torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.registry import Registry
from gesture_al.data.clip_set import ClipSet
from gesture_al.learning.augmentation.base import Augment
from gesture_al.learning.features.base import Features

OnStep = Callable[[int, int, float], None]
"""Called after every step with its number from 1, the number of steps, and its loss."""


@dataclass(frozen=True)
class UnnamedClips:
    """Clips of one set without their labels.

    Args:
        clips: The set.
        rows: Those of it that are looked at, (n,), sorted.
    """

    clips: ClipSet
    rows: Int64


@dataclass(frozen=True)
class EncoderTask:
    """What an encoder is made of.

    Args:
        learn: The clips that it learns from.
        embed: The clips that it then embeds: the same ones, or those of another set with the same joints.
        features: What it reads; each set is standardised by its own statistics.
        augment: Makes the changed copies that it learns to recognise.
        model: Name and parameters of the net; its last linear layer is left out.
        threads: Threads of torch; the last bits depend on it.
    """

    learn: UnnamedClips
    embed: UnnamedClips
    features: Features
    augment: Augment
    model: tuple[str, Mapping[str, Any]]
    threads: int = 1


@dataclass(frozen=True)
class Encoding:
    """What an encoder gives.

    Args:
        embeddings_N_D: float32 (N, D), of the clips to embed, in their order.
        weights: The net's weights by name, without those of its last linear layer.
        steps: Optimiser steps taken.
        loss: Mean loss of the last steps (at most 20).
        seconds: Wall-clock time of learning and embedding.
    """

    embeddings_N_D: Float32
    weights: Mapping[str, Float32]
    steps: int
    loss: float
    seconds: float


class Pretraining(Protocol):
    """Trains an encoder on clips without labels.

    Attributes:
        trains: Whether there is an encoder at all.
        initialise: Whether the run's net begins with the encoder's weights.
        source: Another data set to learn from, as `name` and `params` of its reader; None: the pool itself.
    """

    @property
    def trains(self) -> bool: ...  # noqa: D102  described above

    @property
    def initialise(self) -> bool: ...  # noqa: D102  described above

    @property
    def source(self) -> Mapping[str, Any] | None: ...  # noqa: D102  described above

    def fit(self, task: EncoderTask, on_step: OnStep | None = None) -> Encoding:
        """Train and embed; the same task gives the same encoding.

        Raises:
            UserError: Too few clips to learn from, an augmentation that changes nothing, or a training that diverged.
        """


PRETRAININGS: Registry[Pretraining] = Registry("pretraining", "gesture_al.learning.pretraining.base:PRETRAININGS")


@PRETRAININGS.register("none")
class NoPretraining:
    """No encoder."""

    trains: bool = False
    initialise: bool = False
    source: Mapping[str, Any] | None = None

    def fit(self, task: EncoderTask, on_step: OnStep | None = None) -> Encoding:
        """There is nothing to fit."""
        raise TypeError("pretraining=none has no encoder")
