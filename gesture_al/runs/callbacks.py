"""Those who see a run go by: several at once, and a tracker in the place of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gesture_al.active.oracles.base import Answer, Question
from gesture_al.active.records.journal import Asked, Callback, Query
from gesture_al.active.records.status import update_status
from gesture_al.runs.tracking.base import ExperimentLogger


class NullCallback:
    """Sees nothing; the base of those who care only for some of it."""

    def phase(self, name: str, round: int) -> None:
        """Nothing to see."""

    def step(self, round: int, step: int, steps: int, loss: float) -> None:
        """Nothing to see."""

    def scored(self, round: int, what: str, done: int, clips: int) -> None:
        """Nothing to see."""

    def answered(self, question: Question, answer: Answer) -> None:
        """Nothing to see."""

    def asked(self, query: Query, asked: Asked) -> None:
        """Nothing to see."""

    def round(self, row: Mapping[str, Any]) -> None:
        """Nothing to see."""

    def ended(self, reason: str) -> None:
        """Nothing to see."""


class CallbackList:
    """Passes everything on to several."""

    def __init__(self, watches: Sequence[Callback]) -> None:
        self._watches = list(watches)

    def phase(self, name: str, round: int) -> None:
        """To all."""
        for watch in self._watches:
            watch.phase(name, round)

    def step(self, round: int, step: int, steps: int, loss: float) -> None:
        """To all."""
        for watch in self._watches:
            watch.step(round, step, steps, loss)

    def scored(self, round: int, what: str, done: int, clips: int) -> None:
        """To all."""
        for watch in self._watches:
            watch.scored(round, what, done, clips)

    def answered(self, question: Question, answer: Answer) -> None:
        """To all."""
        for watch in self._watches:
            watch.answered(question, answer)

    def asked(self, query: Query, asked: Asked) -> None:
        """To all."""
        for watch in self._watches:
            watch.asked(query, asked)

    def round(self, row: Mapping[str, Any]) -> None:
        """To all."""
        for watch in self._watches:
            watch.round(row)

    def ended(self, reason: str) -> None:
        """To all."""
        for watch in self._watches:
            watch.ended(reason)


class StatusCallback(NullCallback):
    """Keeps the run's status up to the last round, for those who look from outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def round(self, row: Mapping[str, Any]) -> None:
        """How far the run is."""
        update_status(self._folder, round=row["round"], labels=row["labels"])


class LoggerCallback(NullCallback):
    """Hands rounds, with the clips that led to them, and every tenth training step to a tracker."""

    def __init__(self, tracker: ExperimentLogger) -> None:
        self._tracker = tracker
        self._asked: Asked | None = None

    def step(self, round: int, step: int, steps: int, loss: float) -> None:
        """Every tenth step, and the last."""
        if step % 10 == 0 or step == steps:
            self._tracker.step(round, step, loss)

    def asked(self, query: Query, asked: Asked) -> None:
        """Kept for the round that is trained on their answers."""
        self._asked = asked

    def round(self, row: Mapping[str, Any]) -> None:
        """A round's row, and what was asked for it."""
        self._tracker.round(row, self._asked)
        self._asked = None
