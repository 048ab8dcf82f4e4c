"""Questions as frontends get them: under opaque handles, so that nobody can see which ones are hidden repeats."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gesture_al.active.annotation.answer_log import Entry
from gesture_al.active.questions import Purpose, Question
from gesture_al.core.errors import Refused

REPEAT, SECOND = "repeat", "second"
# Purposes in the log that only people are asked for; the loop does not hear of the answers.
DISGUISED = frozenset({REPEAT, SECOND})


def key_of(question: Question) -> str:
    """The name of a question in the log, the same after a restart."""
    return f"{question.purpose.value}/{question.round}/{question.clip}"


@dataclass(frozen=True)
class Item:
    """A question that is put to a person.

    Args:
        key: Its name in the log.
        question: What is asked.
        disguise: `repeat` or `second` where it looks like a query and is none: the clip was named before, by the same person or
            by another; empty otherwise.
    """

    key: str
    question: Question
    disguise: str = ""

    @property
    def handle(self) -> str:
        """Its name in a frontend."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:16]

    @property
    def purpose(self) -> str:
        """Its purpose as the log says it."""
        return self.disguise or self.question.purpose.value


def item_of(question: Question) -> Item:
    """The item of a question of the loop's."""
    return Item(key_of(question), question)


def disguised_item(disguise: str, clip: str, index: int, round_: int) -> Item:
    """A labelled clip once more in the guise of a query: a hidden `repeat`, or a `second` opinion."""
    return Item(f"{disguise}/{round_}/{clip}", Question(clip, index, round_, Purpose.QUERY), disguise)


def question_of(entry: Entry, rows: Mapping[str, int]) -> Question:
    """The question that an entry answers; a hidden repeat or a second opinion is a query in disguise."""
    purpose = Purpose.QUERY if entry.purpose in DISGUISED else Purpose(entry.purpose)
    return Question(entry.clip, rows[entry.clip], entry.round, purpose)


def interleaved(batch: Sequence[Question], between: Sequence[Question]) -> list[Question]:
    """The batch in its order, with other questions spread evenly between its own; it ends with one of its own.

    >>> [q for q in interleaved("abcdef", "XY")]
    ['a', 'b', 'X', 'c', 'd', 'Y', 'e', 'f']
    """
    gap = len(batch) / (len(between) + 1)
    cuts = [round(gap * number) for number in range(1, len(between) + 1)]
    mixed: list[Question] = []
    for place, question in enumerate(batch):
        mixed += [other for cut, other in zip(cuts, between, strict=True) if cut == place]
        mixed.append(question)
    return mixed


class ItemIndex:
    """The items of a session by key and by handle; grows with what is asked, and with what the log says was asked before.

    Args:
        ids: Clip ids of the data set, in the order of its rows.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        self.rows = {clip: row for row, clip in enumerate(ids)}
        self._by_key: dict[str, Item] = {}
        self._by_handle: dict[str, Item] = {}

    def __getitem__(self, key: str) -> Item:
        return self._by_key[key]

    def __contains__(self, handle: object) -> bool:
        return handle in self._by_handle

    def add(self, item: Item) -> str:
        """Add an item; gives its key."""
        self._by_key[item.key] = self._by_handle[item.handle] = item
        return item.key

    def of_handle(self, handle: str) -> Item:
        """The item that frontends call so.

        Raises:
            Refused: There is none.
        """
        if handle not in self._by_handle:
            raise Refused(404, "this question is not known here; reload the page")
        return self._by_handle[handle]

    def of_entry(self, entry: Entry) -> Item | None:
        """The item that an entry answered; None where its clip is not in the data set."""
        if entry.clip not in self.rows:
            return None
        if entry.question not in self._by_key:
            disguise = entry.purpose if entry.purpose in DISGUISED else ""
            self.add(Item(entry.question, question_of(entry, self.rows), disguise))
        return self._by_key[entry.question]
