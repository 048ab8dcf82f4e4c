"""A question as a face gets it: under an opaque name, so that nobody can see which ones are hidden repeats."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from gesture_al.labelling.asking import key_of
from gesture_al.questions import Purpose, Question

REPEAT = "repeat"


@dataclass(frozen=True)
class Item:
    """What is put to a person.

    Args:
        key: Its name in the log.
        question: What is asked.
        repeat: Whether it was asked before, to see whether the answer is the same; the loop does not hear of it.
    """

    key: str
    question: Question
    repeat: bool = False

    @property
    def handle(self) -> str:
        """Its name in the face."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:16]

    @property
    def purpose(self) -> str:
        """As the log says it."""
        return REPEAT if self.repeat else self.question.purpose.value


def item_of(question: Question) -> Item:
    """A question of the loop's."""
    return Item(key_of(question), question)


def repeat_of(clip: str, index: int, round_: int) -> Item:
    """The same clip once more, in the guise of a query."""
    return Item(f"{REPEAT}/{round_}/{clip}", Question(clip, index, round_, Purpose.QUERY), repeat=True)
