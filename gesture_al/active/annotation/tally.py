"""Counts of a session as its page shows them, kept up to date entry by entry, so that an answer costs the same late as early."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence

from gesture_al.active.annotation.answer_log import ANSWERS, Entry, Operation
from gesture_al.active.annotation.decisions import Change, Decisions
from gesture_al.active.annotation.items import DISGUISED
from gesture_al.active.annotation.opinions import OpinionTally
from gesture_al.active.annotation.pace import RECENT, WorkClock, per_minute
from gesture_al.active.questions import Purpose


class Tally:
    """Counts of a session's log and of the answers that stand.

    Args:
        entries: The log so far.
        decisions: The same, folded.
    """

    def __init__(self, entries: Iterable[Entry], decisions: Decisions) -> None:
        self._decisions = decisions
        self._clock = WorkClock()
        self._last_minutes: deque[float] = deque(maxlen=RECENT)
        self._minute_of_round: dict[int, float] = {}
        self.answers = 0
        self.recounts = 0
        for entry in entries:
            self._add_to_log(entry)
        self._recount()

    def add(self, entry: Entry, change: Change | None) -> None:
        """Count one more entry, which `decisions` has already.

        Args:
            entry: It.
            change: What it changed of the answers that stand.
        """
        self._add_to_log(entry)
        if entry.operation in (Operation.NEW_CLASS, Operation.RENAME_CLASS):
            # An imported label may have had the name before there was the class.
            self._recount()
        elif change is not None:
            self._count(change)

    @property
    def minutes(self) -> float:
        """Minutes worked."""
        return self._clock.minutes

    @property
    def per_minute(self) -> float | None:
        """Answers a minute of the last thirty; None before there are two."""
        return per_minute(self._last_minutes)

    def labels_by_class(self, purpose: Purpose | None = None) -> Counter[int | None]:
        """Labels that stand, by index of the class; hidden repeats and second opinions left out.

        Args:
            purpose: Only those that were asked for it.
        """
        found: Counter[int | None] = Counter()
        for (name, asked_for), count in self._labels.items():
            if purpose in (None, asked_for):
                found[self._decisions.place(name)] += count
        return found

    def labels_since(self, round_: int) -> int:
        """Labels that stand of questions of this round and later ones, audit clips left out."""
        return sum(count for of_round, count in self._labels_of_round.items() if of_round >= round_)

    def minutes_before(self, rounds: Sequence[int]) -> list[float]:
        """Minutes until the last answer of all earlier rounds, audit clips left out, for each of these rounds; 0 where none is.

        Args:
            rounds: Numbers of rounds, rising.
        """
        ordered = sorted(self._minute_of_round.items())
        found, latest, at = [], 0.0, 0
        for round_ in rounds:
            while at < len(ordered) and ordered[at][0] < round_:
                latest = max(latest, ordered[at][1])
                at += 1
            found.append(latest)
        return found

    def _add_to_log(self, entry: Entry) -> None:
        minute = self._clock.add(entry)
        if entry.operation in ANSWERS:
            self.answers += 1
            self._last_minutes.append(minute)
            if entry.purpose != Purpose.VALIDATION:
                self._minute_of_round[entry.round] = max(minute, self._minute_of_round.get(entry.round, 0.0))

    def _recount(self) -> None:
        self.recounts += 1
        self._labels: Counter[tuple[str, str]] = Counter()
        self._labels_of_round: Counter[int] = Counter()
        self.opinions = OpinionTally(self._decisions)
        for entry in self._decisions.all_standing():
            self._count(Change(None, entry))

    def _count(self, change: Change) -> None:
        for entry, sign in ((change.before, -1), (change.after, 1)):
            if entry is None or entry.operation is not Operation.LABEL or entry.purpose in DISGUISED:
                continue
            self._labels[entry.name or "", entry.purpose] += sign
            if entry.purpose != Purpose.VALIDATION:
                self._labels_of_round[entry.round] += sign
        self.opinions.update(change)
