"""The folder that takes go to: a track and a video each, both whole or not at all, under names that are never used twice."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

from gesture_al.capture.extraction.clip_cutter import ClipRules, cut_clips
from gesture_al.capture.video.writing import CLIP_SUFFIX
from gesture_al.core.atomic_io import sync_file, write_json
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import append_line, readable_lines
from gesture_al.data.datasets.recordings import LOCK, WHOLE, WORKSHOP
from gesture_al.data.left_out import clutter
from gesture_al.data.track import UNLABELLED, Track, write_track
from gesture_al.studio.server.address import FILE as ADDRESS

# One line for each take that was kept or taken back; hidden, beside it: what is not kept yet.
MANIFEST = "recorded.jsonl"
_INTENT = "intent.json"
# Whatever a take has left, names its number: its track, or its video as a recorder or a browser writes it.
_TAKEN = (".npz", CLIP_SUFFIX, ".mp4")
# A take is begun only if so much is free: bytes of a short one with video, and without.
_ROOM_WITH_VIDEO, _ROOM = 50_000_000, 2_000_000


@dataclass(frozen=True)
class FinishedTake:
    """A take that is to be kept.

    Args:
        label: Class; None for a free recording.
        subject: Who is seen in it.
        session: Of the recording.
        track: Its landmarks; class, subject and the like are added to its metadata.
        extractor: What they depend on, as JSON.
        video: The file that shows it, in the workshop; None: pictures are not kept.
        manifest_fields: Further ones of its line in the manifest.
    """

    label: str | None
    subject: str
    session: str
    track: Track
    extractor: Mapping[str, Any]
    video: Path | None
    manifest_fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class KeptTake:
    """A take that is on the disk: its name, `<class>/<clip>`, and its files below the folder."""

    name: str
    files: tuple[str, ...]
    subject: str


class ClipStore:
    """A folder of clips that is recorded into; a context manager that keeps other recorders out.

    Args:
        folder: Gets `<class>/<clip>.npz` and beside it the video; what is cut from free recordings goes to `unlabelled`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.workshop, self.manifest = folder, folder / WORKSHOP, folder / MANIFEST
        self._lock = FileLock(self.workshop / LOCK)

    def __enter__(self) -> Self:
        try:
            self.workshop.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout as err:
            raise UserError(f"{self.folder}: another recorder is writing here; close it, or choose another --out") from err
        except OSError as err:
            raise UserError(f"{self.folder}: clips cannot be written here ({err.strerror}); choose another --out") from err
        finish_move(self.folder, self.workshop, self.manifest)
        # Takes that a killed recorder was in the middle of.
        for torn in self.workshop.iterdir():
            if torn.name not in (LOCK, ADDRESS):
                torn.unlink()
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        # The lock's file stays: removed now, it could be another recorder's already.
        self._lock.release()

    def counts(self) -> dict[str, int]:
        """Clips that there are, by class."""
        folders = [
            path for path in self.folder.iterdir() if path.is_dir() and not (path.name.startswith(".") or clutter(path.name))
        ]
        return {path.name: sum(1 for clip in path.glob("*.npz") if not clip.name.startswith(".")) for path in folders}

    def check_room(self, video: bool) -> None:
        """See that a take would have room.

        Raises:
            UserError: Too little of the disk is free.
        """
        free = shutil.disk_usage(self.folder).free
        if free < (_ROOM_WITH_VIDEO if video else _ROOM):
            raise UserError(f"{self.folder}: only {free / 1e6:.0f} MB are free on this disk; make room, then record on")

    def put(self, take: FinishedTake) -> KeptTake:
        """Keep a take: move its files to their place.

        Raises:
            UserError: The disk is full or the like: nothing of the take is there then, and this may be called again.
        """
        name = self._next_name(take)
        try:
            about = _about(take, name)
            tracks = clips_of(replace(take.track, about={**about, **take.track.about}), name, take.label)
            files = [*([_video(name, take.video)] if take.video is not None else []), *tracks]
            line = {"op": "keep", "name": name, "files": files, **_line(take, about)}
            with Move(self.folder, self.workshop, line) as move:
                if take.video is not None:
                    sync_file(take.video)
                    move.bring(take.video, files[0])
                for path, track in tracks.items():
                    write_track(self.folder / path, track)
                append_line(self.manifest, line)
        except OSError as err:
            raise UserError(f"{name} could not be kept ({err.strerror or err}); make room on the disk and keep it again") from err
        return KeptTake(name, tuple(files), take.subject)

    def take_back(self, kept: KeptTake) -> None:
        """Remove a take that was kept.

        Raises:
            UserError: It cannot be removed.
        """
        line = {"op": "undo", "name": kept.name, "files": list(kept.files), "subject": kept.subject, "at": _now()}
        try:
            with Move(self.folder, self.workshop, line) as move:
                move.remove()
                append_line(self.manifest, line)
        except OSError as err:
            where = self.folder / kept.name
            raise UserError(f"{kept.name} could not be removed ({err.strerror or err}); remove {where}.* yourself") from err

    def _next_name(self, take: FinishedTake) -> str:
        stem = f"{take.subject}_{take.session}_"
        return f"{take.label or UNLABELLED}/{stem}{self.last_number(stem) + 1:03d}"

    def last_number(self, stem: str) -> int:
        """Of this subject and session, `<subject>_<session>_`, whatever the class; what was taken back counts too."""
        names = [Path(str(line.get("name", ""))).name for line in readable_lines(self.manifest)]
        names += [path.stem for path in self.folder.glob("*/*") if path.suffix in _TAKEN]
        # Capitals do not count: Ann and ann share their files on a Mac.
        tails = [name[len(stem) :].partition("_")[0] for name in names if name.lower().startswith(stem.lower())]
        return max((int(tail) for tail in tails if tail.isdecimal()), default=0)


def _video(name: str, video: Path) -> str:
    return f"{name}{video.suffix}"


def _about(take: FinishedTake, name: str) -> dict[str, Any]:
    """Metadata of the track."""
    about: dict[str, Any] = {"class": take.label} if take.label is not None else {}
    about |= {"subject": take.subject, "session": take.session}
    if take.video is not None:
        # Told from the folder, which may be moved as a whole.
        about |= {"video": _video(name, take.video), "sha256": hashlib.sha256(take.video.read_bytes()).hexdigest()}
    return about | {"extractor": dict(take.extractor)}


def _line(take: FinishedTake, about: Mapping[str, Any]) -> dict[str, Any]:
    shared = {key: about[key] for key in ("class", "subject", "session", "sha256") if key in about}
    return {**shared, **take.manifest_fields, "at": _now()}


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def clips_of(track: Track, name: str, label: str | None) -> dict[str, Track]:
    """The tracks that are written for a take, by path below the data set's folder.

    Args:
        track: All of the take, with its metadata.
        name: `<class>/<clip>`.
        label: The class; None for a free recording, in which clips are proposed where hands move and come to rest, or, where
            no such place is found, in windows.
    """
    if label is not None:
        return {f"{name}.npz": track}
    stem = Path(name).name
    by_rule = (cut_clips(track, UNLABELLED, stem, track.about, ClipRules(cut=rule)).clips for rule in ("motion", "windows"))
    clips = next(filter(None, by_rule), [])
    return {f"{WHOLE}/{stem}.npz": track, **{f"{path}.npz": clip for path, clip in clips}}


class Move:
    """Write-ahead note of a move of a take's files: written before, removed after; in a `with`.

    An error inside undoes what was done for `keep`; a kill leaves the note, which `finish_move` reads.

    Args:
        folder: Of the data set.
        workshop: Where the note is left.
        line: What the manifest will say: `op` is `keep` or `undo`, `files` are paths below the folder.
    """

    def __init__(self, folder: Path, workshop: Path, line: Mapping[str, Any]) -> None:
        self._folder, self._intent, self._line = folder, workshop / _INTENT, line
        self._moved: tuple[Path, Path] | None = None

    def __enter__(self) -> Self:
        write_json(self._intent, dict(self._line))
        return self

    def bring(self, draft: Path, file: str) -> None:
        """Move a file to its place."""
        place = self._folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(place)
        self._moved = place, draft

    def remove(self) -> None:
        """Remove all the files."""
        _remove(self._folder, self._line["files"])

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        # Only what the program itself can make good: at a kill nothing here runs.
        if kind is not None and self._line["op"] == "keep":
            if self._moved is not None:
                self._moved[0].rename(self._moved[1])
            self.remove()
        if kind is None or self._line["op"] == "keep":
            self._intent.unlink(missing_ok=True)


def finish_move(folder: Path, workshop: Path, manifest: Path) -> None:
    """Finish a move that a kill interrupted: a take of which every file is there is kept, any other leaves nothing behind."""
    intent = workshop / _INTENT
    if not intent.exists():
        return
    line = json.loads(intent.read_text(encoding="utf-8"))
    kept = line["op"] == "keep" and all((folder / file).exists() for file in line["files"])
    if not kept:
        _remove(folder, line["files"])
    noted = any(one.get("op") == line["op"] and one.get("name") == line["name"] for one in readable_lines(manifest))
    if not noted and (kept or line["op"] == "undo"):
        append_line(manifest, line)
    intent.unlink()


def _remove(folder: Path, files: Iterable[str]) -> None:
    for file in files:
        path = folder / file
        path.unlink(missing_ok=True)
        # One that was being written when the kill came.
        for torn in path.parent.glob(f".{glob.escape(path.name)}.*"):
            torn.unlink(missing_ok=True)
        # A folder without clips would be read as a class without clips.
        with contextlib.suppress(OSError):
            path.parent.rmdir()
