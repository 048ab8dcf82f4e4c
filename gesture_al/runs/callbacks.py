"""Callbacks of a run: none, several, its status file, and its experiment logger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from gesture_al.active.questions import Answer, Question
from gesture_al.active.records.journal import Asked, Callback, Query
from gesture_al.active.records.round_row import RoundRow
from gesture_al.active.records.status import update_status
from gesture_al.runs.tracking.base import ExperimentLogger


class NullCallback:
    """A callback that does nothing; base class of those that need few of the methods."""

    def phase(self, name: str, round: int) -> None:  # noqa: D102
        pass

    def step(self, round: int, step: int, steps: int, loss: float) -> None:  # noqa: D102
        pass

    def scored(self, round: int, what: str, done: int, clips: int) -> None:  # noqa: D102
        pass

    def answered(self, question: Question, answer: Answer) -> None:  # noqa: D102
        pass

    def asked(self, query: Query, asked: Asked) -> None:  # noqa: D102
        pass

    def round(self, row: RoundRow) -> None:  # noqa: D102
        pass

    def ended(self, reason: str) -> None:  # noqa: D102
        pass


class CallbackList(NullCallback):
    """Several callbacks as one.

    Args:
        callbacks: Called in this order.
    """

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self._callbacks = list(callbacks)

    @override
    def phase(self, name: str, round: int) -> None:
        for callback in self._callbacks:
            callback.phase(name, round)

    @override
    def step(self, round: int, step: int, steps: int, loss: float) -> None:
        for callback in self._callbacks:
            callback.step(round, step, steps, loss)

    @override
    def scored(self, round: int, what: str, done: int, clips: int) -> None:
        for callback in self._callbacks:
            callback.scored(round, what, done, clips)

    @override
    def answered(self, question: Question, answer: Answer) -> None:
        for callback in self._callbacks:
            callback.answered(question, answer)

    @override
    def asked(self, query: Query, asked: Asked) -> None:
        for callback in self._callbacks:
            callback.asked(query, asked)

    @override
    def round(self, row: RoundRow) -> None:
        for callback in self._callbacks:
            callback.round(row)

    @override
    def ended(self, reason: str) -> None:
        for callback in self._callbacks:
            callback.ended(reason)


class StatusCallback(NullCallback):
    """Keeps status.json up to the last round."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @override
    def round(self, row: RoundRow) -> None:
        update_status(self._folder, round=row.round, labels=row.labels)


class LoggerCallback(NullCallback):
    """Hands rounds, with the clips that were asked for them, and every tenth training step to an experiment logger."""

    def __init__(self, logger: ExperimentLogger) -> None:
        self._logger = logger
        self._asked: Asked | None = None

    @override
    def step(self, round: int, step: int, steps: int, loss: float) -> None:
        if step % 10 == 0 or step == steps:
            self._logger.step(round, step, loss)

    @override
    def asked(self, query: Query, asked: Asked) -> None:
        self._asked = asked

    @override
    def round(self, row: RoundRow) -> None:
        self._logger.round(row, self._asked)
        self._asked = None
