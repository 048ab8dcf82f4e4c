"""What a tracker is told, and the shelf of trackers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from gesture_al.active.records.journal import Asked
from gesture_al.active.records.round_row import RoundRow
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.registry import Registry


class ExperimentLogger(Protocol):
    """Is told how a run goes. Built with what the user set, and `folder`, `name` and `group` (the sweep, or None).

    A resumed run tells again of the rounds that it already has; a tracker shows none of them twice.
    """

    def start(self, config: Mapping[str, Any], dataset: Mapping[str, Any]) -> None:
        """The run begins or goes on: its settings, and what dataset.json holds."""

    def step(self, round: int, step: int, loss: float) -> None:
        """A training step of a round's model; told for some steps only."""

    def round(self, row: RoundRow, asked: Asked | None) -> None:
        """A round was measured: its line of rounds.jsonl, and the clips whose answers it was trained on, if at hand."""

    def close(self, state: str) -> None:
        """The run has ended, `done`, `failed` or `paused`; called in a `finally`, and a second call does nothing."""


TRACKERS: Registry[ExperimentLogger] = Registry("tracker", "gesture_al.runs.tracking.base:TRACKERS")


def scores(row: RoundRow) -> dict[str, float]:
    """The numbers of a round's row under short grouped names, without those that are unknown.

    >>> named = scores(RoundRow(labels=12, test_macro_f1=0.5, fit_seconds=2))
    >>> [named[name] for name in ("run/labels", "test/macro_f1", "seconds/fit")], "val/macro_f1" in named
    ([12.0, 0.5, 2.0], False)
    """
    named = {}
    for key, value in row.to_json().items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or key == "round":
            continue
        group, _, rest = key.partition("_")
        if key.endswith("_seconds"):
            named[f"seconds/{group}"] = float(value)
        elif group in ("test", "val", "pool", "fit") and rest:
            named[f"{group}/{rest}"] = float(value)
        else:
            named[f"run/{key}"] = float(value)
    return named


def asked_before(folder: Path, round: int) -> Asked | None:
    """The clips whose answers a round was trained on, from the run's folder; None for round 0."""
    path = RunPaths(folder).asked(round - 1)
    if not path.exists():
        return None
    with np.load(path) as kept:
        return Asked(kept["ids"], kept["positions"], kept["probs"])


def steps_before(rows: Iterable[RoundRow]) -> int:
    """Training steps of all rounds that were measured: where the next one's axis begins."""
    return sum(row.fit_steps for row in rows)
