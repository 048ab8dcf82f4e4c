"""The tracking table: a row a video, on disk between two extractions."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import decimal, read_text
from gesture_al.data.clip_set import LeftOut

TABLE = "tracking.csv"
LEFT_OUT_TABLE = "left_out.csv"
TAKEN, LEFT_OUT, BROKEN = "taken", "left out", "broken"


@dataclass(frozen=True)
class Row:
    """The row of one video: what became of it.

    Args:
        video: Where it lies.
        kind: Its class, or `unlabelled`.
        subject: Who is seen; empty where unknown.
        session: When; likewise.
        state: `taken`, `left out` or `broken`.
        reason: Why it is not taken, or what is to be known of it.
        clips: How many clips it gave.
        frames: Of the video.
        seconds: From its first frame to its last.
        left: Share of frames with the left hand, 0 to 1.
        right: With the right hand.
        any: With at least one.
        flags: What is doubtful, and in how many frames.
        key: Of its track.
        settings: Hash of all else that the clips depend on.
        files: The clips, below the data set's folder, separated by `|`.
    """

    video: str
    kind: str
    subject: str
    session: str
    state: str
    reason: str = ""
    clips: int = 0
    frames: int = 0
    seconds: float = 0.0
    left: float = 0.0
    right: float = 0.0
    any: float = 0.0
    flags: str = ""
    key: str = ""
    settings: str = ""
    files: str = ""

    @property
    def paths(self) -> list[str]:
        """The clips' files, below the data set's folder."""
        return self.files.split("|") if self.files else []


def write_table(folder: Path, rows: Iterable[Row]) -> None:
    """Replace the table in one step; `class` is what `kind` is called there."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [_column(field.name) for field in fields(Row)], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        cells = {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(row).items()}
        writer.writerow({_column(key): value for key, value in cells.items()})
    write_atomic(folder / TABLE, text.getvalue())


def write_left_out(folder: Path, left_out: Sequence[LeftOut]) -> None:
    """Write what was no video beside the tracking table, a line each with `file` and `reason`; no file where nothing was."""
    path = folder / LEFT_OUT_TABLE
    if not left_out:
        path.unlink(missing_ok=True)
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("file", "reason"), *((one.clip, one.reason) for one in left_out)])
    write_atomic(path, text.getvalue())


def read_table(folder: Path) -> list[Row]:
    """The rows of the last extraction; none where there was none.

    Raises:
        UserError: The file is not what `write_table` writes.
    """
    path = folder / TABLE
    if not path.exists():
        return []
    kinds: dict[str, Callable[[str], Any]] = {"int": int, "float": decimal}
    text = read_text(path)
    try:
        return [
            Row(**{f.name: kinds.get(str(f.type), str)(line[_column(f.name)]) for f in fields(Row)})
            for line in csv.DictReader(io.StringIO(text, newline=""))
        ]
    except (KeyError, ValueError, TypeError, csv.Error) as err:
        raise UserError(f"{path}: not a tracking table that can be read ({err}); remove it and extract again") from err


def _column(name: str) -> str:
    return "class" if name == "kind" else name
