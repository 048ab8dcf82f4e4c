"""State of a session as the page shows it beside the clip, as JSON; what the model believes of unanswered clips is not in it."""

from __future__ import annotations

import itertools
import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.answer_log import Entry
from gesture_al.active.annotation.session import ENOUGH_AUDITS, LabelSession
from gesture_al.active.questions import Purpose
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.studio.label.clip_picture import skeleton_picture
from gesture_al.studio.label.results import LearningCurve, confusion

LAST = 10
_TRAINING = ("step", "steps", "loss", "seconds_left")


class LabelBoard:
    """The state of a session as JSON, drawn once for every version of it, however many tabs are open.

    Args:
        session: Whose state.
        folder: The run's.
    """

    def __init__(self, session: LabelSession, folder: Path) -> None:
        self._session, self._folder = session, folder
        self._curve = LearningCurve(session)
        self._skeleton = skeleton_picture(session.clips)
        self.over: dict[str, str] | None = None
        self._lock = threading.Lock()
        self._drawn: tuple[object, dict[str, Any], bytes] = ((), {}, b"")
        self.drawings = 0

    def state(self) -> dict[str, Any]:
        """The state now; `version` goes up with every change."""
        return self._now()[1]

    def text(self) -> bytes:
        """The same as JSON; the same object as long as nothing has changed."""
        return self._now()[2]

    def _now(self) -> tuple[object, dict[str, Any], bytes]:
        with self._lock:
            over = self.over
            key = (self._session.version, None if over is None else tuple(over.items()))
            if self._drawn[0] != key:
                state = {**self._draw(key[0]), "over": over}
                self._drawn = (key, state, json.dumps(state).encode())
                self.drawings += 1
            return self._drawn

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
            tally, rows, progress = session.tally, list(session.progress.rounds), session.progress
            answered, questions = session.batch_progress()
            labelled, audits = session.audit_progress()
            repeats, kappa = tally.opinions.consistency()
            together = tally.opinions.agreement()
            last = [self._decision(entry) for entry in itertools.islice(session.decisions.latest_standing(), LAST)]
            training = dict(progress.training)
            counts = zip(session.decisions.classes, self._counts(rows), strict=True)
            classes = [{"name": name, "count": count} for name, count in counts]
            labels, answers, minutes, pace = self._spent(rows), tally.answers, tally.minutes, tally.per_minute
            spent = tally.minutes_before([row["round"] for row in rows])
        return {
            "version": version,
            "phase": {
                "name": progress.phase_name,
                "round": progress.round_number,
                **{k: training[k] for k in _TRAINING if k in training},
            },
            "batch": {"answered": answered, "questions": questions},
            "labels": labels,
            "classes": classes,
            "audits": {"labelled": labelled, "all": audits},
            "minutes": minutes,
            "per_minute": pace,
            "answers": answers,
            "last": last,
            "rounds": self._curve.rounds(rows, spent),
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
            "moved": entry.cut is not None,
        }

    def _counts(self, rows: Sequence[Any]) -> list[int]:
        """Labels of each class: those of people, and those that the run began with."""
        tally, existing = self._session.tally, Counter[int | None]()
        if rows and self._session.run_info.known_start:
            # What a person had to name before round 0 stands in the first round's counts too.
            existing.update(dict(enumerate(rows[0]["class_counts"])))
            existing.subtract(tally.labels_by_class(Purpose.INITIAL))
        named = tally.labels_by_class()
        return [named[place] + existing[place] for place in range(len(self._session.decisions.classes))]

    def _spent(self, rows: Sequence[Any]) -> int:
        """Labels that count for the budget: those of the last round, and those given since."""
        since = self._session.tally.labels_since(rows[-1]["round"] if rows else -1)
        return since + (rows[-1]["labels"] if rows else 0)
