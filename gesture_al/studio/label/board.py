"""State of a session as the page shows it beside the clip, as JSON; what the model believes of unanswered clips is not in it."""

from __future__ import annotations

import itertools
import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.answer_log import Entry
from gesture_al.active.annotation.session import ENOUGH_AUDITS, LabelSession
from gesture_al.active.questions import Purpose
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.messages import in_shell
from gesture_al.studio.label.clip_picture import skeleton_picture
from gesture_al.studio.label.results import LearningCurve, confusion

LAST = 10
_TRAINING = ("step", "steps", "loss", "seconds_left")


@dataclass(frozen=True)
class Drawing:
    """The state at one moment.

    Args:
        key: What it was drawn of.
        state: As fields.
        news: As JSON, without the results of the rounds.
        results: Those, as JSON; the same object as long as they are the same.
    """

    key: object
    state: Mapping[str, Any]
    news: bytes
    results: bytes

    @cached_property
    def text(self) -> bytes:
        """All of it as JSON."""
        return self.news[:-1] + b", " + self.results[1:]


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
        self._drawing: Drawing | None = None
        # The results, and what they were drawn of.
        self._results: tuple[object, dict[str, Any], bytes] = (None, {}, b"")
        self.drawings = 0

    def state(self) -> dict[str, Any]:
        """The state now; `version` goes up with every change."""
        return dict(self.drawing().state)

    def drawing(self) -> Drawing:
        """The same, also as JSON; the same object as long as nothing has changed."""
        with self._lock:
            over = self.over
            key = (self._session.version, None if over is None else tuple(over.items()))
            if self._drawing is None or self._drawing.key != key:
                news, results, text = self._draw(key[0])
                news["over"] = over
                self._drawing = Drawing(key, {**news, **results}, json.dumps(news).encode(), text)
                self.drawings += 1
            return self._drawing

    def about(self) -> dict[str, Any]:
        """What never changes in a session."""
        run_info = self._session.run_info
        return {
            "run": str(self._folder),
            "commands": {
                "go_on": in_shell("label", self._folder),
                "export": in_shell("export", f"run={self._folder}", "--out", "models/my-gestures"),
            },
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

    def _draw(self, version: int) -> tuple[dict[str, Any], dict[str, Any], bytes]:
        """What every answer changes; the results of the rounds, and their JSON."""
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
        news = {
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
            "consistency": {"repeats": repeats, "kappa": kappa},
            "agreement": asdict(together),
            "finished": progress.finished,
            "report": RunPaths(self._folder).report.exists(),
        }
        return news, *self._drawn_results(rows, spent)

    def _drawn_results(self, rows: Sequence[Any], minutes: Sequence[float]) -> tuple[dict[str, Any], bytes]:
        """The learning curve and the confusion matrix: hundreds of rounds, which an answer seldom changes."""
        key = tuple(minutes)
        if self._results[0] != key:
            results = {"rounds": self._curve.rounds(rows, minutes), "confusion": confusion(rows[-1]) if rows else None}
            self._results = (key, results, json.dumps(results).encode())
        return self._results[1], self._results[2]

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
