"""Labels as Label Studio's JSON: a list of tasks, each with its annotations.

Source:
    Label Studio documentation, "Label Studio JSON format of annotated tasks", https://labelstud.io/guide/task_format.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.exchange.label_record import Given
from gesture_al.core.atomic_io import write_json
from gesture_al.core.errors import UserError

CONFIG = '<View><Text name="clip" value="$clip"/><Choices name="gesture" toName="clip" choice="single">{}</Choices></View>'
_NAME, _TO = "gesture", "clip"


def labelling_config(classes: Iterable[str]) -> str:
    """The labelling interface that an exported file fits, to be pasted into a project's settings.

    >>> labelling_config(["Like"]).count("<Choice ")
    1
    """
    from xml.sax.saxutils import quoteattr

    return CONFIG.format("".join(f"<Choice value={quoteattr(name)}/>" for name in classes))


def write_label_studio(path: Path, given: Iterable[Given]) -> None:
    """A task a clip; a clip that was not named is a cancelled annotation, as Label Studio writes a skip."""
    write_json(path, [_task(number, one) for number, one in enumerate(given, start=1)])


def read_label_studio(path: Path) -> list[Given]:
    """Labels from an export in the format JSON or JSON-MIN; of several annotations of a task the last counts.

    Raises:
        UserError: Not such a file; the task is named.
    """
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as err:
        raise UserError(f"{path}: no JSON ({err}); export the project as JSON") from err
    if not isinstance(tasks, list):
        raise UserError(f"{path}: not a list of tasks; export the project as JSON or JSON-MIN")
    found = []
    for number, task in enumerate(tasks, start=1):
        try:
            found += _minimal(task) if "annotations" not in task else _annotated(task)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as err:
            raise UserError(f"{path}, task {number}: no clip or no choice in it ({err!r}); see docs/labelling.md") from err
    return found


def _task(number: int, one: Given) -> dict[str, Any]:
    named = uuid.uuid5(uuid.NAMESPACE_URL, f"{one.clip}/{one.name}/{one.time}")
    chosen = {
        "id": str(named)[:10],
        "from_name": _NAME,
        "to_name": _TO,
        "type": "choices",
        "origin": "manual",
        "value": {"choices": [one.name]},
    }
    annotation = {
        "id": number,
        "unique_id": str(named),
        "result": [] if one.name is None else [chosen],
        "was_cancelled": one.name is None,
        "ground_truth": False,
        "lead_time": one.seconds,
        **({"created_at": one.time, "updated_at": one.time} if one.time else {}),
    }
    cut = {} if one.cut is None else {"start": one.start, "end": one.end}
    told = {**cut, **({"reason": one.reason} if one.reason else {})}
    data = {_TO: one.clip, "annotator": one.annotator, "kind": one.kind, **told}
    return {"id": number, "data": data, "annotations": [annotation]}


def _annotated(task: Mapping[str, Any]) -> list[Given]:
    data = task["data"]
    found = []
    for annotation in task["annotations"]:
        choices = [part["value"]["choices"][0] for part in annotation["result"] if part["type"] == "choices"]
        skipped = annotation.get("was_cancelled") or not choices
        found.append(
            Given(
                clip=str(data[_TO]),
                name=None if skipped else str(choices[0]),
                kind=(str(data.get("kind")) if data.get("kind") in ("unsure", "bad") else "skip") if skipped else "label",
                annotator=str(data.get("annotator") or ""),
                time=str(annotation.get("created_at") or ""),
                seconds=float(annotation.get("lead_time") or 0),
                start=_end(data, "start"),
                end=_end(data, "end"),
                reason=str(data.get("reason") or ""),
            )
        )
    return found[-1:]


def _minimal(task: Mapping[str, Any]) -> list[Given]:
    choice = task.get(_NAME)
    if not choice:
        return []
    told = str(task.get("annotator") or ""), "", float(task.get("lead_time") or 0)
    return [Given(str(task[_TO]), str(choice), "label", *told, _end(task, "start"), _end(task, "end"))]


def _end(data: Mapping[str, Any], which: str) -> float | None:
    return None if data.get(which) is None else float(data[which])
