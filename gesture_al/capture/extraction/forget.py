"""Removal of one person from a data set's folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from gesture_al.capture.extraction.page import PAGE
from gesture_al.capture.extraction.table import TABLE, read_table, write_table
from gesture_al.core.cache_folder import cache_root
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import readable_lines, write_lines
from gesture_al.core.messages import located
from gesture_al.data.track import UNLABELLED, read_track


@dataclass
class Traces:
    """Files and rows of one person.

    Args:
        folder: The data set's.
        subject: The person.
        clips: Tracks in the classes' folders.
        whole_tracks: Whole tracks that clips were cut from.
        videos: What they were taken from, wherever it lies.
        rows: How many rows of the tracking table.
        lines: How many lines of the recorder's list.
        unreadable: Tracks that cannot be read, so that nobody knows whose they are.
    """

    folder: Path
    subject: str
    clips: list[Path] = field(default_factory=list)
    whole_tracks: list[Path] = field(default_factory=list)
    videos: list[Path] = field(default_factory=list)
    rows: int = 0
    lines: int = 0
    unreadable: list[Path] = field(default_factory=list)

    @property
    def ids(self) -> set[str]:
        """The clips as data sets and runs name them, those too that were asked about before they were put into a class."""
        return {f"{kind}/{path.stem}" for path in self.clips for kind in (path.parent.name, UNLABELLED)}

    def __bool__(self) -> bool:
        return bool(self.clips or self.whole_tracks or self.videos or self.rows or self.lines)


def find_traces(folder: Path, subject: str) -> Traces:
    """Look through tracks, the tracking table and the recorder's list.

    Raises:
        UserError: No such folder, or a table that cannot be read.
    """
    if not folder.is_dir():
        raise UserError(f"{located(folder)}: no such folder of landmarks; name it with --data")
    traces = Traces(folder, subject)
    rows = [row for row in read_table(folder) if row.subject == subject]
    listed_clips = {folder / path for row in rows for path in row.paths}
    keys = {row.key for row in rows}
    videos = {Path(row.video) for row in rows}
    for path in sorted(folder.glob("*/*.npz")):
        try:
            about = read_track(path).about
        except UserError:
            traces.unreadable.append(path)
            about = {}
        if about.get("subject") != subject and path not in listed_clips and path.stem not in keys:
            continue
        (traces.whole_tracks if path.parent.name.startswith(".") else traces.clips).append(path)
        # A copy of somebody else's video shares its whole track; that one's video is not meant.
        if "video" in about and about.get("subject") == subject:
            # What was extracted names its video in full, what was recorded below the folder.
            videos.add(folder / str(about["video"]))
    traces.videos = sorted(path for path in videos if path.exists())
    traces.rows = len(rows)
    traces.lines = sum(line.get("subject") == subject for path in folder.glob("*.jsonl") for line in readable_lines(path))
    return traces


def remove_traces(traces: Traces) -> None:
    """Remove these traces, the report that shows them, and the converted sets in the cache, which cannot be told apart."""
    folder = traces.folder
    for path in (*traces.clips, *traces.whole_tracks, *traces.videos):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for path in folder.glob("*.jsonl"):
        lines = readable_lines(path)
        others = [line for line in lines if line.get("subject") != traces.subject]
        if len(others) < len(lines):
            write_lines(path, others)
    if (folder / TABLE).exists():
        write_table(folder, [row for row in read_table(folder) if row.subject != traces.subject])
        # Drawn again by the next extraction.
        (folder / PAGE).unlink(missing_ok=True)
    for converted in (cache_root() / "sets").glob("clips-*"):
        shutil.rmtree(converted, ignore_errors=True)
