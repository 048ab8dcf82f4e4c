"""A question as a face gets it: under an opaque name, so that nobody can see which ones are hidden repeats."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from gesture_al.active.annotation.asking import key_of
from gesture_al.active.questions import Purpose, Question

REPEAT, SECOND = "repeat", "second"
# Purposes in the log that only people are asked for; the loop does not hear of the answers.
DISGUISED = frozenset({REPEAT, SECOND})


@dataclass(frozen=True)
class Item:
    """What is put to a person.

    Args:
        key: Its name in the log.
        question: What is asked.
        disguise: `repeat` or `second` where it looks like a query and is none: it was named before, by the same person or by
            another; empty otherwise.
    """

    key: str
    question: Question
    disguise: str = ""

    @property
    def handle(self) -> str:
        """Its name in the face."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:16]

    @property
    def purpose(self) -> str:
        """As the log says it."""
        return self.disguise or self.question.purpose.value


def item_of(question: Question) -> Item:
    """A question of the loop's."""
    return Item(key_of(question), question)


def repeat_of(clip: str, index: int, round_: int) -> Item:
    """The same clip once more, in the guise of a query."""
    return _disguised(REPEAT, clip, index, round_)


def second_of(clip: str, index: int, round_: int) -> Item:
    """A clip that somebody else has named, in the same guise."""
    return _disguised(SECOND, clip, index, round_)


def _disguised(as_: str, clip: str, index: int, round_: int) -> Item:
    return Item(f"{as_}/{round_}/{clip}", Question(clip, index, round_, Purpose.QUERY), as_)
