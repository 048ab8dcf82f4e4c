"""Arrays of a run: the clips that each round asked about (asked/), the classes predicted on the stopping set (predictions/)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.active.records.journal import Asked
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.array_files import DamagedError, read_npy, read_npz
from gesture_al.core.arrays import Int64
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import DamagedFileError


def write_asked(path: Path, asked: Asked) -> None:
    """Keep the clips of a query for the report."""
    _write(path, ids=asked.ids, positions=asked.positions, probs=asked.probs)


def read_asked(path: Path) -> Asked | None:
    """The clips of a query; None where there is no file.

    Raises:
        DamagedFileError: It is not as it was written.
    """
    arrays = _read(path, "ids", "positions", "probs")
    return None if arrays is None else Asked(*arrays)


def asked_before(folder: Path, round: int) -> Asked | None:
    """The clips whose answers a round was trained on, from the run's folder; None for round 0.

    Raises:
        DamagedFileError: As `read_asked`.
    """
    return read_asked(RunPaths(folder).asked(round - 1)) if round else None


def write_predictions(path: Path, classes: Int64) -> None:
    """Keep a round's predicted classes for the next one."""
    _write(path, classes=classes)


def read_predictions(path: Path) -> Int64 | None:
    """A round's predicted classes; None where there is no file. Version 0.1.0 wrote .npy.

    Raises:
        DamagedFileError: It is not as it was written.
    """
    old = path.with_suffix(".npy")
    if old == path or (old.exists() and not path.exists()):
        with _told(old):
            return read_npy(old)
    arrays = _read(path, "classes")
    return None if arrays is None else arrays[0]


def _write(path: Path, **arrays: NDArray[Any]) -> None:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # NumPy's own type forbids names
    write_atomic(path, buffer.getvalue())


def _read(path: Path, *names: str) -> list[NDArray[Any]] | None:
    if not path.exists():
        return None
    with _told(path):
        arrays = read_npz(path)
        return [arrays[name] for name in names]


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (DamagedError, KeyError) as err:
        raise DamagedFileError(path, f"not the arrays that were written ({err})") from err
