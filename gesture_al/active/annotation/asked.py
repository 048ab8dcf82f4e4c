"""Questions that were put to people together, and which of them are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.active.annotation.decisions import Change, Decisions


class AskedQuestions:
    """Keys of questions in the order in which they are put; what is open of them is kept up to date answer by answer.

    Args:
        keys: The questions.
        decisions: What has been answered of them before.
    """

    def __init__(self, keys: Iterable[str], decisions: Decisions) -> None:
        self._keys = dict.fromkeys(keys)
        standing = {key: decisions.standing(key) for key in self._keys}
        self.open = {key: None for key, entry in standing.items() if entry is None}
        self.labelled = sum(_is_label(entry) for entry in standing.values())

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    @property
    def answered(self) -> int:
        """How many have an answer that stands."""
        return len(self._keys) - len(self.open)

    def update(self, change: Change) -> None:
        """Take in an answer that stands now, or no longer does; one to another question is passed over."""
        if change.question not in self._keys:
            return
        self.labelled += _is_label(change.after) - _is_label(change.before)
        if change.after is not None:
            self.open.pop(change.question, None)
        elif change.question not in self.open:
            # Taken back, which is rare: it goes to where it was.
            self.open = {key: None for key in self._keys if key in self.open or key == change.question}


def _is_label(entry: Entry | None) -> bool:
    return entry is not None and entry.operation is Operation.LABEL
