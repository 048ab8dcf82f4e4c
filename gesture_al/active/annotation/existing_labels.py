"""The questions that a session knows, by the name in its log and by the one that faces use."""

from __future__ import annotations

from collections.abc import Iterable

from gesture_al.active.annotation.entry import Entry
from gesture_al.active.annotation.items import DISGUISED, Item
from gesture_al.active.annotation.updates import question_of
from gesture_al.core.errors import Refused


class KnownItems:
    """Grows with what is asked, and with what the log tells was asked in an earlier life.

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
        """Know it from now on; gives its key."""
        self._by_key[item.key] = self._by_handle[item.handle] = item
        return item.key

    def of_handle(self, handle: str) -> Item:
        """The question that faces call so.

        Raises:
            Refused: There is none.
        """
        if handle not in self._by_handle:
            raise Refused(404, "this question is not known here; reload the page")
        return self._by_handle[handle]

    def of_entry(self, entry: Entry) -> Item | None:
        """The question that an entry answered; None where its clip is not in the data set."""
        if entry.clip not in self.rows:
            return None
        if entry.question not in self._by_key:
            disguise = entry.purpose if entry.purpose in DISGUISED else ""
            self.add(Item(entry.question, question_of(entry, self.rows), disguise))
        return self._by_key[entry.question]
