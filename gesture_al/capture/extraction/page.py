"""The tracking report as a page: what the tracker saw of each video, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from gesture_al.capture.extraction.table import BROKEN, LEFT_OUT, TABLE, TAKEN, Row
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.templates import render
from gesture_al.data.track import UNLABELLED

PAGE = "tracking.html"
_FLAGS = {
    "small_hand": "hand too small",
    "cut_hand": "hand cut by the edge",
    "several_people": "several people",
    "same_side_twice": "two hands of one side",
}


def write_page(folder: Path, rows: Sequence[Row], at_least: float) -> None:
    """Replace the page in one step.

    Args:
        folder: Of the data set.
        rows: A row a video.
        at_least: The share of frames with a hand that a clip needs.
    """
    states = Counter(row.state for row in rows)
    clips, without = sum(row.clips for row in rows), states[LEFT_OUT] + states[BROKEN]
    frames = sum(row.frames for row in rows)
    clips_of_class = Counter[str]()
    for row in rows:
        clips_of_class[row.kind] += row.clips
    page = render(
        "capture/extraction/tracking.html.j2",
        title=f"Tracking report of {folder.name}",
        name=folder.name,
        headline=f"{clips} clips from {states[TAKEN]} of {len(rows)} videos" + (f"; {without} gave none" if without else ""),
        clips=clips,
        classes=[f"{count} {kind}" for kind, count in sorted(clips_of_class.items()) if count and kind != UNLABELLED],
        unlabelled=clips_of_class[UNLABELLED],
        frames=frames,
        share_with_hand=sum(row.any * row.frames for row in rows) / frames if frames else 0.0,
        people=sorted({row.subject for row in rows if row.clips} - {""}),
        refused=[row for row in rows if row.state != TAKEN],
        taken=sorted((row for row in rows if row.state == TAKEN), key=lambda row: row.any),
        at_least=at_least,
        table=TABLE,
        broken=BROKEN,
        short_name=_short_name,
        reason=_reason,
        doubts=_doubts,
    )
    write_atomic(folder / PAGE, page)


def _short_name(row: Row) -> str:
    return "/".join(Path(row.video).parts[-3:])


def _reason(row: Row) -> str:
    """The reason without the video's name, which stands in the column before."""
    name, _, rest = row.reason.partition(": ")
    return rest if rest and row.video.endswith(name.removeprefix("./").removeprefix("../")) else row.reason


def _doubts(row: Row) -> str:
    """Flags that more than a tenth of the frames carry, in words, and a file's early end; empty where there are none."""
    counts = dict(part.rsplit(":", 1) for part in row.flags.split())
    doubts = [_FLAGS.get(flag, flag) for flag, count in counts.items() if int(count) > row.frames / 10]
    return "; ".join([*doubts, *([row.reason] if row.reason else [])])
