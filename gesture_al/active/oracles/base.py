"""The contract of oracles and the shelf of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

from gesture_al.active.questions import Answer, Kind, Purpose, Question
from gesture_al.active.run_info import RunInfo
from gesture_al.core.registry import Registry

__all__ = ["ORACLES", "Answer", "Kind", "Oracle", "AlwaysPresent", "Purpose", "Question"]


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

    def news(self, heard: Sequence[tuple[Question, Answer]]) -> list[tuple[Question, Answer]]:
        """Answers that are not among those heard: to offered questions, or revised since."""

    def classes(self, known: Sequence[str]) -> list[str]:
        """The data set's classes, and behind them those that were added since."""

    def attend(self, folder: Path, outline: RunInfo) -> AbstractContextManager[Any]:
        """Be there while a run goes on in its folder; gives someone who wants to see it go by, or None."""


class AlwaysPresent:
    """An oracle that is always there and never changes its mind: what is offered is answered at once."""

    owns_terminal = False

    def __init__(self) -> None:
        self._offered: list[Question] = []

    def ask(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """The part writes this."""
        raise TypeError(f"{type(self).__name__} must define ask()")

    def offer(self, questions: Sequence[Question]) -> None:
        """Kept until `news`."""
        self._offered += questions

    def news(self, heard: Sequence[tuple[Question, Answer]]) -> list[tuple[Question, Answer]]:
        """Answers to all that was offered."""
        questions, self._offered = self._offered, []
        return list(zip(questions, self.ask(questions), strict=True))

    def classes(self, known: Sequence[str]) -> list[str]:
        """None was added."""
        return list(known)

    def attend(self, folder: Path, outline: RunInfo) -> AbstractContextManager[Any]:
        """Nothing to open."""
        return nullcontext()


ORACLES: Registry[Oracle] = Registry("oracle", "gesture_al.active.oracles.base:ORACLES")
