"""What training, test and validation must not share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.datasets.spans import known_spans, row_spans
from gesture_al.data.datasets.split_units import Splits

Int = NDArray[np.int64]


def check_leaks(clips: ClipSet, splits: Splits) -> None:
    """Refuse a split whose sides share what they must not.

    Raises:
        UserError: A clip on two sides; clips of one group, of overlapping time, or, split by subject, of one person on
            two sides. Split by blocks, clips of one group may be, if they share no time.
    """
    sides = {"train": splits.train, "test": splits.test, "validation": splits.validation}
    rules = (splits.rule, splits.validation_rule)
    spans = row_spans(clips) if "blocks" in rules and known_spans(clips) is None else known_spans(clips)
    for a, b in (("train", "test"), ("train", "validation"), ("test", "validation")):
        rule = splits.rule if "test" in (a, b) else splits.validation_rule
        if len(np.intersect1d(sides[a], sides[b])):
            raise UserError(f"split: a clip stands in {a} and in {b}; make the splits again")
        if clips.groups is not None and rule != "blocks":
            _refuse_shared(clips.groups, sides, a, b, "group", "split_by=group")
        if clips.subjects is not None and rule == "subject":
            _refuse_shared(clips.subjects, sides, a, b, "subject", "split_by=subject")
        if spans is not None:
            touched = spans.touched(sides[a], sides[b])
            if touched.any():
                clip = clips.ids[sides[a][int(touched.argmax())]]
                raise UserError(f"split leaks: clip {clip} in {a} overlaps in time with one in {b}; set split_by=blocks")


def _refuse_shared(values: NDArray[np.str_], sides: dict[str, Int], a: str, b: str, what: str, remedy: str) -> None:
    shared = np.intersect1d(values[sides[a]], values[sides[b]])
    if len(shared):
        raise UserError(f"split leaks: {what} {str(shared[0])!r} stands in {a} and in {b}; set {remedy}")
