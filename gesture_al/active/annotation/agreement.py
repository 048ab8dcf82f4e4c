"""Agreement of annotators with themselves (hidden repeats) and with each other (second opinions)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.active.annotation.decisions import Change, Decisions, labels_of
from gesture_al.active.annotation.items import DISGUISED, REPEAT, SECOND, Item, disguised_item
from gesture_al.core.seeds import RandomStreams
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
    mixed: list[Item] = []
    for item in items:
        if labelled and rng.random() < share:
            clip = labelled.pop(int(rng.integers(len(labelled))))
            mixed.append(disguised_item(REPEAT, clip, rows[clip], item.question.round))
        mixed.append(item)
    return mixed


def consistency(decisions: Decisions) -> tuple[int, float | None]:
    """How many repeats were answered with a class, and Cohen's kappa with the first answers; None below two."""
    first = {entry.clip: place_of(entry, decisions) for entry in labels_of(decisions)}
    again = [
        (first[entry.clip], place_of(entry, decisions))
        for entry in decisions.all_standing()
        if entry.purpose == REPEAT and entry.operation is Operation.LABEL and entry.clip in first
    ]
    return len(again), cohen_kappa(*zip(*again, strict=True)) if len(again) > 1 else None


def place_of(entry: Entry, decisions: Decisions) -> int:
    """The index of a label's class; -1 for a name that is none, which only an import can bring."""
    place = decisions.place(entry.name or "")
    return -1 if place is None else place


class SecondOpinions:
    """Chooses the clips that are put to two people; the same ones whoever comes first, and after a restart.

    Args:
        share: Of the labelled clips, 0 (none) to 1.
        random_streams: The run's random numbers.
        decisions: What stands.
        rows: Row of every clip by id.
    """

    def __init__(self, share: float, random_streams: RandomStreams, decisions: Decisions, rows: Mapping[str, int]) -> None:
        self._share, self._random_streams = share, random_streams
        self._decisions, self._rows = decisions, rows
        self._is_chosen: dict[str, bool] = {}
        self._first: dict[str, tuple[Entry, Item]] = {}
        for entry in decisions.all_standing():
            self.update(Change(None, entry))

    def update(self, change: Change) -> None:
        """Take in an answer that stands now, or no longer does."""
        if change.before is not None:
            self._first.pop(change.before.uuid, None)
        one = change.after
        if one is not None and one.operation is Operation.LABEL and one.purpose not in DISGUISED and self._chooses(one.clip):
            latest = next(reversed(self._first.values()), None)
            self._first[one.uuid] = one, disguised_item(SECOND, one.clip, self._rows[one.clip], one.round)
            if latest is not None and self._decisions.number(latest[0]) > self._decisions.number(one):
                number = self._decisions.number
                self._first = dict(sorted(self._first.items(), key=lambda pair: number(pair[1][0])))

    def due(self, annotator: str) -> Iterator[Item]:
        """What this annotator is to name after somebody else, in the disguise of queries, oldest first.

        Args:
            annotator: Who asks; somebody without a name may be anyone and gets none.
        """
        for entry, item in self._first.values() if annotator else ():
            if entry.annotator not in ("", annotator) and self._decisions.standing(item.key) is None:
                yield item

    def _chooses(self, clip: str) -> bool:
        if not self._share or clip not in self._rows:
            return False
        if clip not in self._is_chosen:
            self._is_chosen[clip] = bool(self._random_streams.generator("second opinions", clip).random() < self._share)
        return self._is_chosen[clip]


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
    """Krippendorff's alpha of the clips that two people named.

    Source:
        Krippendorff, "Content Analysis" (4th edition, 2019), chapter 12; alpha for nominal data with missing values.
    """
    names_of: dict[str, dict[str, int]] = defaultdict(dict)
    for entry in opinions(decisions):
        names_of[entry.clip].setdefault(entry.annotator, decisions.place(entry.name or "") or 0)
    both = {clip: names for clip, names in names_of.items() if len(names) > 1}
    counts_N_C = np.array([np.bincount(list(names.values()), minlength=len(decisions.classes)) for names in both.values()])
    people = len({name for names in both.values() for name in names})
    same = sum(len(set(names.values())) == 1 for names in both.values())
    return Agreement(people, len(both), same, _alpha(counts_N_C) if len(both) > 1 else None)


def opinions(decisions: Decisions) -> list[Entry]:
    """Labels in the order in which they count: those that the loop learns from, then the second opinions."""
    second = [one for one in decisions.all_standing() if one.purpose == SECOND and one.operation is Operation.LABEL]
    return [*labels_of(decisions), *second]


def _alpha(counts_N_C: np.ndarray) -> float:
    if np.count_nonzero(counts_N_C.any(axis=0)) == 1:
        # One class only, on which everybody agrees: chance explains all of it, and the formula divides by zero.
        return 1.0
    import krippendorff

    return float(krippendorff.alpha(value_counts=counts_N_C, level_of_measurement="nominal"))
