"""Importers of labels and of lists of videos: CSV, JSON lines and Label Studio JSON."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from fuzz.arrays import write
from fuzz.importers import Work, importer, spoil
from fuzz.mutations import (
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

        records = read_labels(path)
        for one in records:
            numbers = [number for number in (one.seconds, one.start, one.end) if number is not None]
            if not all(abs(number) < 1e300 for number in numbers) or one.seconds < 0:
                raise NonsenseError(f"{one}")
        for suffix in (".csv", ".jsonl", ".json"):
            write_labels(Path(f"again{suffix}"), records)
        return f"{len(records)} labels"

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
