"""What is in a recogniser's folder, and how a torn or foreign copy is noticed (docs/recogniser-folder.md)."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gesture_al.core.atomic_io import write_atomic, write_json
from gesture_al.core.errors import UserError
from gesture_al.core.settings import models_dir

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
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; name one that gesture-al export wrote")
    if not (folder / CHECKSUMS).is_file():
        other = "a run's folder; export it first: gesture-al export run=" if (folder / "checkpoints").is_dir() else ""
        told = (
            f"{other}{folder}" if other else f"no recogniser ({CHECKSUMS} is missing); name a folder that gesture-al export wrote"
        )
        raise UserError(f"{folder}: {told}")
    noted = _noted(folder)
    for name in (RECOGNISER, WEIGHTS, *noted):
        path = folder / name
        if not path.is_file():
            raise UserError(f"{path} is missing; copy the whole folder again, or export the run again")
        if noted.get(name) != _digest(path):
            raise UserError(f"{path} is not what was exported (its checksum differs); copy the folder again, or export again")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object of a recogniser.

    Raises:
        UserError: Not there, or no such.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
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


def _noted(folder: Path) -> dict[str, str]:
    lines = (folder / CHECKSUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = [line.partition("  ") for line in lines if line.strip()]
    strange = [name for _, _, name in pairs if name not in _CHECKED]
    if strange or not pairs:
        raise UserError(f"{folder / CHECKSUMS}: not as gesture-al export writes it; copy the folder again, or export again")
    return {name: digest for digest, _, name in pairs}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
