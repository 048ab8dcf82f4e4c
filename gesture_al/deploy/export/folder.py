"""What is in a recogniser's folder: its files, their checksums, and the description of the net (docs/recogniser-folder.md)."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.core.arrays import Float32
from gesture_al.core.atomic_io import write_atomic, write_json
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name, decimal, is_there, most_array, parse_json, read_bytes, read_text
from gesture_al.core.messages import located
from gesture_al.core.parts import build_part
from gesture_al.core.settings import Part, models_dir
from gesture_al.data.skeleton import Skeleton
from gesture_al.learning.features.base import FEATURES, Features
from gesture_al.learning.preparation import Preparation

FORMAT = 1
"""Raised when a folder is written that earlier versions would misread."""

RECOGNISER, WEIGHTS, GRAPH = "recogniser.json", "weights.safetensors", "recogniser.onnx"
OPERATING_POINT, CARD, CHECKSUMS = "operating_point.json", "README.md", "checksums.sha256"
# The card is for people, who may add to it, and the operating point is written anew when it is tuned.
_CHECKED = (RECOGNISER, WEIGHTS, GRAPH)


def example_folder() -> Path:
    """The recogniser that ships: FaceTime's reactions, trained on synthetic hands."""
    return models_dir() / "facetime-synthetic"


def write_checksums(folder: Path) -> None:
    """Write down what the files hold, in the form that `sha256sum -c` reads."""
    lines = [f"{_digest(folder / name)}  {name}\n" for name in _CHECKED if (folder / name).exists()]
    write_atomic(folder / CHECKSUMS, "".join(lines))


def check_folder(folder: Path) -> None:
    """See that this is a recogniser, whole and as it was written.

    Raises:
        UserError: It is none, a file is missing, or one was changed.
    """
    check_name(folder)
    try:
        there = folder.is_dir()
    except OSError:  # Too long a name.
        there = False
    if not there:
        raise UserError(f"{located(folder)[:400]}: no such folder; name one that gesture-al export wrote")
    if not is_there(folder / CHECKSUMS):
        other = "a run's folder; export it first: gesture-al export run=" if (folder / "checkpoints").is_dir() else ""
        reason = (
            f"{other}{folder}" if other else f"no recogniser ({CHECKSUMS} is missing); name a folder that gesture-al export wrote"
        )
        raise UserError(f"{folder}: {reason}")
    digests = _read_checksums(folder)
    for name in (RECOGNISER, WEIGHTS, *digests):
        path = folder / name
        if not is_there(path):
            raise UserError(f"{path} is missing; copy the whole folder again, or export the run again")
        if digests.get(name) != _digest(path):
            raise UserError(f"{path} is not what was exported (its checksum differs); copy the folder again, or export again")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object of a recogniser.

    Raises:
        UserError: Not there, or no such.
    """
    text = read_text(path)
    try:
        content = parse_json(text)
    except ValueError as err:
        raise UserError(f"{path}: cannot be read ({' '.join(str(err).split())}); export the run again") from err
    if not isinstance(content, dict):
        raise UserError(f"{path}: holds no JSON object; export the run again")
    return content


def write_operating_point(folder: Path, point: Mapping[str, Any]) -> None:
    """Renew when the recogniser of a folder fires; its other files stay as they are.

    Args:
        folder: A recogniser.
        point: Settings by name, plain values; they are passed on as they are.

    Raises:
        UserError: No recogniser there, or a value that JSON has no word for.
    """
    check_folder(folder)
    if not all(math.isfinite(value) for value in point.values() if isinstance(value, float)):
        raise UserError(f"{folder / OPERATING_POINT}: numbers must be finite, not {dict(point)}")
    write_json(folder / OPERATING_POINT, dict(point))


def _read_checksums(folder: Path) -> dict[str, str]:
    lines = read_text(folder / CHECKSUMS).splitlines()
    pairs = [line.partition("  ") for line in lines if line.strip()]
    others = [name for _, _, name in pairs if name not in _CHECKED]
    if others or not pairs:
        raise UserError(f"{folder / CHECKSUMS}: not as gesture-al export writes it; copy the folder again, or export again")
    return {name: digest for digest, _, name in pairs}


def _digest(path: Path) -> str:
    return hashlib.sha256(read_bytes(path, most_array())).hexdigest()


# More than any recogniser has.
_MOST_INPUTS, _MOST_CLASSES, _MOST_SECONDS, _MOST_MEMBERS = 100_000, 10_000, 1e6, 64


def _between(name: str, value: Any, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} is {str(value)[:40]}, not a whole number from {low} to {high}")
    return value


def _statistics(name: str, values: Any) -> Float32 | None:
    """Mean or deviation of each number that the net reads."""
    if values is None:
        return None
    with np.errstate(over="ignore"):
        numbers = np.array([decimal(value) for value in values], np.float32)
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (name == "deviation" and (numbers <= 0).any()):
        raise ValueError(f"{name} must be finite numbers, a deviation's above 0")
    return numbers


def _temperature(value: Any) -> float | None:
    if value is None:
        return None
    temperature = decimal(value)
    if not 0.001 <= temperature <= 1000:
        raise ValueError(f"temperature is {temperature}")
    return temperature


def _clip_seconds(content: Any) -> Mapping[str, float] | None:
    if content is None:
        return None
    seconds = {name: decimal(content[name]) for name in ("low", "median", "high")}
    if not 0 <= seconds["low"] <= seconds["median"] <= seconds["high"] <= _MOST_SECONDS:
        raise ValueError(f"clip_seconds are {seconds}")
    return seconds


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
        members: How many nets of this kind the probabilities are the mean of.
        temperature: By which their logits are divided; None: by nothing.
    """

    classes: tuple[str, ...]
    skeleton: Skeleton
    coordinates: int
    in_heights: bool
    features: Part
    mean: Float32 | None
    deviation: Float32 | None
    model: Part
    inputs: int
    clip_seconds: Mapping[str, float] | None
    trained_on: Mapping[str, Any]
    gesture_al: str
    members: int = 1
    temperature: float | None = None

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
        for name, numbers in (("mean", self.mean), ("deviation", self.deviation)):
            if numbers is not None and len(numbers) != self.inputs:
                raise UserError(
                    f"the recogniser reads {self.inputs} numbers a frame, but has {len(numbers)} of {name}; export again"
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
            "model": {"name": self.model.name, "params": self.model.params, "inputs": self.inputs, **self._combination()},
            "clip_seconds": None if self.clip_seconds is None else dict(self.clip_seconds),
        }

    def _combination(self) -> dict[str, Any]:
        """What is said where one net is not all: earlier versions refuse its weights, whose names are then others."""
        several = {"members": self.members} if self.members > 1 else {}
        return several if self.temperature is None else {**several, "temperature": self.temperature}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Description:
        """From such values.

        Raises:
            KeyError, TypeError, ValueError: They are not such.
        """
        preprocessing, model = content["preprocessing"], content["model"]
        inputs = _between("inputs", model["inputs"], 1, _MOST_INPUTS)
        mean, deviation = (_statistics(name, preprocessing[name]) for name in ("mean", "deviation"))
        classes = tuple(str(name) for name in content["classes"])
        if not 2 <= len(classes) <= _MOST_CLASSES or len(set(classes)) < len(classes):
            raise ValueError(f"{len(classes)} classes, of which some may stand twice")
        return cls(
            classes=classes,
            skeleton=Skeleton.from_json(content["skeleton"]),
            coordinates=_between("coordinates", preprocessing["coordinates"], 2, 3),
            in_heights=bool(preprocessing["in_heights"]),
            features=Part(preprocessing["features"]["name"], dict(preprocessing["features"]["params"])),
            mean=mean,
            deviation=deviation,
            model=Part(model["name"], dict(model["params"])),
            inputs=inputs,
            clip_seconds=_clip_seconds(content["clip_seconds"]),
            trained_on=dict(content["trained_on"]),
            gesture_al=str(content["gesture_al"]),
            members=_between("members", model.get("members", 1), 1, _MOST_MEMBERS),
            temperature=_temperature(model.get("temperature")),
        )
