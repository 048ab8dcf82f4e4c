"""All that the page shows beside the clip, as JSON. What the model believes of unanswered clips is not in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.entry import ANSWERS, Entry, Operation
from gesture_al.active.annotation.repeats import consistency, labels_of
from gesture_al.active.annotation.second_opinions import agreement
from gesture_al.active.annotation.session import ENOUGH_AUDITS, LabelSession
from gesture_al.active.questions import Purpose
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.studio.label.clip_picture import skeleton_picture
from gesture_al.studio.label.learned import Learned, confusion
from gesture_al.studio.label.pace import active_minutes, per_minute

LAST = 10


class LabelBoard:
    """Draws the state of a session, once for every version of it.

    Args:
        session: Whose state.
        folder: The run's.
    """

    def __init__(self, session: LabelSession, folder: Path) -> None:
        self._session, self._folder = session, folder
        self._learned = Learned(session)
        self._skeleton = skeleton_picture(session.clips)
        self.over: dict[str, str] | None = None
        self._drawn: tuple[int, dict[str, Any]] = (-1, {})

    def state(self) -> dict[str, Any]:
        """The state now; `version` goes up with every change."""
        version = self._session.version
        if self._drawn[0] != version:
            self._drawn = (version, self._draw(version))
        return {**self._drawn[1], "over": self.over}

    def about(self) -> dict[str, Any]:
        """What never changes in a session."""
        outline = self._session.outline
        return {
            "run": str(self._folder),
            "id": self._folder.resolve().as_posix(),
            "data": outline.data,
            "strategy": outline.strategy,
            "k": outline.k,
            "budget": outline.budget,
            "threshold": outline.threshold,
            "audited": outline.audited,
            "annotator": self._session.manner.annotator,
            "enough_audits": ENOUGH_AUDITS,
            "skeleton": self._skeleton,
            "synthetic": self._session.clips.synthetic,
        }

    def _draw(self, version: int) -> dict[str, Any]:
        session = self._session
        with session.still():
            entries, rows, seen = list(session.log), list(session.seen.rounds), session.seen
            labels, classes = labels_of(session.decisions), list(session.decisions.classes)
            answered, questions = session.progress()
            labelled, audits = session.audits()
            repeats, kappa = consistency(session.decisions)
            together = agreement(session.decisions)
            last = [self._decision(entry) for entry in reversed(session.decisions.all_standing()[-LAST:])]
            training = dict(seen.training)
        minutes = active_minutes(entries)
        return {
            "version": version,
            "phase": {"name": seen.doing, "round": seen.number, **{k: training[k] for k in _TRAINING if k in training}},
            "batch": {"answered": answered, "questions": questions},
            "labels": self._spent(labels, rows),
            "classes": [
                {"name": name, "count": count} for name, count in zip(classes, self._counts(classes, labels, rows), strict=True)
            ],
            "given": len(session.clips.classes),
            "audits": {"labelled": labelled, "all": audits},
            "minutes": minutes[-1] if minutes else 0.0,
            "per_minute": per_minute(entries, minutes),
            "answers": sum(entry.operation in ANSWERS for entry in entries),
            "last": last,
            "rounds": self._learned.rounds(rows, entries, minutes),
            "confusion": confusion(rows[-1]) if rows else None,
            "consistency": {"repeats": repeats, "kappa": kappa},
            "agreement": asdict(together),
            "finished": seen.finished,
            "report": RunPaths(self._folder).report.exists(),
        }

    def _decision(self, entry: Entry) -> dict[str, Any]:
        item = self._session.known.of_entry(entry)
        place = self._session.decisions.place(entry.name or "")
        return {
            "uuid": entry.uuid,
            "handle": item.handle if item else "",
            "operation": entry.operation.value,
            # As the class is called now.
            "name": None if place is None else self._session.decisions.classes[place],
            "annotator": entry.annotator,
            "audit": entry.purpose == Purpose.VALIDATION,
            "reason": entry.reason,
            "moved": entry.cut is not None,
        }

    def _counts(self, classes: Sequence[str], labels: Sequence[Entry], rows: Sequence[Any]) -> list[int]:
        """Labels of each class: those of people, and those that the run began with."""
        known: Counter[int | None] = Counter()
        if rows and self._session.outline.known_start:
            # What a person had to name before round 0 stands in the first round's counts too.
            known.update(dict(enumerate(rows[0]["class_counts"])))
            known.subtract(self._session.decisions.place(one.name or "") for one in labels if one.purpose == Purpose.INITIAL)
        named = Counter(self._session.decisions.place(entry.name or "") for entry in labels)
        return [named[place] + known[place] for place in range(len(classes))]

    def _spent(self, labels: Sequence[Entry], rows: Sequence[Any]) -> int:
        """Labels that count for the budget: those of the last round, and those given since."""
        last = rows[-1]["round"] if rows else -1
        since = sum(
            one.purpose != Purpose.VALIDATION and one.operation is Operation.LABEL and one.round >= last for one in labels
        )
        return since + (rows[-1]["labels"] if rows else 0)


_TRAINING = ("step", "steps", "loss", "seconds_left")
