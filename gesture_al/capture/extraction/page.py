"""The tracking report as a page: what was seen of each video, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gesture_al.capture.extraction.table import BROKEN, LEFT_OUT, TABLE, TAKEN, Row
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.document import document
from gesture_al.core.html import Markup, join, table, tag
from gesture_al.data.track import UNLABELLED

PAGE = "tracking.html"
_FLAGS = {
    "small_hand": "hand too small",
    "cut_hand": "hand cut by the edge",
    "several_people": "several people",
    "same_side_twice": "two hands of one side",
}


def write_page(folder: Path, rows: Sequence[Row], at_least: float) -> None:
    """Replace the page in one step."""
    write_atomic(folder / PAGE, tracking_page(folder.name, rows, at_least))


def tracking_page(name: str, rows: Sequence[Row], at_least: float) -> str:
    """The whole page, self-contained.

    Args:
        name: Of the data set.
        rows: A row a video.
        at_least: The share of frames with a hand that was asked for.
    """
    states = Counter(row.state for row in rows)
    clips, without = sum(row.clips for row in rows), states[LEFT_OUT] + states[BROKEN]
    headline = f"{clips} clips from {states[TAKEN]} of {len(rows)} videos" + (f"; {without} gave none" if without else "")
    body: list[Any] = [_tiles(rows, clips)]
    refused = [row for row in rows if row.state != TAKEN]
    if refused:
        lines = [[_short(row), _whole(row.kind), _badge(row.state), _why(row)] for row in refused]
        body += [tag("h2", "Not taken"), table(["video", "class", "", "why"], lines, text_columns=4)]
    taken = sorted((row for row in rows if row.state == TAKEN), key=lambda row: row.any)
    if taken:
        said = f"The worst first. A clip is taken where a hand is seen in {at_least:.0%} of its frames or more. "
        key = _whole(join(["Bars:", tag("span", class_="key l"), "left", tag("span", class_="key r"), "right"]))
        head = ["video", "class", "who and when", "doubts", "hands", "left", "right", "any", "frames", "seconds", "clips"]
        body += [
            tag("h2", "What was seen"),
            tag("p", said, key, class_="note"),
            table(head, [_line(row) for row in taken], text_columns=5),
        ]
    foot = f"Made by gesture-al extract. The same figures are in {TABLE}; nothing on this page shows a picture of anybody."
    return document(f"Tracking report of {name}", join([tag("b", name), " · tracking report"]), headline, body, foot)


def _tiles(rows: Sequence[Row], clips: int) -> Markup:
    frames = sum(row.frames for row in rows)
    hands = sum(row.any * row.frames for row in rows) / frames if frames else 0.0
    kinds = Counter[str]()
    for row in rows:
        kinds[row.kind] += row.clips
    classes = [f"{count} {kind}" for kind, count in sorted(kinds.items()) if count and kind != UNLABELLED]
    people = {row.subject for row in rows if row.clips} - {""}
    tiles = [
        ("clips", str(clips), ", ".join(classes) or "none has a class"),
        ("unlabelled", str(kinds[UNLABELLED]), "the pool that can be asked about"),
        ("frames with a hand", f"{hands:.0%}", f"of {frames:,} frames"),
        ("people", str(len(people)) if people else "-", ", ".join(sorted(people)[:4]) or "nobody is named"),
    ]
    return tag("ul", *(tag("li", tag("span", a), tag("b", b), tag("span", c)) for a, b, c in tiles), class_="tiles")


def _line(row: Row) -> list[Any]:
    who = " · ".join(part for part in (row.subject, row.session) if part) or "-"
    return [
        *(_short(row), _whole(row.kind), _whole(who), _doubts(row), _bars(row)),
        *(f"{share:.0%}" for share in (row.left, row.right, row.any)),
        *(row.frames, f"{row.seconds:.1f}", row.clips),
    ]


def _bars(row: Row) -> Markup:
    def bar(share: float, colour: str) -> Markup:
        style = f"fill: var(--{colour})"
        return Markup(f'<rect width="{70 * share:.1f}" height="5" y="{0 if colour == "c0" else 7}" rx="1.5" style="{style}"/>')

    picture = Markup('<svg width="70" height="12" viewBox="0 0 70 12" aria-hidden="true">')
    return join([picture, bar(row.left, "c0"), bar(row.right, "c1"), Markup("</svg>")])


def _why(row: Row) -> str:
    """The reason without the video's name, which stands before it and may be written as it was typed."""
    name, _, rest = row.reason.partition(": ")
    return rest if rest and row.video.endswith(name.removeprefix("./").removeprefix("../")) else row.reason


def _doubts(row: Row) -> Markup | str:
    """Flags that more than a tenth of the frames carry, in words, and a file's early end."""
    counts = dict(part.rsplit(":", 1) for part in row.flags.split())
    said = [_FLAGS.get(flag, flag) for flag, count in counts.items() if int(count) > row.frames / 10]
    text = "; ".join([*said, *([row.reason] if row.reason else [])])
    # A sentence needs room in a column that is headed by one word.
    return tag("span", text, style="display: inline-block; min-width: 5rem") if text else "-"


def _badge(state: str) -> Markup:
    return tag("span", state, class_=f"badge {'failed' if state == BROKEN else 'other'}", style="white-space: nowrap")


def _whole(text: str | Markup) -> Markup:
    """A word that a narrow column must not break."""
    return tag("span", text, style="white-space: nowrap")


def _short(row: Row) -> str:
    return "/".join(Path(row.video).parts[-3:])
