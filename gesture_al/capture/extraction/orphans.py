"""Videos that are no longer there, but whose whole tracks are: their clips can be cut anew all the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gesture_al.capture.extraction.manifest import kept_at, there
from gesture_al.capture.extraction.sources import VideoFile
from gesture_al.capture.extraction.table import Row, read_table
from gesture_al.core.errors import UserError
from gesture_al.data.track import UNLABELLED, read_track

# What a proposal's name has behind its recording's.
_CUT = re.compile(r"_\d{6,}$")


def gone_sources(root: Path, out: Path, extractor: Mapping[str, Any]) -> list[VideoFile]:
    """What was extracted with this extractor from videos at or below `root` that have been removed since.

    Class, subject and session are those of that extraction: nothing is left that a pattern or a list could be about.

    Args:
        root: Folder or video that was named; need not exist.
        out: The data set's folder.
        extractor: Its settings; a track of another one stays as it is, with its clips.
    """
    top = root.absolute()
    found = []
    for row in read_table(out):
        video = Path(row.video)
        if video.exists() or not video.is_relative_to(top) or not row.key or not kept_at(out, row.key).exists():
            continue
        if row.paths and not any(there(out, path) for path in row.paths):
            # Video and clips were removed by hand: they are not wanted.
            continue
        try:
            told = read_track(kept_at(out, row.key)).about.get("extractor")
        except UserError:
            continue
        if told == json.loads(json.dumps(dict(extractor))):
            name = video.name if video == top else video.relative_to(top).as_posix()
            who = {key: value for key, value in (("subject", row.subject), ("session", row.session)) if value}
            found.append(VideoFile(video, name, row.kind, _stem(row, out), who, row.kind == UNLABELLED, key=row.key))
    return found


def _stem(row: Row, out: Path) -> str:
    """What the clips were called, so that they are called so again."""
    for path in row.paths:
        if row.kind != UNLABELLED:
            return Path(path).stem
        try:
            return str(read_track(out / path).about["recording"])
        except (UserError, KeyError):
            # Moved into a class by hand, or removed: its name tells as much.
            return _CUT.sub("", Path(path).stem)
    return Path(row.video).stem
