"""Hidden repeats: clips that are asked once more in disguise, and what they say of the annotator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.entry import Entry, Operation
from gesture_al.active.annotation.items import DISGUISED, REPEAT, Item, repeat_of
from gesture_al.learning.metrics import cohen_kappa


def with_repeats(
    items: Sequence[Item], decisions: Decisions, rows: Mapping[str, int], share: float, rng: np.random.Generator
) -> list[Item]:
    """The items with labelled clips of before put in at random places, never as the last.

    Args:
        items: A batch.
        decisions: Where labelled clips are looked up.
        rows: Row of every clip by id.
        share: Mean number of repeats an item.
        rng: The draw.
    """
    batch = {item.question.clip for item in items}
    labelled = sorted({entry.clip for entry in labels_of(decisions)} - batch)
    made: list[Item] = []
    for item in items:
        if labelled and rng.random() < share:
            clip = labelled.pop(int(rng.integers(len(labelled))))
            made.append(repeat_of(clip, rows[clip], item.question.round))
        made.append(item)
    return made


def consistency(decisions: Decisions) -> tuple[int, float | None]:
    """How many repeats were answered with a class, and Cohen's kappa with the first answers; None below two."""
    first = {entry.clip: decisions.place(entry.name or "") for entry in labels_of(decisions)}
    again = [
        (first[entry.clip], decisions.place(entry.name or ""))
        for entry in decisions.all_standing()
        if entry.purpose == REPEAT and entry.operation is Operation.LABEL and entry.clip in first
    ]
    return len(again), cohen_kappa(*zip(*again, strict=True)) if len(again) > 1 else None


def labels_of(decisions: Decisions) -> list[Entry]:
    """The classes that stand, hidden repeats and second opinions left out, in the order in which they were given."""
    return [one for one in decisions.all_standing() if one.operation is Operation.LABEL and one.purpose not in DISGUISED]
