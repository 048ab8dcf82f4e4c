"""Files of the VGG Image Annotator (VIA 3): its projects, and the tables that it exports.

Source:
    A. Dutta, A. Zisserman, "The VIA Annotation Software for Images, Audio and Video", ACM Multimedia 2019, and the project's
    documentation, https://www.robots.ox.ac.uk/~vgg/software/via/: `metadata` by id with the view `vid`, times `z` in seconds and
    attributes `av`; tables have `file_list`, and `temporal_coordinates` or `temporal_segment_start` and `_end`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.exchange.names import folded, listed, names_in
from gesture_al.active.annotation.exchange.records import LabelFile, LabelSegment, seconds_of, stretch_of_pair
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import parse_json
from gesture_al.core.tables import parse_table
from gesture_al.data.clip_set import LeftOut
from gesture_al.data.track import Stretch

_ATTRIBUTES = ("gesture", "class", "label", "temporal-segments")
_COLUMNS = ("metadata_id", "file_list", "flags", "temporal_coordinates", "spatial_coordinates", "metadata")
_HEADER = "CSV_HEADER"


def is_project(content: Mapping[str, Any]) -> bool:
    """Whether JSON is a project of VIA 3."""
    return all(isinstance(content.get(key), Mapping) for key in ("metadata", "attribute", "file"))


def is_table(text: str) -> bool:
    """Whether a table is one that VIA 3 has exported."""
    head = text[:2000]
    return "temporal_segment_start" in head or "temporal_coordinates" in head


def read_project(content: Mapping[str, Any], path: Path, field: str | None = None) -> LabelFile:
    """The temporal segments of a project.

    Args:
        content: The project.
        path: Its file, for messages.
        field: The attribute with the class; None: the only one, or one called `gesture`, `class`, `label` or `TEMPORAL-SEGMENTS`.

    Raises:
        UserError: It is damaged, or nobody can say which attribute holds the class.
    """
    attributes = {str(key): one for key, one in content["attribute"].items() if isinstance(one, Mapping)}
    marks = {str(key): one for key, one in content["metadata"].items() if isinstance(one, Mapping)}
    used = {
        str(attributes[key].get("aname") or key): key
        for one in marks.values()
        for key in map(str, _mapping(one.get("av")))
        if key in attributes
    }
    chosen = used[_attribute(used, str(path), field)] if used else ""
    return LabelFile.of(
        item
        for key, one in marks.items()
        for item in _segments(
            _project_files(content, one),
            one.get("z"),
            _options(_mapping(one.get("av")).get(chosen), attributes.get(chosen, {})),
            f"{path}, metadata {key[:60]}",
        )
    )


def read_table_of_via(text: str, path: Path, field: str | None = None) -> LabelFile:
    """The temporal segments of a table.

    Args:
        text: The table; lines that begin with `#` are remarks, one of which names the columns.
        path: Its file, for messages.
        field: As `read_project` has it.

    Raises:
        UserError: As `read_project`.
    """
    lines = text.splitlines(keepends=True)
    header = next((line.partition("=")[2] for line in lines if line.startswith("#") and _HEADER in line), "")
    body = "".join(line for line in lines if not line.startswith("#"))
    if header or not is_table(body[:2000]):
        body = (header.strip() or ",".join(_COLUMNS)) + "\n" + body
    table = parse_table(body, path)
    marks = [(row, _parsed(row.cells.get("metadata", ""), f"{path}, row {row.line}")) for row in table.rows]
    used = dict.fromkeys(str(key) for _, mark in marks for key in _mapping(mark))
    chosen = _attribute(dict.fromkeys(used, ""), str(path), field) if used else ""
    return LabelFile.of(
        item
        for row, mark in marks
        for item in _segments(
            _files(_parsed(row.cells.get("file_list", ""), f"{path}, row {row.line}"), row.cells.get("file_list", "")),
            _times(row.cells, f"{path}, row {row.line}"),
            _mapping(mark).get(chosen),
            f"{path}, row {row.line}",
        )
    )


def _attribute(names: Mapping[str, Any], where: str, field: str | None) -> str:
    if field is not None and field not in names:
        raise UserError(f"{where}: no attribute {field}; there are: {listed(names)}")
    if field is not None:
        return field
    likely = [name for name in names if folded(name) in _ATTRIBUTES]
    if len(names) == 1 or len(likely) == 1:
        return likely[0] if likely else next(iter(names))
    raise UserError(f"{where}: attributes {listed(names)}; say with --field which of them is the class")


def _segments(files: Sequence[str], times: Any, value: Any, where: str) -> Iterator[LabelSegment | LeftOut]:
    names = names_in(value, where)
    if not files:
        raise UserError(f"{where}: names no file; save the project again")
    if not isinstance(times, list):
        raise UserError(f"{where}: its times are {str(times)[:40]!r}; they must be a start and an end")
    if len(times) not in (0, 2):
        yield LeftOut(files[0], "is a moment or a region, no stretch")
        return
    start, end = (seconds_of(one, "time", where) for one in times) if times else (None, None)
    stretch: Stretch | None = stretch_of_pair(start, end, where)
    if not names:
        yield LeftOut(files[0], "no label")
    yield from (LabelSegment(file, name, stretch) for file in files for name in names)


def _project_files(content: Mapping[str, Any], mark: Mapping[str, Any]) -> list[str]:
    view = _mapping(_mapping(content.get("view")).get(str(mark.get("vid"))))
    ids = view.get("fid_list") if isinstance(view.get("fid_list"), list) else [mark.get("vid")]
    names = (_mapping(content["file"].get(str(key))).get("fname") for key in ids or [])
    return [str(name) for name in names if name]


def _options(value: Any, attribute: Mapping[str, Any]) -> Any:
    """What a choice is called: of lists an attribute's value is the option's id, of boxes to tick ids with commas."""
    options = _mapping(attribute.get("options"))
    if not isinstance(value, str) or not options:
        return value
    keys = [value] if value in options else value.split(",")
    return [options.get(key) if isinstance(options.get(key), str) and options.get(key) else key for key in keys]


def _files(content: Any, text: str) -> list[str]:
    return [str(one) for one in content] if isinstance(content, list) else [text] if text else []


def _times(cells: Mapping[str, str], where: str) -> Any:
    if "temporal_segment_start" in cells:
        both = [cells["temporal_segment_start"], cells.get("temporal_segment_end", "")]
        return both if any(both) else []
    return _parsed(cells.get("temporal_coordinates", "") or "[]", where)


def _parsed(text: str, where: str) -> Any:
    if not text.startswith(("[", "{")):
        return text
    try:
        return parse_json(text)
    except ValueError as err:
        raise UserError(f"{where}: {text[:40]!r} is no JSON ({err}); export the table again") from err


def _mapping(content: Any) -> Mapping[str, Any]:
    return content if isinstance(content, Mapping) else {}
