"""State of a session as the page shows it beside the clip, as JSON; what the model believes of unanswered clips is not in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.agreement import agreement, consistency
from gesture_al.active.annotation.answer_log import ANSWERS, Entry, Operation
from gesture_al.active.annotation.decisions import labels_of
from gesture_al.active.annotation.session import ENOUGH_AUDITS, LabelSession
from gesture_al.active.questions import Purpose
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.studio.label.clip_picture import skeleton_picture
from gesture_al.studio.label.results import LearningCurve, confusion

LAST = 10
_TRAINING = ("step", "steps", "loss", "seconds_left")
# Whoever does nothing for so long has left.
LONGEST_PAUSE = 60.0
_RECENT = 30


class LabelBoard:
    """The state of a session as JSON, drawn once for every version of it.

    Args:
        session: Whose state.
        folder: The run's.
    """

    def __init__(self, session: LabelSession, folder: Path) -> None:
        self._session, self._folder = session, folder
        self._curve = LearningCurve(session)
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
        run_info = self._session.run_info
        return {
            "run": str(self._folder),
            "id": self._folder.resolve().as_posix(),
            "data": run_info.data,
            "strategy": run_info.strategy,
            "k": run_info.k,
            "budget": run_info.budget,
            "threshold": run_info.threshold,
            "audited": run_info.audited,
            "annotator": self._session.config.annotator,
            "enough_audits": ENOUGH_AUDITS,
            "skeleton": self._skeleton,
            "synthetic": self._session.clips.synthetic,
        }

    def _draw(self, version: int) -> dict[str, Any]:
        session = self._session
        with session.locked():
            entries, rows, progress = list(session.log), list(session.progress.rounds), session.progress
            labels, classes = labels_of(session.decisions), list(session.decisions.classes)
            answered, questions = session.batch_progress()
            labelled, audits = session.audit_progress()
            repeats, kappa = consistency(session.decisions)
            together = agreement(session.decisions)
            last = [self._decision(entry) for entry in reversed(session.decisions.all_standing()[-LAST:])]
            training = dict(progress.training)
        minutes = active_minutes(entries)
        return {
            "version": version,
            "phase": {
                "name": progress.phase_name,
                "round": progress.round_number,
                **{k: training[k] for k in _TRAINING if k in training},
            },
            "batch": {"answered": answered, "questions": questions},
            "labels": self._spent(labels, rows),
            "classes": [
                {"name": name, "count": count} for name, count in zip(classes, self._counts(classes, labels, rows), strict=True)
            ],
            "audits": {"labelled": labelled, "all": audits},
            "minutes": minutes[-1] if minutes else 0.0,
            "per_minute": per_minute(entries, minutes),
            "answers": sum(entry.operation in ANSWERS for entry in entries),
            "last": last,
            "rounds": self._curve.rounds(rows, entries, minutes),
            "confusion": confusion(rows[-1]) if rows else None,
            "consistency": {"repeats": repeats, "kappa": kappa},
            "agreement": asdict(together),
            "finished": progress.finished,
            "report": RunPaths(self._folder).report.exists(),
        }

    def _decision(self, entry: Entry) -> dict[str, Any]:
        item = self._session.items.of_entry(entry)
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
            "moved": entry.ends is not None,
        }

    def _counts(self, classes: Sequence[str], labels: Sequence[Entry], rows: Sequence[Any]) -> list[int]:
        """Labels of each class: those of people, and those that the run began with."""
        existing: Counter[int | None] = Counter()
        if rows and self._session.run_info.known_start:
            # What a person had to name before round 0 stands in the first round's counts too.
            existing.update(dict(enumerate(rows[0]["class_counts"])))
            existing.subtract(self._session.decisions.place(one.name or "") for one in labels if one.purpose == Purpose.INITIAL)
        named = Counter(self._session.decisions.place(entry.name or "") for entry in labels)
        return [named[place] + existing[place] for place in range(len(classes))]

    def _spent(self, labels: Sequence[Entry], rows: Sequence[Any]) -> int:
        """Labels that count for the budget: those of the last round, and those given since."""
        last = rows[-1]["round"] if rows else -1
        since = sum(
            one.purpose != Purpose.VALIDATION and one.operation is Operation.LABEL and one.round >= last for one in labels
        )
        return since + (rows[-1]["labels"] if rows else 0)


def active_minutes(entries: Sequence[Entry]) -> list[float]:
    """Minutes worked up to each entry, (n,).

    The time between two entries counts as work unless it is longer than a minute; then only what the later clip was looked
    at counts, and of that a minute at the most.
    """
    minutes: list[float] = []
    before, total = None, 0.0
    for entry in entries:
        now = datetime.fromisoformat(entry.time).timestamp()
        gap = LONGEST_PAUSE + 1 if before is None else max(0.0, now - before)
        total += gap if gap <= LONGEST_PAUSE else min(entry.milliseconds / 1000, LONGEST_PAUSE)
        before = now if before is None else max(before, now)
        minutes.append(total / 60)
    return minutes


def per_minute(entries: Sequence[Entry], minutes: Sequence[float]) -> float | None:
    """Answers a minute of the last thirty; None before there are two.

    Args:
        entries: All of them.
        minutes: Of `active_minutes`.
    """
    at = [minute for entry, minute in zip(entries, minutes, strict=True) if entry.operation in ANSWERS][-_RECENT:]
    return (len(at) - 1) / (at[-1] - at[0]) if len(at) > 1 and at[-1] > at[0] else None
