"""What earlier extractions left in a data set's folder, and what of it stays."""

from __future__ import annotations

import glob
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from gesture_al.capture.extraction.sources import VideoFile
from gesture_al.capture.extraction.table import Row
from gesture_al.core.errors import UserError
from gesture_al.data.datasets.recordings import KEPT
from gesture_al.data.track import UNLABELLED, read_track

# What a clip's name has behind its recording's.
_CUT = re.compile(r"_\d{6,}\.npz$")


def with_earlier(rows: dict[str, Row], before: Sequence[Row], out: Path) -> list[Row]:
    """The rows now, and of earlier extractions those whose clips are still there; a video that was moved is not kept twice.

    What shows a hand is kept too: of a video that was removed nothing else is left, and other rules may find clips in it.
    """
    keys = {row.key for row in rows.values() if row.key}
    kept = dict(rows)
    for row in before:
        if row.video in kept:
            continue
        if row.key in keys and not Path(row.video).exists():
            now = {path for other in rows.values() for path in other.paths}
            for path in row.paths:
                if path not in now:
                    (out / path).unlink(missing_ok=True)
        elif any((out / path).exists() for path in row.paths) or Path(row.video).exists() or _only(row, out):
            kept[row.video] = row
    return sorted(kept.values(), key=lambda row: row.video)


def _only(row: Row, out: Path) -> bool:
    return not row.paths and row.any > 0 and kept_at(out, row.key).exists()


def forget_unused(out: Path, keys: set[str]) -> None:
    """Tracks of videos that are no longer known, or of other settings, go."""
    for path in (out / KEPT).glob("*.npz"):
        if path.stem not in keys:
            path.unlink(missing_ok=True)


class Names:
    """What clips are called: as their videos, with a piece of the content's hash where two would share a name."""

    def __init__(self, out: Path, before: Sequence[Row]) -> None:
        self._out = out
        self._owner = {_CUT.sub(".npz", path): row for row in before for path in row.paths}
        self._given: Counter[str] = Counter()

    def stem(self, source: VideoFile, video: str, key: str) -> str:
        """The name of a video's clips; call it once a video, in the order of the videos."""
        wanted = f"{source.kind}/{source.stem}.npz"
        self._given[wanted] += 1
        owner = self._owner.get(wanted)
        # The same content under another path is a video that was moved, and takes its name along.
        held = owner.video != video and owner.key != key if owner is not None else self._strange(wanted, video)
        return f"{source.stem}-{key[:6]}" if held or self._given[wanted] > 1 else source.stem

    def _strange(self, path: str, video: str) -> bool:
        """Whether there is a clip that no table knows, and that was not made of this video either: somebody recorded it."""
        if not (self._out / path).exists():
            return False
        try:
            return read_track(self._out / path).about.get("video") != video
        except UserError:
            return False


def there(out: Path, path: str) -> bool:
    """Whether a clip lies where it was written, or, proposed from a recording, was moved into a class by hand."""
    folder, _, name = path.partition("/")
    return (out / path).exists() or (folder == UNLABELLED and any(out.glob(f"[!.]*/{glob.escape(name)}")))


def kept_at(out: Path, key: str) -> Path:
    """The file of a whole track: what is cut from it can be cut anew, and a moved video is known again."""
    return out / KEPT / f"{key}.npz"
