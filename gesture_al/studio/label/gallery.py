"""Clips that are looked at again: those of answered questions, and those behind a cell of the confusion matrix."""

from __future__ import annotations

import hashlib
from typing import Any

from gesture_al.active.annotation.asking import key_of
from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.questions import Purpose, Question
from gesture_al.core.errors import Refused
from gesture_al.studio.label.learned import cell, confusion

_MOST = 60


class Gallery:
    """Finds clips by the opaque names that the page has for them.

    Args:
        session: Whose clips.
    """

    def __init__(self, session: LabelSession) -> None:
        self._session = session
        self._shown: dict[str, int] = {}

    def row(self, handle: str) -> int:
        """The row of a question's clip, or of one that was shown in a cell.

        Raises:
            Refused: No such name.
        """
        if handle in self._shown:
            return self._shown[handle]
        return self._session.item(handle).question.index

    def cell(self, true: int, predicted: int) -> list[dict[str, Any]]:
        """The clips of one cell of the last round's matrix, sixty at the most; those that a person labelled can be revised.

        Raises:
            Refused: There is no matrix yet, or no such cell.
        """
        rows = list(self._session.seen.rounds)
        matrix = confusion(rows[-1]) if rows else None
        if matrix is None or max(true, predicted) >= len(matrix["counts"]):
            raise Refused(404, "there is no such cell")
        return [self._show(row) for row in cell(self._session, rows[-1], true, predicted)[:_MOST]]

    def _show(self, row: int) -> dict[str, Any]:
        clip = str(self._session.clips.ids[row])
        audit = key_of(Question(clip, row, -1, Purpose.VALIDATION))
        with self._session.still():
            entry = self._session.decisions.standing(audit)
            item = None if entry is None else self._session.known.of_entry(entry)
        if item is not None:
            return {"handle": item.handle, "revisable": True}
        handle = hashlib.sha256(f"shown/{clip}".encode()).hexdigest()[:16]
        self._shown[handle] = row
        return {"handle": handle, "revisable": False}
