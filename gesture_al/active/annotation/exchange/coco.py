"""Annotations in the style of COCO: categories, videos or images, and which of them is of which category.

Source:
    "COCO data format", https://cocodataset.org/#format-data: `annotations` name `category_id`, and `image_id` of `images` with
    `file_name`. Sets of videos have `videos` (`file_name` or `name`, `fps`) and `video_id` likewise; stretches are
    `segment: [start, end]` or `start` and `end` in seconds, or `start_frame` and `end_frame` with the video's `fps`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gesture_al.active.annotation.exchange.names import clean
from gesture_al.active.annotation.exchange.records import (
    LabelFile,
    LabelRecord,
    LabelSegment,
    first_value,
    seconds_of,
    stretch_of_pair,
)
from gesture_al.active.annotation.exchange.rows import annotator_of
from gesture_al.core.errors import UserError

_MEDIA = (("videos", "video_id"), ("images", "image_id"))
_FILE_KEYS = ("clip", "file_name", "name", "file", "path", "coco_url", "id")


def is_coco(content: Mapping[str, Any]) -> bool:
    """Whether JSON is such a set."""
    return all(isinstance(content.get(key), list) for key in ("categories", "annotations"))


def read_coco(content: Mapping[str, Any], path: Path) -> LabelFile:
    """The annotations: of stretches where they have times, else of clips; a video without an annotation has no label.

    Raises:
        UserError: An annotation names a category or file that is not there, or a stretch that is none.
    """
    categories = {_key(one.get("id")): clean(str(one.get("name") or "")) for one in _tables(content, "categories")}
    media = {(key, _key(one.get("id"))): one for table, key in _MEDIA for one in _tables(content, table)}
    used: set[tuple[str, str]] = set()

    def items() -> Iterator[LabelRecord | LabelSegment]:
        for number, one in enumerate(_tables(content, "annotations"), start=1):
            where = f"{path}, annotation {number}"
            name = categories.get(_key(one.get("category_id")))
            of = next(((key, _key(one[key])) for _, key in _MEDIA if key in one), None)
            if not name or of is None or of not in media:
                what = f"category {one.get('category_id')}" if not name else "its video or image"
                raise UserError(f"{where}: {what[:60]} is not in the file; export it again")
            used.add(of)
            yield _label(one, media[of], name, where)
        yield from (LabelRecord(_file(one), None, "skip") for key, one in media.items() if key not in used)

    return LabelFile.of(items())


def _label(one: Mapping[str, Any], medium: Mapping[str, Any], name: str, where: str) -> LabelRecord | LabelSegment:
    stretch = one.get("segment")
    if stretch is not None and not (isinstance(stretch, list) and len(stretch) == 2):
        raise UserError(f"{where}: segment is {str(stretch)[:40]}; it must be a start and an end in seconds")
    pair = stretch or [one.get("start"), one.get("end")]
    if pair == [None, None] and "start_frame" in one:
        rate = seconds_of(medium.get("fps"), "fps", where)
        if not rate:
            raise UserError(f"{where}: is of frames, but its video has no fps; write fps beside its file_name")
        frames = [seconds_of(one.get(key), key, where) for key in ("start_frame", "end_frame")]
        pair = [None if frame is None else frame / rate for frame in frames]
    ends = stretch_of_pair(seconds_of(pair[0], "start", where), seconds_of(pair[1], "end", where), where)
    if ends is not None:
        return LabelSegment(_file(medium), name, ends, annotator_of(one))
    return LabelRecord(_file(medium), name, annotator=annotator_of(one))


def _file(medium: Mapping[str, Any]) -> str:
    pair = first_value(medium, _FILE_KEYS)
    return "" if pair is None else str(pair[1])


def _key(value: Any) -> str:
    return str(value)


def _tables(content: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    tables = content.get(key)
    return [one for one in tables if isinstance(one, Mapping)] if isinstance(tables, list) else []
