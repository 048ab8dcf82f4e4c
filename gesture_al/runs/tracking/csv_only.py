"""Nobody else is told: the run's folder has its table anyway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gesture_al.active.records.journal import Asked
from gesture_al.active.records.round_row import RoundRow
from gesture_al.runs.tracking.base import TRACKERS


@TRACKERS.register("csv")
class CsvOnly:
    """rounds.csv, which every run writes, and nothing beside it."""

    def start(self, config: Mapping[str, Any], dataset: Mapping[str, Any]) -> None:
        """Nothing to do."""

    def step(self, round: int, step: int, loss: float) -> None:
        """Nothing to do."""

    def round(self, row: RoundRow, asked: Asked | None) -> None:
        """Nothing to do."""

    def close(self, state: str) -> None:
        """Nothing to do."""
