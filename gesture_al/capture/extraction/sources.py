"""The videos that are to be extracted, and what path, pattern and list say of each before it is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from gesture_al.capture.video.finding import FoundVideos, find_videos, is_video
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import check_name
from gesture_al.core.messages import located
from gesture_al.core.tables import read_table
from gesture_al.data.clip_set import LeftOut
from gesture_al.data.left_out import told
from gesture_al.data.track import UNLABELLED

_COLUMNS = ("path", "class", "subject", "session")
_FIELD = re.compile(r"\{(\w+)\}")
_FIELDS = ("class", "subject", "session", "n")


@dataclass(frozen=True)
class VideoFile:
    """A video to extract, and what is known of it before it is opened.

    Args:
        path: File, or folder of pictures.
        name: Path below the folder that was named, with `/`; what people read in reports.
        kind: The class; `unlabelled` where nobody has said.
        stem: What its clips are called.
        who: `subject` and `session`, where known.
        problem: Why it cannot be taken; empty where it can.
        key: Of the track that was kept of a video that is gone; empty where the video is there.
    """

    path: Path
    name: str
    kind: str
    stem: str
    who: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    key: str = ""

    @property
    def free(self) -> bool:
        """Whether it is a recording in which clips are still to be found."""
        return self.kind == UNLABELLED


def find_sources(
    root: Path, pattern: Pattern | None = None, listing: Path | None = None, free: bool = False, orphans: Sequence[VideoFile] = ()
) -> list[VideoFile]:
    """All videos below a folder, or the one that was named.

    The class is the first folder below the root (`unlabelled`: recordings in which clips are to be found); a pattern says it
    otherwise, and a list has the last word.

    Args:
        root: Folder or video.
        pattern: How to read class, subject and session from a path.
        listing: A table with the columns `path` and any of `class`, `subject`, `session`. Paths are below the root, below the
            folder of the table, or absolute.
        free: All of them are free recordings.
        orphans: Those of videos that are no longer there; they come last.

    Raises:
        UserError: No such folder, no video in it, or a list that cannot be used.
    """
    check_name(root)
    if not root.exists() and not orphans:
        raise UserError(f"{located(root)}: no such folder; name a folder of videos, or a video")
    alone = is_video(root) or root.is_file()
    found = find_videos(root, _ignored(listing)) if root.is_dir() and not alone else FoundVideos((), ())
    paths = [root] if alone else list(found.videos)
    if not paths and not orphans:
        what = f"; left out {len(found.left_out)}: {told(found.left_out)}" if found.left_out else ""
        raise UserError(f"{root}: no video in it (mp4, mov, webm, ..., or folders of pictures){what}; check the path")
    for path in paths:
        check_name(path)
    rows = _read_listing(listing, root) if listing is not None else {}
    names = {path: path.name if alone else path.relative_to(root).as_posix() for path in paths}
    sources = [_source(path, names[path], pattern, rows.get(names[path], {}), free) for path in paths]
    all_names = {*names.values(), *(source.name for source in orphans)}
    missing = [
        VideoFile(root / name, name, UNLABELLED, name, problem=f"is listed in {listing}, but is not there")
        for name in rows
        if name not in all_names
    ]
    return [*sources, *missing, *orphans]


def _source(path: Path, name: str, pattern: Pattern | None, row: Mapping[str, str], free: bool) -> VideoFile:
    bare = name if path.is_dir() else str(Path(name).with_suffix("").as_posix())
    folders = bare.split("/")[:-1]
    fields: dict[str, str] = {"class": folders[0]} if folders else {}
    problem = ""
    recording = free or folders[:1] == [UNLABELLED]
    if pattern is not None:
        values = pattern.read(bare)
        if values is None and "class" not in row and not recording:
            problem = f"its path does not fit the pattern {pattern.text}"
        fields |= {key: value for key, value in (values or {}).items() if value != UNLABELLED}
    if recording:
        # Its path may say who is seen in it, but not of which class it is.
        fields["class"] = UNLABELLED
    fields |= {key: value for key, value in row.items() if value}
    kind = UNLABELLED if free else fields.get("class", "")
    if not kind and not problem:
        problem = "lies in no folder named for a class; move it into one, or give --free if clips are to be found in it"
    elif kind.startswith(".") or "/" in kind or "\\" in kind:
        problem = f"{kind!r} cannot be a class: it is the name of a folder"
    inside = folders[1:] if folders[:1] == [kind] else folders
    stem = "-".join([*inside, bare.split("/")[-1]])
    who = {key: fields[key] for key in ("subject", "session") if fields.get(key)}
    return VideoFile(path, name, kind or UNLABELLED, stem, who, problem)


def left_out_of(root: Path, listing: Path | None = None, out: Path | None = None) -> tuple[LeftOut, ...]:
    """What in a folder is no video and no picture of a clip, and why.

    Args:
        root: Folder or video.
        listing: The list of the videos, which may lie among them.
        out: The data set's folder, likewise.
    """
    return find_videos(root, _ignored(listing, out)).left_out if root.is_dir() and not is_video(root) else ()


def _ignored(*places: Path | None) -> list[Path]:
    return [place for place in places if place is not None]


def _read_listing(path: Path, root: Path) -> dict[str, dict[str, str]]:
    """The columns of each video by its name below the root."""
    table = read_table(path)
    columns = [name for name in table.columns if any(row.cells[name] for row in table.rows) or name in _COLUMNS]
    if "path" not in columns or any(name not in _COLUMNS for name in columns):
        raise UserError(f"{path}: columns are {', '.join(columns) or 'missing'}; must be path, class, subject, session")
    row_of_name: dict[str, dict[str, str]] = {}
    for row in table.rows:
        if not row.cells["path"]:
            raise UserError(f"{path}, line {row.line}: names no path; write one, or remove the line")
        name = _name_of(row.cells["path"], root, path.parent)
        if name in row_of_name:
            raise UserError(f"{path}, line {row.line}: {name} is listed twice; keep one line")
        row_of_name[name] = {key: row.cells[key] for key in columns if key != "path"}
    return row_of_name


def _name_of(cell: str, root: Path, folder: Path) -> str:
    """The name below the root of what a cell means: a path below the root, below the table's folder, or an absolute one.

    An absolute path of another machine is taken from behind a folder that is called as the root is.
    """
    text = PurePosixPath(cell.replace("\\", "/")).as_posix()
    absolute = Path(text).is_absolute() or re.match(r"[A-Za-z]:/", text) is not None
    try:
        if not absolute and (root / text).exists():
            return text
        for start in (root.absolute(), root.resolve()):
            place = Path(text) if absolute else (folder / text).absolute()
            if place.is_relative_to(start) and place != start and (absolute or place.exists()):
                return place.relative_to(start).as_posix()
        behind = text.rpartition(f"/{root.absolute().name}/")[2]
        return behind if absolute and (root / behind).exists() else text
    except (OSError, ValueError):  # Too long, or no path at all.
        return text


class Pattern:
    """A path pattern with fields in braces, such as `{class}/{subject}_{session}_{n}`: what a file's path says of its clip.

    A field stands for at least one character other than `/`, as few as will do: `{subject}_{session}` reads `ann_b_c` as `ann`
    and `b_c`. `*` stands for any part of a name, `**/` for any folders, none included. The suffix is left away.

    >>> Pattern("{class}/{subject}_{session}_{n}").read("Like/ann_2_007")
    {'class': 'Like', 'subject': 'ann', 'session': '2'}
    >>> Pattern("{class}/{subject}").read("Like") is None
    True

    Raises:
        UserError: A field that nobody knows, one that stands twice, or none.
    """

    def __init__(self, text: str) -> None:
        fields = _FIELD.findall(text)
        unknown = [name for name in fields if name not in _FIELDS]
        if unknown or not fields or len(set(fields)) != len(fields):
            what = f"{{{unknown[0]}}} is unknown" if unknown else "each field may stand once" if fields else "it has no field"
            raise UserError(f"--pattern {text}: {what}; fields are {', '.join(f'{{{name}}}' for name in _FIELDS)}")
        self.text = text
        pieces = re.split(r"(\{\w+\}|\*\*/|\*)", text.replace("\\", "/").removeprefix("./"))
        self._regex = re.compile("".join(map(_as_regex, pieces)))

    def read(self, path: str) -> dict[str, str] | None:
        """The fields of a path without suffix, `n` left away; None where the path does not fit."""
        match = self._regex.fullmatch(path)
        if match is None:
            return None
        values: Mapping[str, str] = match.groupdict()
        return {name.removeprefix("f_"): value for name, value in values.items() if name != "f_n"}


def _as_regex(piece: str) -> str:
    if field := _FIELD.fullmatch(piece):
        # `class` is no name that a group may have.
        return f"(?P<f_{field.group(1)}>[^/]+?)"
    return {"**/": "(?:.*/)?", "*": "[^/]*"}.get(piece, re.escape(piece))
