"""Second opinions: clips that somebody else names too, and how far people agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.entry import Entry, Operation
from gesture_al.active.annotation.items import SECOND, Item, second_of
from gesture_al.active.annotation.repeats import labels_of
from gesture_al.core.seeds import RandomStreams


class SecondOpinions:
    """Chooses the clips that are put to two people; the same ones whoever comes first, and after a restart.

    Args:
        share: Of the labelled clips, 0 (none) to 1.
        streams: The run's chance.
    """

    def __init__(self, share: float, streams: RandomStreams) -> None:
        self._share, self._streams = share, streams
        self._chosen: dict[str, bool] = {}

    def due(self, annotator: str, decisions: Decisions, rows: Mapping[str, int]) -> list[Item]:
        """What this annotator is to name after somebody else, in the disguise of queries, oldest first.

        Args:
            annotator: Who asks; somebody without a name may be anyone and gets none.
            decisions: What stands.
            rows: Row of every clip by id.
        """
        if not self._share or not annotator:
            return []
        others = [one for one in labels_of(decisions) if one.annotator not in ("", annotator) and one.clip in rows]
        items = [second_of(one.clip, rows[one.clip], one.round) for one in others if self._is_chosen(one.clip)]
        return [item for item in items if decisions.standing(item.key) is None]

    def _is_chosen(self, clip: str) -> bool:
        if clip not in self._chosen:
            self._chosen[clip] = bool(self._streams.generator("second opinions", clip).random() < self._share)
        return self._chosen[clip]


@dataclass(frozen=True)
class Agreement:
    """How far people agree on the clips that two of them named.

    Args:
        people: How many took part.
        clips: Clips with two names or more, of different people.
        same: Those of them on which all agree.
        alpha: Krippendorff's alpha; None below two clips.
    """

    people: int = 0
    clips: int = 0
    same: int = 0
    alpha: float | None = None


def agreement(decisions: Decisions) -> Agreement:
    """What second opinions say of the labels.

    Source:
        Krippendorff, "Content Analysis" (4th edition, 2019), chapter 12; alpha for nominal data with missing values.
    """
    given: dict[str, dict[str, int]] = defaultdict(dict)
    for entry in opinions(decisions):
        given[entry.clip].setdefault(entry.annotator, decisions.place(entry.name or "") or 0)
    both = {clip: names for clip, names in given.items() if len(names) > 1}
    counts_N_C = np.array([np.bincount(list(names.values()), minlength=len(decisions.classes)) for names in both.values()])
    people = len({name for names in both.values() for name in names})
    same = sum(len(set(names.values())) == 1 for names in both.values())
    return Agreement(people, len(both), same, _alpha(counts_N_C) if len(both) > 1 else None)


def opinions(decisions: Decisions) -> list[Entry]:
    """Labels in the order in which they count: those that the loop hears of, then what others said."""
    second = [one for one in decisions.all_standing() if one.purpose == SECOND and one.operation is Operation.LABEL]
    return [*labels_of(decisions), *second]


def _alpha(counts_N_C: np.ndarray) -> float:
    if np.count_nonzero(counts_N_C.any(axis=0)) == 1:
        # One class only, on which everybody agrees: chance explains all of it, and the formula divides by zero.
        return 1.0
    import krippendorff

    return float(krippendorff.alpha(value_counts=counts_N_C, level_of_measurement="nominal"))
