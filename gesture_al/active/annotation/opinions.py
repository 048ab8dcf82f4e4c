"""Agreement of annotators with themselves and with each other, kept up to date clip by clip; `agreement` is the definition."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from gesture_al.active.annotation.agreement import Agreement, place_of
from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.active.annotation.decisions import Change, Decisions
from gesture_al.active.annotation.items import DISGUISED, REPEAT, SECOND
from gesture_al.learning.metrics import cohen_kappa


@dataclass(frozen=True)
class _ClipOpinions:
    """What a clip adds to the counts.

    Args:
        places: Class by annotator.
        pairs: Class of the first answer and of each hidden repeat.
    """

    places: dict[str, int] = field(default_factory=dict)
    pairs: tuple[tuple[int, int], ...] = ()


_NOTHING = _ClipOpinions()


class OpinionTally:
    """Counts from which kappa and alpha follow, whatever the number of clips.

    Args:
        decisions: What stands; asked for the order of answers and the classes.
    """

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._labels: dict[str, dict[str, Entry]] = {}
        self._counted: dict[str, _ClipOpinions] = {}
        self._pairs: Counter[tuple[int, int]] = Counter()
        self._people: Counter[str] = Counter()
        self._clips, self._same = 0, 0
        # Of clips with two names or more: names by class; and by the number of names on a clip, the pairs that differ.
        self._names: Counter[int] = Counter()
        self._differing: Counter[int] = Counter()
        self._kappa: float | None = None
        self._kappa_is_old = True

    def update(self, change: Change) -> None:
        """Count an answer that stands now, or no longer does."""
        clips = set()
        for entry, is_after in ((change.before, False), (change.after, True)):
            if entry is None or entry.operation is not Operation.LABEL:
                continue
            labels = self._labels.setdefault(entry.clip, {})
            if is_after:
                labels[entry.uuid] = entry
            else:
                labels.pop(entry.uuid, None)
            clips.add(entry.clip)
        for clip in clips:
            self._recount(clip)

    def consistency(self) -> tuple[int, float | None]:
        """How many repeats were answered with a class, and Cohen's kappa with the first answers; None below two."""
        repeats = self._pairs.total()
        if self._kappa_is_old:
            pairs = list(self._pairs.elements())
            self._kappa = cohen_kappa(*zip(*pairs, strict=True)) if repeats > 1 else None
            self._kappa_is_old = False
        return repeats, self._kappa

    def agreement(self) -> Agreement:
        """How far people agree on the clips that two of them named."""
        return Agreement(len(+self._people), self._clips, self._same, self._alpha() if self._clips > 1 else None)

    def _recount(self, clip: str) -> None:
        before, now = self._counted.pop(clip, _NOTHING), self._opinions(clip)
        if before == now:
            if now != _NOTHING:
                self._counted[clip] = now
            return
        self._add(before, -1)
        self._add(now, 1)
        if now != _NOTHING:
            self._counted[clip] = now

    def _opinions(self, clip: str) -> _ClipOpinions:
        """What a clip adds; nothing where one person has named it once."""
        labels = self._labels[clip]
        if len(labels) < 2:
            return _NOTHING
        ordered = sorted(labels.values(), key=self._decisions.number)
        own = [one for one in ordered if one.purpose not in DISGUISED]
        places: dict[str, int] = {}
        for one in [*own, *(one for one in ordered if one.purpose == SECOND)]:
            places.setdefault(one.annotator, self._decisions.place(one.name or "") or 0)
        again = [one for one in ordered if one.purpose == REPEAT] if own else []
        pairs = tuple((place_of(own[-1], self._decisions), place_of(one, self._decisions)) for one in again)
        return _ClipOpinions(places if len(places) > 1 else {}, pairs)

    def _add(self, opinions: _ClipOpinions, sign: int) -> None:
        if opinions.pairs:
            self._kappa_is_old = True
            for pair in opinions.pairs:
                self._pairs[pair] += sign
        if not opinions.places:
            return
        counts = Counter(opinions.places.values())
        number = counts.total()
        self._clips += sign
        self._same += sign * (len(counts) == 1)
        self._differing[number] += sign * (number**2 - sum(count**2 for count in counts.values()))
        for name in opinions.places:
            self._people[name] += sign
        for place, count in counts.items():
            self._names[place] += sign * count

    def _alpha(self) -> float:
        """Krippendorff's alpha for nominal data: 1 - observed / expected disagreement.

        Source:
            Krippendorff, "Content Analysis" (4th edition, 2019), chapter 12.
        """
        names = self._names.total()
        expected = (names**2 - sum(count**2 for count in self._names.values())) / (names * (names - 1))
        if not expected:
            # One class only, on which everybody agrees: chance explains all of it.
            return 1.0
        return 1.0 - sum(count / (number - 1) for number, count in self._differing.items()) / names / expected
