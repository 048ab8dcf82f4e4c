"""One row a label: lines of tables and of JSON, of our own, Label Studio (JSON-MIN, CSV), doccano and Prodigy.

Source:
    Label Studio documentation, "Export annotations", https://labelstud.io/guide/export.html (JSON-MIN and CSV: the fields of a
    task beside its choices, one row an annotation; several choices are `{"choices": [...]}`);
    doccano, `backend/api/views/download/examples.py` (`{"text": ..., "label": [...]}`, of files `filename`);
    Prodigy documentation, "Annotation interfaces", https://prodi.gy/docs/api-interfaces (`answer` is accept, reject or ignore; a
    choice has `accept` and `options`, a binary task `label`, sound and video `audio_spans` in seconds)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gesture_al.active.annotation.exchange.names import listed, names_in
from gesture_al.active.annotation.exchange.records import (
    KINDS,
    LabelRecord,
    LabelSegment,
    first_value,
    seconds_of,
    stretch_of_pair,
)
from gesture_al.core.errors import UserError

# What names the clip, the surest first: `id` is often the number of a task.
_FILE_KEYS = ("path", "video", "video_url", "file", "filename", "file_name", "url", "image", "audio", "data", "text")
CLIP_KEYS = ("clip", "clip_id", *_FILE_KEYS, "id")
RECORDING_KEYS = ("recording",)
CLASS_KEYS = ("class", "gesture", "label", "labels", "choice", "choices", "category", "classname", "class_name")
_ANNOTATOR_KEYS = ("annotator", "_annotator_id", "_session_id", "completed_by", "username")
_TIME_KEYS = ("time", "created_at")
_SECONDS_KEYS = ("seconds", "lead_time")
_ANSWERS = ("accept", "reject", "ignore")
_WORDS = ("clip", "recording", "kind", "annotator", "time", "reason")


def labels_of_row(row: Mapping[str, Any], where: str, field: str | None = None) -> Iterator[LabelRecord | LabelSegment]:
    """The labels that a row holds: one for each class that it names, or one without a class.

    Args:
        row: Values by column or key.
        where: File and place in it, for messages.
        field: The column or key with the class; None: the first of `CLASS_KEYS` that is there.

    Raises:
        UserError: It names no clip, or holds what is no label.
    """
    for key in _WORDS:
        if isinstance(row.get(key), (dict, list)):
            raise UserError(f"{where}: {key} is a list or a table; write a word")
    if row.get("answer") in _ANSWERS:
        yield from _prodigy(row, where, field)
        return
    yield from _labels(row, _class_of(row, field), where)


def clip_of(row: Mapping[str, Any], where: str) -> str:
    """What a row calls its clip: an id, or the path or address of a file.

    Raises:
        UserError: Nothing in it does.
    """
    words = {key: value for key, value in row.items() if not _is_content(value)}
    pair = first_value(words, CLIP_KEYS)
    if pair is None:
        texts = [value for value in words.values() if isinstance(value, str) and value.strip()]
        pair = ("", texts[0]) if len(texts) == 1 else None
    if pair is None or isinstance(pair[1], (dict, list)) or not str("" if pair[1] is None else pair[1]).strip():
        raise UserError(f"{where}: lacks clip or class; every line names a clip and its class")
    return str(pair[1]).strip()


def annotator_of(row: Mapping[str, Any]) -> str:
    """The annotator as the tool names one, by name, e-mail address or number, also inside a table; empty where it does not."""
    pair = first_value(row, _ANNOTATOR_KEYS)
    value = None if pair is None else pair[1]
    if isinstance(value, Mapping):
        inner = first_value(value, ("email", "username", "id"))
        value = None if inner is None else inner[1]
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def check_field(columns: Iterable[str], where: str, field: str | None) -> None:
    """Refuse rows of which none says a class.

    Args:
        columns: All columns or keys that they have.
        where: Their file, for the message.
        field: The one with the class, if it was named.

    Raises:
        UserError: With the columns that there are.
    """
    names = dict.fromkeys(columns)
    if field is not None and field not in names:
        raise UserError(f"{where}: there is no {field}; there are: {listed(names)}")
    if field is None and not any(key in names for key in (*CLASS_KEYS, "answer")):
        raise UserError(
            f"{where}: lacks clip or class, it has {listed(names)}; call the one with the class `class`, or name it with --field"
        )


def _class_of(row: Mapping[str, Any], field: str | None) -> Any:
    # Label Studio leaves the key away where nothing was chosen.
    pair = first_value(row, CLASS_KEYS if field is None else (field,))
    return None if pair is None else pair[1]


def _labels(row: Mapping[str, Any], value: Any, where: str) -> Iterator[LabelRecord | LabelSegment]:
    names = names_in(value, where)
    annotator = annotator_of(row)
    start, end = (seconds_of(row.get(key), key, where) for key in ("start", "end"))
    ends = stretch_of_pair(start, end, where)
    recording = first_value(row, RECORDING_KEYS)
    if recording is not None and recording[1] not in (None, "") and not row.get("clip"):
        yield from (LabelSegment(str(recording[1]), name, ends, annotator) for name in names)
        return
    kind = str(row.get("kind") or ("label" if names else "skip"))
    if kind not in KINDS:
        raise UserError(f"{where}: kind is {kind[:40]!r}; there are: {', '.join(KINDS)}")
    time, seconds = (first_value(row, keys) for keys in (_TIME_KEYS, _SECONDS_KEYS))
    record = LabelRecord(
        clip=clip_of(row, where),
        name=None,
        kind=kind if kind != "label" or names else "skip",
        annotator=annotator,
        time="" if time is None or time[1] is None or isinstance(time[1], (dict, list)) else str(time[1]),
        seconds=0.0 if seconds is None else seconds_of(seconds[1], seconds[0], where) or 0.0,
        start=start,
        end=end,
        reason=str(row.get("reason") or ""),
    )
    yield from with_names(record, names if kind == "label" else [])


def with_names(record: LabelRecord, names: list[str]) -> Iterator[LabelRecord]:
    """The same answer for each of some classes; as it is without any."""
    yield from (LabelRecord(**{**vars(record), "name": name}) for name in names)
    if not names:
        yield record


def _prodigy(row: Mapping[str, Any], where: str, field: str | None) -> Iterator[LabelRecord | LabelSegment]:
    accepted = row["answer"] == "accept"
    spans = row.get("audio_spans")
    if accepted and isinstance(spans, list) and field is None:
        for span in spans:
            if not isinstance(span, Mapping):
                raise UserError(f"{where}: audio_spans holds {str(span)[:40]!r}; each has start, end and label")
            start, end = (seconds_of(span.get(key), key, where) for key in ("start", "end"))
            stretch = stretch_of_pair(start, end, where)
            for name in names_in(span.get("label"), where):
                yield LabelSegment(clip_of(row, where), name, stretch, annotator_of(row))
        return
    value = row.get(field) if field is not None else row.get("accept", row.get("label"))
    names = [_option(name, row.get("options")) for name in names_in(value, where)] if accepted else []
    # The task's own words, such as its options, are no columns of ours; a refused or passed task says nothing of its clip.
    plain = {key: row[key] for key in row if key not in ("kind", "start", "end", *CLASS_KEYS)}
    yield from _labels(plain, names, where)


def _option(name: str, options: Any) -> str:
    """The text of an option that is only numbered."""
    for one in options if isinstance(options, list) and name.isdigit() else ():
        if isinstance(one, Mapping) and str(one.get("id")) == name and one.get("text"):
            return str(one["text"])
    return name


def _is_content(value: Any) -> bool:
    """Whether a value is a file's content instead of its name."""
    return isinstance(value, str) and value.startswith("data:") and ";base64," in value[:100]
