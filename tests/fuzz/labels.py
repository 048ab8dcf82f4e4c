"""Importers of labels and of lists of videos: CSV, JSON lines, JSON of several tools, and ELAN's XML."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from fuzz.arrays import write
from fuzz.importers import Work, importer, spoil
from fuzz.mutations import (
    mutated_bytes,
    mutated_json,
    mutated_lines,
    mutated_table,
)
from fuzz.running import NonsenseError


def _records() -> list[dict[str, Any]]:
    return [
        {
            "clip": f"clip{n}",
            "class": "ab"[n % 2],
            "kind": "label",
            "annotator": "ann",
            "time": "2026-01-01T00:00:00",
            "seconds": 1.5,
            "start": 0.5,
            "end": 1.0,
            "reason": "",
        }
        for n in range(6)
    ]


def _labels(path: Path) -> Work:
    def read() -> str:
        from gesture_al.active.annotation.exchange.formats import read_labels, write_labels

        file = read_labels(path)
        records = file.records
        for one in records:
            numbers = [number for number in (one.seconds, one.start, one.end) if number is not None]
            if not all(abs(number) < 1e300 for number in numbers) or one.seconds < 0:
                raise NonsenseError(f"{one}")
        for segment in file.segments:
            if segment.stretch is not None and not 0 <= segment.stretch.start <= segment.stretch.end < 1e300:
                raise NonsenseError(f"{segment}")
        for suffix in (".csv", ".jsonl", ".json"):
            write_labels(Path(f"again{suffix}"), records)
        return f"{len(records)} labels, {len(file.segments)} segments"

    return read


def _csv_of(records: list[dict[str, Any]]) -> str:
    lines = [",".join(records[0]), *(",".join(map(str, record.values())) for record in records)]
    return "\n".join(lines) + "\n"


def _good_label_table(folder: Path) -> Work:
    write(folder / "labels.csv", _csv_of(_records()).encode())
    return _labels(folder / "labels.csv")


@importer("csv labels", _good_label_table)
def _bad_label_table(rng: random.Random, folder: Path) -> Work:
    return _labels(spoil(rng, folder / "labels.csv", lambda: mutated_table(rng, _csv_of(_records()))))


def _good_label_lines(folder: Path) -> Work:
    write(folder / "labels.jsonl", b"".join(json.dumps(one).encode() + b"\n" for one in _records()))
    return _labels(folder / "labels.jsonl")


@importer("jsonl labels", _good_label_lines)
def _bad_label_lines(rng: random.Random, folder: Path) -> Work:
    return _labels(spoil(rng, folder / "labels.jsonl", lambda: mutated_lines(rng, _records())))


def _tasks() -> list[dict[str, Any]]:
    choice = {"from_name": "gesture", "to_name": "clip", "type": "choices", "value": {"choices": ["a"]}}
    done = {"id": 1, "result": [choice], "was_cancelled": False, "lead_time": 2.5, "created_at": "2026-01-01"}
    data = {"clip": "clip0", "annotator": "ann", "kind": "label", "start": 0.5, "end": 1.5, "reason": ""}
    return [
        {"id": 1, "data": data, "annotations": [done]},
        {"clip": "clip1", "gesture": "b", "lead_time": 1.0, "start": 0.5, "end": 1},
    ]


def _good_label_studio(folder: Path) -> Work:
    write(folder / "labels.json", json.dumps(_tasks()).encode())
    return _labels(folder / "labels.json")


@importer("label studio json", _good_label_studio)
def _bad_label_studio(rng: random.Random, folder: Path) -> Work:
    return _labels(spoil(rng, folder / "labels.json", lambda: mutated_json(rng, _tasks())))


def _lines_of_tools() -> list[dict[str, Any]]:
    span = {"start": 0.5, "end": 1.5, "label": "a"}
    return [
        {"id": 1, "text": "clip0", "label": ["a"], "Comments": []},
        {"text": "clip1", "options": [{"id": 1, "text": "a"}], "accept": [1], "answer": "accept", "_annotator_id": "ann"},
        {"path": "b.mp4", "audio_spans": [span], "answer": "accept"},
    ]


def _good_lines_of_tools(folder: Path) -> Work:
    write(folder / "labels.jsonl", b"".join(json.dumps(one).encode() + b"\n" for one in _lines_of_tools()))
    return _labels(folder / "labels.jsonl")


@importer("doccano and prodigy lines", _good_lines_of_tools)
def _bad_lines_of_tools(rng: random.Random, folder: Path) -> Work:
    return _labels(spoil(rng, folder / "labels.jsonl", lambda: mutated_lines(rng, _lines_of_tools())))


def _segment_sets() -> list[dict[str, Any]]:
    coco = {
        "categories": [{"id": 1, "name": "a"}],
        "videos": [{"id": 10, "file_name": "a.mp4", "fps": 25}],
        "annotations": [{"id": 1, "video_id": 10, "category_id": 1, "start_frame": 5, "end_frame": 30}],
    }
    via = {
        "attribute": {"1": {"aname": "gesture", "type": 4, "options": {"0": "a"}}},
        "file": {"1": {"fid": "1", "fname": "a.mp4"}},
        "metadata": {"1_a": {"vid": "1", "z": [0.5, 2], "xy": [], "av": {"1": "0"}}},
        "view": {"1": {"fid_list": ["1"]}},
    }
    return [coco, via]


def _good_segment_set(folder: Path) -> Work:
    write(folder / "labels.json", json.dumps(_segment_sets()[0]).encode())
    return _labels(folder / "labels.json")


@importer("coco and via json", _good_segment_set)
def _bad_segment_set(rng: random.Random, folder: Path) -> Work:
    return _labels(spoil(rng, folder / "labels.json", lambda: mutated_json(rng, rng.choice(_segment_sets()))))


_VIA_TABLE = (
    "# CSV_HEADER = metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,metadata\n"
    '1_a,"[""a.mp4""]",0,"[1.5,3]","[]","{""gesture"":""a""}"\n'
)


def _good_via_table(folder: Path) -> Work:
    write(folder / "via.csv", _VIA_TABLE.encode())
    return _labels(folder / "via.csv")


@importer("via csv", _good_via_table)
def _bad_via_table(rng: random.Random, folder: Path) -> Work:
    return _labels(spoil(rng, folder / "via.csv", lambda: mutated_table(rng, _VIA_TABLE)))


_EAF = (
    '<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT FORMAT="3.0"><HEADER TIME_UNITS="milliseconds">'
    '<MEDIA_DESCRIPTOR MEDIA_URL="file:///a.mp4" TIME_ORIGIN="100"/></HEADER><TIME_ORDER>'
    '<TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/>'
    '<TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="1500"/></TIME_ORDER><TIER TIER_ID="gesture"><ANNOTATION><ALIGNABLE_ANNOTATION '
    'ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>a</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>'
    "</ANNOTATION></TIER></ANNOTATION_DOCUMENT>"
)
# What swells, names files of the machine, hides behind an encoding, or is nested without end.
_EVIL_XML = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE a SYSTEM "file:///dev/zero">',
    "<a>" * 50_000,
    "<![CDATA[" + "x" * 100_000 + "]]>",
    "&#0;",
)


def _good_eaf(folder: Path) -> Work:
    write(folder / "labels.eaf", _EAF.encode())
    return _labels(folder / "labels.eaf")


@importer("elan eaf", _good_eaf)
def _bad_eaf(rng: random.Random, folder: Path) -> Work:
    def content() -> bytes:
        if rng.random() < 0.5:
            return mutated_bytes(rng, _EAF.encode())
        place = _EAF.index(">", rng.randrange(len(_EAF) - 1)) + 1
        text = _EAF[:place] + rng.choice((*_EVIL_XML, _EAF[:place])) + _EAF[place:]
        return text.encode(rng.choice(("utf-8", "utf-8", "utf-16", "utf-32")))

    return _labels(spoil(rng, folder / "labels.eaf", content))


_LISTING = "path,class,subject,session\na/1.mp4,a,ann,1\nb/2.mp4,b,ben,2\n"


def _listing(listing: Path) -> Work:
    def read() -> str:
        from gesture_al.capture.extraction.sources import find_sources
        from gesture_al.capture.extraction.table import read_table

        if listing.name == "tracking.csv":
            return f"{len(read_table(listing.parent))} rows"
        return f"{len(find_sources(listing.parent, None, listing))} videos"

    return read


def _good_listing(folder: Path) -> Work:
    for name in ("a/1.mp4", "b/2.mp4"):
        write(folder / name, b"x")
    write(folder / "list.csv", _LISTING.encode())
    return _listing(folder / "list.csv")


@importer("csv lists of videos", _good_listing)
def _bad_listing(rng: random.Random, folder: Path) -> Work:
    _good_listing(folder)
    if rng.random() < 0.4:
        from gesture_al.capture.extraction.table import Row, write_table

        write_table(folder, [Row("a/1.mp4", "a", "ann", "1", "taken", clips=1, frames=9, seconds=1.0)] * 3)
        text = (folder / "tracking.csv").read_text()
        path = spoil(rng, folder / "tracking.csv", lambda: mutated_table(rng, text))
        return _listing(path if path.name == "tracking.csv" else path.rename(folder / "tracking.csv"))
    return _listing(spoil(rng, folder / "list.csv", lambda: mutated_table(rng, _LISTING)))
