"""A run read from its folder, as reports see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.active.records.round_row import RoundRow, best_round

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """What is in a run's folder; a run that failed early or still goes has few or no rounds.

    Args:
        folder: Where it is.
        config: The resolved settings.
        status: state, reason, times.
        dataset: What dataset.json holds.
        environment: Versions and machine.
        rounds: A row a round.
        queries: What each round asked for, by round.
        answers: Every answer, in order.
        full_data: Scores of the model trained on every label of the pool, or None.
        overrides: What was typed for this run of a sweep.
    """

    folder: Path
    config: Row = field(default_factory=dict)
    status: Row = field(default_factory=dict)
    dataset: Row = field(default_factory=dict)
    environment: Row = field(default_factory=dict)
    rounds: Sequence[RoundRow] = ()
    queries: Mapping[int, Row] = field(default_factory=dict)
    answers: Sequence[Row] = ()
    full_data: Row | None = None
    overrides: Sequence[str] = ()

    @property
    def state(self) -> str:
        """`running`, `done`, `failed` or `paused`; `planned` where nothing was started."""
        return str(self.status.get("state", "planned"))

    @property
    def title(self) -> str:
        """Data set, model and strategy; the folder's name where they are unknown."""
        data = str(self.dataset.get("name") or self.part("dataset"))
        parts = [data, self.part("model"), self.part("strategy")]
        return " · ".join(part for part in parts if part) or self.folder.resolve().name

    @property
    def classes(self) -> list[str]:
        """Class names."""
        return [str(name) for name in self.dataset.get("classes", [])]

    @property
    def synthetic(self) -> bool:
        """Whether the data were generated."""
        return bool(self.dataset.get("synthetic", False))

    @property
    def threshold(self) -> float | None:
        """The score the user asked for, whether or not a rule looks at it."""
        return float(self.config["threshold"]) if "threshold" in self.config else None

    @property
    def split(self) -> str:
        """Which clips the scores are told on: `test`, or `val` where no test labels are known."""
        return "val" if self.rounds and all(row.test_macro_f1 is None for row in self.rounds) else "test"

    @property
    def best(self) -> RoundRow | None:
        """The row of the round whose model was kept as best."""
        return best_round(self.rounds) if self.rounds else None

    @property
    def validated(self) -> bool:
        """Whether validation clips chose the best model."""
        return any(row.val_macro_f1 is not None for row in self.rounds)

    def part(self, group: str) -> str:
        """The name of the part that was chosen for a group; empty where unknown."""
        value = self.config.get(group)
        return str(value.get("name", "")) if isinstance(value, Mapping) else ""

    def curve(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Labels, strictly increasing, and a score of the rounds in which it is known, both shape (R,).

        A round whose questions nobody could answer has as many labels as the one before; the later score counts.
        """
        known = {row.labels: score for row in self.rounds if (score := getattr(row, key, None)) is not None}
        return np.array(list(known), dtype=float), np.array(list(known.values()), dtype=float)
