"""Label Studio's JSON: tasks with annotations of several people, read and written.

Source:
    Label Studio documentation, "Label Studio JSON format of annotated tasks", https://labelstud.io/guide/task_format.html, and
    "Export annotations", https://labelstud.io/guide/export.html
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.exchange.names import listed, names_in
from gesture_al.active.annotation.exchange.records import LabelRecord, LabelSegment, seconds_of, stretch_of_pair
from gesture_al.active.annotation.exchange.rows import annotator_of, clip_of, with_names
from gesture_al.core.atomic_io import write_json
from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import LeftOut

_NAME, _TO = "gesture", "clip"
# `completions` is what annotations were called until 2021.
ANNOTATIONS = ("annotations", "completions")


def labels_of_task(
    task: Mapping[str, Any], where: str, field: str | None = None
) -> Iterator[LabelRecord | LabelSegment | LeftOut]:
    """The labels of a task: one for each choice of each annotation; what a model has predicted is none.

    A cancelled annotation, and one without a choice, is an answer without a class.

    Args:
        task: As it is exported.
        where: File and place in it, for messages.
        field: The control (`from_name`) with the class; None: `gesture`, or the only one.

    Raises:
        UserError: It names no clip, or several controls could hold the class.
    """
    data = task.get("data")
    if not isinstance(data, Mapping):
        raise UserError(f"{where}: no clip or no choice in it; see docs/labelling.md")
    annotations = next((task[key] for key in ANNOTATIONS if key in task), None)
    whole = [one for one in annotations or [] if isinstance(one, Mapping)] if isinstance(annotations, list) else []
    for annotation in whole:
        yield from _labels(annotation, data, where, field)
    if not whole:
        yield _answer({}, data, where)


def _labels(
    annotation: Mapping[str, Any], data: Mapping[str, Any], where: str, field: str | None
) -> Iterator[LabelRecord | LabelSegment | LeftOut]:
    record = _answer(annotation, data, where)
    if annotation.get("was_cancelled"):
        yield record
        return
    parts = annotation.get("result")
    parts = [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
    choices = _of_control([part for part in parts if part.get("type") in ("choices", "labels")], where, field)
    names: dict[str, None] = {}
    segments = []
    for part in choices:
        value = part.get("value")
        stretch = None
        if isinstance(value, Mapping) and "start" in value and part.get("type") == "labels":
            # A region of sound, which is how streams are labelled on the film's own sound.
            start, end = (seconds_of(value.get(key), key, where) for key in ("start", "end"))
            stretch = stretch_of_pair(start, end, where)
        for name in names_in(value, where):
            if stretch is None:
                names[name] = None
            else:
                segments.append(LabelSegment(record.clip, name, stretch, record.annotator))
    yield from segments
    strange = {str(part.get("type"))[:40] for part in parts} - {"choices", "labels"}
    if strange and not choices:
        yield LeftOut(record.clip, f"holds {', '.join(sorted(strange))} and no choice")
    elif not segments or names:
        yield from with_names(LabelRecord(**{**vars(record), "kind": "label"}) if names else record, list(names))


def _of_control(parts: list[Mapping[str, Any]], where: str, field: str | None) -> list[Mapping[str, Any]]:
    """The results of the control that holds the class."""
    controls = dict.fromkeys(str(part.get("from_name")) for part in parts)
    if field is not None:
        return [part for part in parts if str(part.get("from_name")) == field]
    if len(controls) <= 1:
        return parts
    if _NAME not in controls:
        raise UserError(f"{where}: choices of {listed(controls)}; say with --field which of them is the class")
    return [part for part in parts if part.get("from_name") == _NAME]


def _answer(annotation: Mapping[str, Any], data: Mapping[str, Any], where: str) -> LabelRecord:
    """The annotation without its choices."""
    start, end = (seconds_of(data.get(key), key, where) for key in ("start", "end"))
    stretch_of_pair(start, end, where)
    kind = data.get("kind")
    return LabelRecord(
        clip=clip_of(data, where),
        name=None,
        kind=str(kind) if kind in ("unsure", "bad") else "skip",
        annotator=str(data.get("annotator") or "") or annotator_of(annotation),
        time=str(annotation.get("created_at") or ""),
        seconds=seconds_of(annotation.get("lead_time"), "lead_time", where) or 0.0,
        start=start,
        end=end,
        reason=str(data.get("reason") or ""),
    )


def write_label_studio(path: Path, records: Iterable[LabelRecord]) -> None:
    """A task a clip; a clip that was not named is a cancelled annotation, as Label Studio writes a skip."""
    write_json(path, [_task(number, one) for number, one in enumerate(records, start=1)])


def _task(number: int, one: LabelRecord) -> dict[str, Any]:
    name_uuid = uuid.uuid5(uuid.NAMESPACE_URL, f"{one.clip}/{one.name}/{one.time}")
    choice = {
        "id": str(name_uuid)[:10],
        "from_name": _NAME,
        "to_name": _TO,
        "type": "choices",
        "origin": "manual",
        "value": {"choices": [one.name]},
    }
    annotation = {
        "id": number,
        "unique_id": str(name_uuid),
        "result": [] if one.name is None else [choice],
        "was_cancelled": one.name is None,
        "ground_truth": False,
        "lead_time": one.seconds,
        **({"created_at": one.time, "updated_at": one.time} if one.time else {}),
    }
    ends = {} if one.ends is None else {"start": one.start, "end": one.end}
    ends_and_reason = {**ends, **({"reason": one.reason} if one.reason else {})}
    data = {_TO: one.clip, "annotator": one.annotator, "kind": one.kind, **ends_and_reason}
    return {"id": number, "data": data, "annotations": [annotation]}
