"""The videos that are to be extracted, and what is known of each before it is opened."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gesture_al.capture.extraction.pattern import Pattern
from gesture_al.capture.video.reading import find_videos, is_video
from gesture_al.core.errors import UserError
from gesture_al.data.track import UNLABELLED

_COLUMNS = ("path", "class", "subject", "session")


@dataclass(frozen=True)
class VideoFile:
    """One video.

    Args:
        path: File, or folder of pictures.
        name: Path below the folder that was named, with `/`; what people read in reports.
        kind: The class; `unlabelled` where nobody has said.
        stem: What its clips are called.
        who: `subject` and `session`, where known.
        free: A recording in which clips are still to be found.
        problem: Why it cannot be taken; empty where it can.
        key: Of the track that was kept of a video that is gone; empty where the video is there.
    """

    path: Path
    name: str
    kind: str
    stem: str
    who: Mapping[str, str] = field(default_factory=dict)
    free: bool = False
    problem: str = ""
    key: str = ""


def find_sources(
    root: Path, pattern: Pattern | None = None, listed: Path | None = None, free: bool = False, gone: Sequence[VideoFile] = ()
) -> list[VideoFile]:
    """All videos below a folder, or the one that was named.

    The class is the first folder below the root (`unlabelled`: recordings in which clips are to be found); a pattern says it
    otherwise, and a list has the last word.

    Args:
        root: Folder or video.
        pattern: How to read class, subject and session from a path.
        listed: A CSV with the columns `path` (below the root) and any of `class`, `subject`, `session`.
        free: All of them are free recordings.
        gone: Those of videos that are no longer there; they come last.

    Raises:
        UserError: No such folder, no video in it, or a list that cannot be used.
    """
    if not root.exists() and not gone:
        raise UserError(f"{root}: no such folder; name a folder of videos, or a video")
    alone = is_video(root) or root.is_file()
    paths = [root] if alone else find_videos(root) if root.exists() else []
    if not paths and not gone:
        raise UserError(f"{root}: no video in it (mp4, mov, webm, mkv, avi, gif, or folders of pictures); check the path")
    told = _read_list(listed) if listed is not None else {}
    names = {path: path.name if alone else path.relative_to(root).as_posix() for path in paths}
    sources = [_source(path, names[path], pattern, told.get(names[path], {}), free) for path in paths]
    known = {*names.values(), *(source.name for source in gone)}
    missing = [
        VideoFile(root / name, name, UNLABELLED, name, problem=f"is listed in {listed}, but is not there")
        for name in told
        if name not in known
    ]
    return [*sources, *missing, *gone]


def _source(path: Path, name: str, pattern: Pattern | None, told: Mapping[str, str], free: bool) -> VideoFile:
    bare = name if path.is_dir() else str(Path(name).with_suffix("").as_posix())
    folders = bare.split("/")[:-1]
    fields: dict[str, str] = {"class": folders[0]} if folders else {}
    problem = ""
    recording = free or folders[:1] == [UNLABELLED]
    if pattern is not None:
        read = pattern.read(bare)
        if read is None and "class" not in told and not recording:
            problem = f"its path does not fit the pattern {pattern.text}"
        fields |= {key: value for key, value in (read or {}).items() if value != UNLABELLED}
    if recording:
        # Its path may say who is seen in it, but not of which class it is.
        fields["class"] = UNLABELLED
    fields |= {key: value for key, value in told.items() if value}
    kind = UNLABELLED if free else fields.get("class", "")
    if not kind and not problem:
        problem = "lies in no folder named for a class; move it into one, or give --free if clips are to be found in it"
    elif kind.startswith(".") or "/" in kind or "\\" in kind:
        problem = f"{kind!r} cannot be a class: it is the name of a folder"
    inside = folders[1:] if folders[:1] == [kind] else folders
    stem = "-".join([*inside, bare.split("/")[-1]])
    who = {key: fields[key] for key in ("subject", "session") if fields.get(key)}
    return VideoFile(path, name, kind or UNLABELLED, stem, who, kind == UNLABELLED, problem)


def _read_list(path: Path) -> dict[str, dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            columns = [str(name) for name in reader.fieldnames or []]
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise UserError(f"{path}: no list that can be read ({err}); give a CSV with the column `path`") from err
    strange = [name for name in columns if name not in _COLUMNS]
    if "path" not in columns or strange:
        raise UserError(f"{path}: columns are {', '.join(columns) or 'missing'}; must be path, class, subject, session")
    told: dict[str, dict[str, str]] = {}
    for row in rows:
        name = str(row["path"] or "").strip().replace("\\", "/").removeprefix("./")
        if name in told:
            raise UserError(f"{path}: {name} is listed twice; keep one line")
        told[name] = {key: str(row[key] or "").strip() for key in columns if key != "path"}
    return told
