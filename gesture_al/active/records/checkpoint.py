"""A trained model on disk: one line of JSON that says what it is, with a checksum over both, then the learner's state."""

from __future__ import annotations

import zlib
from pathlib import Path

from gesture_al.active.records.journal import Fit
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import DamagedFileError
from gesture_al.core.line_file import seal, unseal


def write_checkpoint(path: Path, fit: Fit) -> None:
    """Write header and state as one file in one step, so that they can never disagree."""
    header = {"round": fit.round, "steps": fit.steps, "loss": fit.loss, "seconds": fit.seconds, "note": fit.note}
    line, _ = seal(header, zlib.crc32(fit.state))
    write_atomic(path, line + fit.state)


def read_checkpoint(path: Path) -> Fit | None:
    """The model, or None where there is no file.

    Raises:
        DamagedFileError: The file is no checkpoint, or not the one that was written.
    """
    if not path.exists():
        return None
    line, _, state = path.read_bytes().partition(b"\n")
    try:
        header, _ = unseal(line, zlib.crc32(state))
        return Fit(state=state, **header)
    except (ValueError, TypeError) as err:
        raise DamagedFileError(path, f"not the checkpoint that was written ({err})") from err


def checkpoint_round(path: Path) -> int | None:
    """The round of a checkpoint; None where there is no file.

    Raises:
        DamagedFileError: As `read_checkpoint`.
    """
    fit = read_checkpoint(path)
    return None if fit is None else fit.round
