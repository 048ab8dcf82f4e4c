"""What earlier extractions left in a data set's folder: what of it stays, what clips are called, and videos that were removed."""

from __future__ import annotations

import glob
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gesture_al.capture.extraction.sources import VideoFile
from gesture_al.capture.extraction.table import Row, read_table
from gesture_al.core.errors import UserError
from gesture_al.data.datasets.recordings import KEPT
from gesture_al.data.track import UNLABELLED, read_track

# What the name of a clip from a free recording has behind the recording's.
_START = re.compile(r"_\d{6,}$")


def merge_rows(rows: dict[str, Row], before: Sequence[Row], out: Path) -> list[Row]:
    """The rows now, and those of earlier extractions whose clips still exist; a video that was moved is not kept twice.

    Rows of tracks that show a hand stay too: of a video that was removed nothing else is left, and other rules may find clips.
    """
    keys = {row.key for row in rows.values() if row.key}
    merged = dict(rows)
    for row in before:
        if row.video in merged:
            continue
        if row.key in keys and not Path(row.video).exists():
            current = {path for other in rows.values() for path in other.paths}
            for path in row.paths:
                if path not in current:
                    (out / path).unlink(missing_ok=True)
        elif any((out / path).exists() for path in row.paths) or Path(row.video).exists() or _has_track(row, out):
            merged[row.video] = row
    return sorted(merged.values(), key=lambda row: row.video)


def _has_track(row: Row, out: Path) -> bool:
    """Whether all that is left of a video is its track, in which other rules may find clips."""
    return not row.paths and row.any > 0 and track_file(out, row.key).exists()


def remove_unused_tracks(out: Path, keys: set[str]) -> None:
    """Remove the whole tracks of videos that are no longer in the table, or of other settings."""
    for path in (out / KEPT).glob("*.npz"):
        if path.stem not in keys:
            path.unlink(missing_ok=True)


class ClipNames:
    """Names of clips: as their videos, with a piece of the content's hash where two would share a name."""

    def __init__(self, out: Path, before: Sequence[Row]) -> None:
        self._out = out
        self._owner = {_without_start(path): row for row in before for path in row.paths}
        self._uses: Counter[str] = Counter()

    def stem(self, source: VideoFile, video: str, key: str) -> str:
        """The name of a video's clips; call it once a video, in the order of the videos."""
        wanted = f"{source.kind}/{source.stem}.npz"
        self._uses[wanted] += 1
        owner = self._owner.get(wanted)
        # The same content under another path is a video that was moved, and takes its name along.
        is_used = owner.video != video and owner.key != key if owner is not None else self._is_foreign(wanted, video)
        return f"{source.stem}-{key[:6]}" if is_used or self._uses[wanted] > 1 else source.stem

    def _is_foreign(self, path: str, video: str) -> bool:
        """Whether there is a clip that no table knows, and that was not made of this video either: somebody recorded it."""
        if not (self._out / path).exists():
            return False
        try:
            return read_track(self._out / path).about.get("video") != video
        except UserError:
            return False


def clip_exists(out: Path, path: str) -> bool:
    """Whether a clip lies where it was written, or, proposed from a recording, was moved into a class by hand."""
    folder, _, name = path.partition("/")
    return (out / path).exists() or (folder == UNLABELLED and any(out.glob(f"[!.]*/{glob.escape(name)}")))


def track_file(out: Path, key: str) -> Path:
    """The file of a whole track: what is cut from it can be cut anew, and a moved video is known again."""
    return out / KEPT / f"{key}.npz"


def find_orphans(root: Path, out: Path, extractor: Mapping[str, Any]) -> list[VideoFile]:
    """Videos at or below `root` that were removed since this extractor went through them; their clips can be cut anew.

    Class, subject and session are those of that extraction: nothing is left that a pattern or a list could be about.

    Args:
        root: Folder or video that was named; need not exist.
        out: The data set's folder.
        extractor: Its settings; a track of another one stays as it is, with its clips.
    """
    top = root.absolute()
    orphans = []
    for row in read_table(out):
        video = Path(row.video)
        if video.exists() or not video.is_relative_to(top) or not row.key or not track_file(out, row.key).exists():
            continue
        if row.paths and not any(clip_exists(out, path) for path in row.paths):
            # Video and clips were removed by hand: they are not wanted.
            continue
        try:
            settings = read_track(track_file(out, row.key)).about.get("extractor")
        except UserError:
            continue
        if settings == json.loads(json.dumps(dict(extractor))):
            name = video.name if video == top else video.relative_to(top).as_posix()
            who = {key: value for key, value in (("subject", row.subject), ("session", row.session)) if value}
            orphans.append(VideoFile(video, name, row.kind, _stem(row, out), who, key=row.key))
    return orphans


def _stem(row: Row, out: Path) -> str:
    """What the clips of a removed video were called, so that they are called so again."""
    for path in row.paths:
        if row.kind != UNLABELLED:
            return Path(path).stem
        try:
            return str(read_track(out / path).about["recording"])
        except (UserError, KeyError):
            # Moved into a class by hand, or removed: its name tells as much.
            return _START.sub("", Path(path).stem)
    return Path(row.video).stem


def _without_start(path: str) -> str:
    return f"{_START.sub('', path.removesuffix('.npz'))}.npz"
