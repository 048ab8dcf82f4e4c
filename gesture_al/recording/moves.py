"""A clip's two files put in place, or taken away, as one: a kill in the middle is made good at the next start."""

from __future__ import annotations

import glob
import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gesture_al.durable import append_line, read_lines, write_json

_INTENT = "intent.json"


class Move:
    """What is about to happen to a clip, noted before and crossed out after; in a `with`.

    An error inside undoes what was done for `keep`; a kill leaves the note, which `finish_move` reads.

    Args:
        folder: Of the clips.
        workshop: Where the note is left.
        line: What the manifest will say: `op` is `keep` or `undo`, `name` is `<class>/<clip>`.
    """

    def __init__(self, folder: Path, workshop: Path, line: Mapping[str, Any]) -> None:
        self._clip = folder / str(line["name"])
        self._intent, self._line = workshop / _INTENT, line
        self._draft: Path | None = None

    def __enter__(self) -> Self:
        write_json(self._intent, dict(self._line))
        return self

    def video(self, draft: Path) -> None:
        """Move the video to its place."""
        self._clip.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(self._clip.with_name(f"{self._clip.name}.mp4"))
        self._draft = draft

    def remove(self) -> None:
        """Remove both files; without its track the video is no clip, so the track goes first."""
        _remove(self._clip)

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        # Only what the program itself can make good: at a kill nothing here runs.
        if kind is not None and self._line["op"] == "keep":
            if self._draft is not None:
                self._clip.with_name(f"{self._clip.name}.mp4").rename(self._draft)
            _remove(self._clip)
        if kind is None or self._line["op"] == "keep":
            self._intent.unlink(missing_ok=True)


def finish_move(folder: Path, workshop: Path, manifest: Path) -> None:
    """Make good what a kill has interrupted: a clip whose track is there is kept, any other leaves nothing behind."""
    intent = workshop / _INTENT
    if not intent.exists():
        return
    line = json.loads(intent.read_text(encoding="utf-8"))
    clip = folder / str(line["name"])
    kept = line["op"] == "keep" and clip.with_name(f"{clip.name}.npz").exists()
    if not kept:
        _remove(clip)
    told = any(one.get("op") == line["op"] and one.get("name") == line["name"] for one in read_lines(manifest))
    if not told and (kept or line["op"] == "undo"):
        append_line(manifest, line)
    intent.unlink()


def _remove(clip: Path) -> None:
    for suffix in (".npz", ".mp4"):
        clip.with_name(f"{clip.name}{suffix}").unlink(missing_ok=True)
    # A track that was being written when the kill came.
    for torn in clip.parent.glob(f".{glob.escape(clip.name)}.npz.*"):
        torn.unlink(missing_ok=True)
