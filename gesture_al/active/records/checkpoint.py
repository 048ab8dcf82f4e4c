"""A trained model on disk: one line of JSON that says what it is, then the learner's state."""

from __future__ import annotations

import json
from pathlib import Path

from gesture_al.active.records.journal import Fit
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import UserError


def write_checkpoint(path: Path, fit: Fit) -> None:
    """Write header and state as one file in one step, so that they can never disagree."""
    header = {"round": fit.round, "steps": fit.steps, "loss": fit.loss, "seconds": fit.seconds, "note": fit.note}
    write_atomic(path, json.dumps(header).encode() + b"\n" + fit.state)


def read_checkpoint(path: Path) -> Fit | None:
    """The model, or None where there is no file.

    Raises:
        UserError: The file is no checkpoint.
    """
    if not path.exists():
        return None
    header, _, state = path.read_bytes().partition(b"\n")
    try:
        return Fit(state=state, **json.loads(header))
    except (ValueError, TypeError) as err:
        raise UserError(f"{path}: not a checkpoint of gesture_al; remove it and resume the run") from err


def checkpoint_round(path: Path) -> int | None:
    """The round of a checkpoint without reading its weights; None where there is no file."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        return int(json.loads(file.readline())["round"])
