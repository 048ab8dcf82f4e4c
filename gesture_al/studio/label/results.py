"""Results of the rounds for the page: the learning curve, the last confusion matrix and the clips behind its cells."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gesture_al.active.annotation.items import key_of
from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.questions import Purpose, Question
from gesture_al.core.errors import Refused
from gesture_al.learning.metrics import macro_f1_interval

TEST, AUDIT = "test", "audit"
_MOST_CLIPS = 60


class LearningCurve:
    """Points of the learning curve as the page shows them; `low` and `high` are None where clips are too few for an interval.

    A round's score is drawn once.

    Args:
        session: Whose rounds.
    """

    def __init__(self, session: LabelSession) -> None:
        self._session = session
        self._scores: list[dict[str, Any]] = []

    def rounds(self, rows: Sequence[Mapping[str, Any]], minutes: Sequence[float]) -> list[dict[str, Any]]:
        """A point of the learning curve a round.

        Args:
            rows: Of the run's rounds.
            minutes: Until the last answer that each round's model was trained on.
        """
        self._scores += map(self._score, rows[len(self._scores) :])
        return [
            {**score, **_cost(row, spent)} for score, row, spent in zip(self._scores[: len(rows)], rows, minutes, strict=True)
        ]

    def _score(self, row: Mapping[str, Any]) -> dict[str, Any]:
        if row["test_macro_f1"] is not None:
            low, high, score = row["test_macro_f1_low"], row["test_macro_f1_high"], row["test_macro_f1"]
            clips = int(np.sum(row["test_confusion"]))
            return {"score": score, "low": low, "high": high, "on": TEST, "clips": clips}
        if row["val_macro_f1"] is None:
            return {"score": None, "low": None, "high": None, "on": AUDIT, "clips": 0}
        clips = int(np.sum(row["val_confusion"]))
        low, high = macro_f1_interval(row["val_confusion"]) or (None, None)
        return {"score": row["val_macro_f1"], "low": low, "high": high, "on": AUDIT, "clips": clips}


def confusion(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Counts of a round, true classes in rows; of the test clips where they are known, else of the audit clips."""
    for on, key in ((TEST, "test_confusion"), (AUDIT, "val_confusion")):
        if row.get(key) is not None:
            return {"round": row["round"], "on": on, "counts": row[key]}
    return None


def _clips_of_cell(session: LabelSession, row: Mapping[str, Any], true: int, predicted: int) -> list[int]:
    """Rows of the clips of one cell of `confusion`; empty where the run is from before they were written down."""
    if row.get("test_confusion") is not None:
        tested, labels = session.run_info.tested, session.clips.labels
        predictions = zip(tested, row.get("test_predicted") or (), strict=False)
        return [clip for clip, guess in predictions if guess == predicted and labels[clip] == true]
    return [clip for clip, label, guess in row.get("val_predicted") or () if (label, guess) == (true, predicted)]


def _cost(row: Mapping[str, Any], minutes: float) -> dict[str, Any]:
    """What a round's model had cost."""
    return {
        "round": row["round"],
        "labels": row["labels"],
        "audits": row["validation_labels"],
        "minutes": round(minutes, 3),
    }


class Gallery:
    """Clips that are looked at again, by the opaque handles that the page has for them.

    Args:
        session: Whose clips.
    """

    def __init__(self, session: LabelSession) -> None:
        self._session = session
        self._shown: dict[str, int] = {}

    def row(self, handle: str) -> int:
        """The row of a question's clip, or of a clip in a cell.

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
        rows = list(self._session.progress.rounds)
        matrix = confusion(rows[-1]) if rows else None
        if matrix is None or max(true, predicted) >= len(matrix["counts"]):
            raise Refused(404, "there is no such cell")
        return [self._show(row) for row in _clips_of_cell(self._session, rows[-1], true, predicted)[:_MOST_CLIPS]]

    def _show(self, row: int) -> dict[str, Any]:
        clip = str(self._session.clips.ids[row])
        audit = key_of(Question(clip, row, -1, Purpose.VALIDATION))
        with self._session.locked():
            entry = self._session.decisions.standing(audit)
            item = None if entry is None else self._session.items.of_entry(entry)
        if item is not None:
            return {"handle": item.handle, "revisable": True}
        handle = hashlib.sha256(f"shown/{clip}".encode()).hexdigest()[:16]
        self._shown[handle] = row
        return {"handle": handle, "revisable": False}
