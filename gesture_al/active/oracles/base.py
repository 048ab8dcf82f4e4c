"""Oracles: who answers the questions of a run; their contract and their registry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

from typing_extensions import override

from gesture_al.active.questions import Answer, Question
from gesture_al.active.run_info import RunInfo
from gesture_al.core.registry import Registry


class Oracle(Protocol):
    """Names clips.

    Attributes:
        source: What the log of answers calls it.
        answers_unlabelled: Whether it can name a clip that came without a label; for one that cannot, such clips stay out of
            the pool.
    """

    source: str
    answers_unlabelled: bool

    @property
    def owns_terminal(self) -> bool: ...  # noqa: D102  whether it draws there, so that nobody else may

    def ask(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """One answer per question, yielded as soon as it is given so that it can be put on disk at once."""

    def offer(self, questions: Sequence[Question]) -> None:
        """Questions that may be answered at any time, or never; the loop goes on meanwhile."""

    def updates(self, answers: Sequence[tuple[Question, Answer]]) -> list[tuple[Question, Answer]]:
        """Answers that are not among these: to offered questions, or revised since."""

    def classes(self, names: Sequence[str]) -> list[str]:
        """The data set's classes, and behind them those that were added since."""

    def attend(self, folder: Path, run_info: RunInfo) -> AbstractContextManager[Any]:
        """Stay open while a run goes on in its folder; gives a callback of the loop, or None."""


class AlwaysPresent(Oracle):
    """An oracle that is always there and never changes its mind: what is offered is answered at once."""

    owns_terminal = False

    def __init__(self) -> None:
        self._offered: list[Question] = []

    @override
    def ask(self, questions: Sequence[Question]) -> Iterator[Answer]:
        raise TypeError(f"{type(self).__name__} must define ask()")

    @override
    def offer(self, questions: Sequence[Question]) -> None:
        self._offered += questions

    @override
    def updates(self, answers: Sequence[tuple[Question, Answer]]) -> list[tuple[Question, Answer]]:
        questions, self._offered = self._offered, []
        return list(zip(questions, self.ask(questions), strict=True))

    @override
    def classes(self, names: Sequence[str]) -> list[str]:
        return list(names)

    @override
    def attend(self, folder: Path, run_info: RunInfo) -> AbstractContextManager[Any]:
        return nullcontext()


ORACLES: Registry[Oracle] = Registry("oracle", "gesture_al.active.oracles.base:ORACLES")
