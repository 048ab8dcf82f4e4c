"""The files of a take put in place, or taken away, as one: a kill in the middle is made good at the next start."""

from __future__ import annotations

import contextlib
import glob
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gesture_al.core.atomic_io import append_line, read_lines, write_json

_INTENT = "intent.json"


class Move:
    """What is about to happen to the files of a take, noted before and crossed out after; in a `with`.

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
    """Make good what a kill has interrupted: a take of which every file is there is kept, any other leaves nothing behind."""
    intent = workshop / _INTENT
    if not intent.exists():
        return
    line = json.loads(intent.read_text(encoding="utf-8"))
    kept = line["op"] == "keep" and all((folder / file).exists() for file in line["files"])
    if not kept:
        _remove(folder, line["files"])
    told = any(one.get("op") == line["op"] and one.get("name") == line["name"] for one in read_lines(manifest))
    if not told and (kept or line["op"] == "undo"):
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
