"""A label outside of any session, and those that a run's folder holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gesture_al.active.annotation.decisions import Decisions
from gesture_al.active.annotation.entry import Operation
from gesture_al.active.annotation.items import DISGUISED
from gesture_al.active.annotation.log import AnswerLog
from gesture_al.active.questions import Cut
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.atomic_io import read_json, read_lines
from gesture_al.core.errors import UserError


@dataclass(frozen=True)
class Given:
    """What somebody said of a clip.

    Args:
        clip: Its id.
        name: The class; None: it was called unsure, skipped or bad.
        kind: `label`, `unsure`, `skip` or `bad`.
        annotator: Who said so; empty where unknown.
        time: When, ISO 8601; empty where unknown.
        seconds: How long it took.
        start: Where the clip begins, in seconds of its recording, if its ends were moved.
        end: Where it ends, likewise.
        reason: Why it is bad; empty where nobody said.
    """

    clip: str
    name: str | None
    kind: str = "label"
    annotator: str = ""
    time: str = ""
    seconds: float = 0.0
    start: float | None = None
    end: float | None = None
    reason: str = ""

    @property
    def cut(self) -> Cut | None:
        """The ends, if they were moved."""
        return None if self.start is None or self.end is None else (self.start, self.end)


def given_in(folder: Path) -> list[Given]:
    """The standing answers of a run: a person's from its session, a simulated oracle's from its answers; the last one of a clip.

    Raises:
        UserError: No run folder, or nothing was answered in it.
    """
    if not RunPaths(folder).dataset.exists():
        raise UserError(f"{folder}: no run folder (dataset.json is missing); name one that a run has made")
    if RunPaths(folder).session.exists():
        found = _of_session(folder)
    else:
        found = [
            Given(
                clip=line["clip"],
                name=line["class"],
                kind=line["kind"],
                annotator=line["source"],
                time=line["time"],
                seconds=line["seconds"],
                start=line.get("start"),
                end=line.get("end"),
                reason=line.get("reason", ""),
            )
            for line in read_lines(RunPaths(folder).answers)
        ]
    if not found:
        raise UserError(f"{folder}: nothing was answered there yet")
    return list({one.clip: one for one in found}.values())


def _of_session(folder: Path) -> list[Given]:
    log = AnswerLog(RunPaths(folder).session)
    decisions = Decisions.of(log, _classes(folder))
    found = []
    for entry in decisions.all_standing():
        if entry.purpose in DISGUISED:
            continue
        place = decisions.place(entry.name or "") if entry.operation is Operation.LABEL else None
        name = None if place is None else decisions.classes[place]
        seconds = round(entry.milliseconds / 1000, 3)
        told = entry.annotator, entry.time, seconds, entry.start, entry.end, entry.reason
        found.append(Given(entry.clip, name, entry.operation.value, *told))
    return found


def _classes(folder: Path) -> list[str]:
    """The data set's own classes; those that the session added stand behind them, and the log adds them again."""
    return [str(name) for name in read_json(RunPaths(folder).dataset)["classes"]]
