"""What a recogniser is, beside its weights: classes, joints, and how positions become the numbers that its net reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError
from gesture_al.core.parts import build_part
from gesture_al.core.settings import Part
from gesture_al.data.skeleton import Skeleton
from gesture_al.learning.features.base import FEATURES, Features
from gesture_al.learning.loading.preparation import Preparation

Float = NDArray[np.float32]


@dataclass(frozen=True)
class Description:
    """What recogniser.json holds.

    Args:
        classes: Names, in the order of the probabilities.
        skeleton: What the joints are.
        coordinates: 2 or 3 of each joint are read.
        in_heights: Whether x and z are brought to heights of the picture by its aspect before features are made.
        features: Name and parameters.
        mean: (F,) of each channel, or None where channels are not standardised.
        deviation: (F,) likewise.
        model: Name and parameters of the net.
        inputs: F, numbers a frame that the net reads.
        clip_seconds: Durations of the clips that it learned from: `low`, `median`, `high` (10, 50 and 90 per cent); None where
            they are unknown.
        trained_on: What the data were: `name`, `source`, `synthetic`.
        gesture_al: Version that wrote it.
    """

    classes: tuple[str, ...]
    skeleton: Skeleton
    coordinates: int
    in_heights: bool
    features: Part
    mean: Float | None
    deviation: Float | None
    model: Part
    inputs: int
    clip_seconds: Mapping[str, float] | None
    trained_on: Mapping[str, Any]
    gesture_al: str

    def preparation(self) -> Preparation:
        """Features and their statistics.

        Raises:
            UserError: This version has no such features, or they give other numbers than the net reads.
        """
        features: Features = build_part(FEATURES, "features", self.features)
        width = features.width(self.skeleton, self.coordinates)
        if width != self.inputs:
            raise UserError(
                f"features {self.features.name!r} give {width} numbers a frame here, the recogniser reads {self.inputs}; "
                f"use gesture_al {self.gesture_al}, which it was exported with"
            )
        return Preparation(features, self.mean, self.deviation)

    def to_json(self) -> dict[str, Any]:
        """As plain values; numbers come back with every bit."""
        return {
            "gesture_al": self.gesture_al,
            "trained_on": dict(self.trained_on),
            "classes": list(self.classes),
            "skeleton": self.skeleton.to_json(),
            "preprocessing": {
                "coordinates": self.coordinates,
                "in_heights": self.in_heights,
                "features": {"name": self.features.name, "params": self.features.params},
                "mean": None if self.mean is None else self.mean.tolist(),
                "deviation": None if self.deviation is None else self.deviation.tolist(),
            },
            "model": {"name": self.model.name, "params": self.model.params, "inputs": self.inputs},
            "clip_seconds": None if self.clip_seconds is None else dict(self.clip_seconds),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Description:
        """From such values.

        Raises:
            KeyError, TypeError, ValueError: They are not such.
        """
        made, model = told["preprocessing"], told["model"]
        mean, deviation = (None if made[key] is None else np.array(made[key], np.float32) for key in ("mean", "deviation"))
        return cls(
            classes=tuple(str(name) for name in told["classes"]),
            skeleton=Skeleton.from_json(told["skeleton"]),
            coordinates=int(made["coordinates"]),
            in_heights=bool(made["in_heights"]),
            features=Part(made["features"]["name"], dict(made["features"]["params"])),
            mean=mean,
            deviation=deviation,
            model=Part(model["name"], dict(model["params"])),
            inputs=int(model["inputs"]),
            clip_seconds=told["clip_seconds"],
            trained_on=dict(told["trained_on"]),
            gesture_al=str(told["gesture_al"]),
        )
