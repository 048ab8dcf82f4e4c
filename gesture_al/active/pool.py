"""The pool as a fold over the answers: which clips have one, which can be asked, and when put-off ones come back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from gesture_al.core.arrays import Int64


@dataclass
class Pool:
    """The clips that may be asked about, and what was answered so far.

    Args:
        clips: Row in the clip set of every clip that may be asked, in a fixed order.
        labels: Class by row, for clips with a label.
        bad: Rows that left the pool for good.
        attempts: How often a row was put off (`unsure` or `skip`).
        urgent: How urgently a row is to be asked about, above 0; rows that are not in it can wait.
    """

    clips: Int64
    labels: dict[int, int] = field(default_factory=dict)
    bad: set[int] = field(default_factory=set)
    attempts: dict[int, int] = field(default_factory=dict)
    urgent: dict[int, int] = field(default_factory=dict)

    def label(self, row: int, label: int) -> None:
        """A clip got its class, also one that was thrown out by mistake."""
        self.bad.discard(row)
        self.labels[row] = label

    def put_off(self, row: int) -> None:
        """A clip was not named, or is no longer; it comes back when the rest has been asked."""
        self.labels.pop(row, None)
        self.attempts[row] = self.attempts.get(row, 0) + 1

    def remove(self, row: int) -> None:
        """A clip is useless and leaves the pool."""
        self.labels.pop(row, None)
        self.bad.add(row)

    def labelled(self) -> tuple[Int64, Int64]:
        """Rows with a label and their classes, in the order of the clip set, so that training does not see who asked first."""
        rows = np.array(sorted(self.labels), dtype=np.int64)
        return rows, np.array([self.labels[int(row)] for row in rows], dtype=np.int64)

    def open(self) -> Int64:
        """Rows without a label that were not thrown out."""
        gone = np.array([*self.labels, *self.bad], dtype=np.int64)
        return self.clips[np.isin(self.clips, gone, invert=True)]

    def askable(self) -> Int64:
        """Rows to choose the next questions from: those put off least often, and of these the most urgent.

        So what a live recogniser got wrong is asked first, in a batch of its own that may be smaller than k.
        """
        rows = self.open()
        if self.attempts and len(rows):
            tried = np.array([self.attempts.get(int(row), 0) for row in rows], dtype=np.int64)
            rows = rows[tried == tried.min()]
        if self.urgent and len(rows):
            wanted = np.array([self.urgent.get(int(row), 0) for row in rows], dtype=np.int64)
            rows = rows[wanted == wanted.max()]
        return rows

    def of_no_class(self, background: int | None) -> int:
        """Clips that were found to be of no class of interest: labelled with the background's, or thrown out as bad.

        Args:
            background: Index of that class; None: there is none.
        """
        return len(self.bad) + sum(label == background for label in self.labels.values())

    def class_counts(self, classes: int) -> list[int]:
        """Labels per class."""
        counts: list[int] = np.bincount(np.array(list(self.labels.values()), dtype=np.int64), minlength=classes).tolist()
        return counts


def stratified(rows: Int64, labels: Int64, per_class: int, rng: np.random.Generator) -> list[int]:
    """Rows drawn at random, the same number of every class.

    Args:
        rows: Rows to draw from.
        labels: Their classes, the same length.
        per_class: How many of each class, at least 1; a class with fewer gives all it has.
        rng: The draw.

    Returns:
        Rows, sorted.
    """
    drawn: list[int] = []
    for label in np.unique(labels):
        members = rows[labels == label]
        drawn.extend(rng.permutation(members)[:per_class].tolist())
    return sorted(drawn)


def missing_classes(counts: Iterable[int], share: int) -> int:
    """How many labels are still lacking until every class has its share."""
    return sum(max(0, share - count) for count in counts)
