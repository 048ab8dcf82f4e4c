"""The page of one run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gesture_al.active.records.round_row import TITLES
from gesture_al.core.document import document
from gesture_al.core.html import Markup, flat, folded, join, table, tag
from gesture_al.runs.report.base import Run
from gesture_al.runs.report.figures import ReportFigure
from gesture_al.runs.report.people import people_section
from gesture_al.runs.report.phases import PHASES, duration
from gesture_al.runs.report.words import choice, cost, interval, outcome, target


def run_page(run: Run, figures: Sequence[ReportFigure], clips: Sequence[Markup]) -> str:
    """The whole page of a run, self-contained.

    Args:
        run: What its folder tells.
        figures: The first one stands on the first screen.
        clips: Sections of asked clips.
    """
    drawn = {figure.name: figure for figure in figures}
    body: list[Any] = [_tiles(run), figure_block(drawn.get("learning_curve"))]
    if run.rounds:
        body += [tag("p", text) for text in (*target(run), choice(run))]
    for name, title in (("class_f1", "Class by class"), ("confusion", "What is taken for what")):
        if name in drawn:
            body += [tag("h2", title), figure_block(drawn[name], small=name == "confusion")]
    if clips:
        colours = [tag("span", class_=f"key {pen}") for pen in "lrb"]
        key = join([colours[0], "left", colours[1], "right", colours[2], "body"])
        said = (
            "What the model of each round wanted to know. Bars: what it believed before it was told; the answer's bar is blue. "
        )
        body += [tag("h2", "The clips it asked about"), tag("p", said, key, class_="note"), *clips]
    body += people_section(run)
    if "time" in drawn:
        body += [tag("h2", "Time"), figure_block(drawn["time"])]
    body += _numbers(run)
    return document(run.title, _over(run), outcome(run), body)


def figure_block(figure: ReportFigure | None, small: bool = False, note: str | None = None) -> Markup | None:
    """A figure with its words for those who cannot see it."""
    if figure is None:
        return None
    picture = tag("div", Markup(figure.svg), role="img", aria_label=figure.says)
    return tag("figure", picture, tag("figcaption", note or figure.says), class_="small" if small else None)


def badges(state: str, synthetic: bool) -> Markup:
    """The state of a run, and `synthetic` where its data are."""
    kind = state if state in ("done", "failed") else "other"
    made = join([" ", tag("span", "synthetic data", class_="badge synthetic")]) if synthetic else None
    return join([tag("span", state, class_=f"badge {kind}"), made])


def _over(run: Run) -> Markup:
    return join([tag("b", run.title), " ", badges(run.state, run.synthetic)])


def _tiles(run: Run) -> Markup | None:
    best = run.best
    if best is None:
        return None
    last, key = run.rounds[-1], f"{run.split}_macro_f1"
    name = "test" if run.split == "test" else "validation"
    score = getattr(best, key)
    seconds = sum(getattr(row, phase) or 0.0 for row in run.rounds for phase in PHASES)
    full = (run.full_data or {}).get("test_macro_f1")
    tiles = [
        (f"macro-F1, {name} clips", "-" if score is None else f"{score:.3f}", interval(run, best).strip(" ()")),
        ("labels spent", str(last.labels + last.validation_labels), cost(last).partition("(")[2].rstrip(")")),
        ("rounds", str(len(run.rounds)), f"kept: the model of round {best.round}"),
        ("time", duration(seconds), "training, measuring, selecting, labelling"),
    ]
    if full is not None and score is not None and full > 0:
        tiles.insert(1, ("of the full-data score", f"{score / full:.0%}", f"{full:.3f} with all labels"))
    return tag("ul", *(tag("li", tag("span", a), tag("b", b), tag("span", c)) for a, b, c in tiles), class_="tiles")


def _numbers(run: Run) -> list[Markup]:
    parts: list[Markup] = [tag("h2", "Everything in numbers")]
    if run.rounds:
        used = [(key, title) for key, title in TITLES.items() if any(getattr(row, key) not in (None, "") for row in run.rounds)]
        rows = [[number(getattr(row, key)) for key, _ in used] for row in run.rounds]
        parts.append(folded("Rounds", table([title for _, title in used], rows, text_columns=0)))
    if run.dataset:
        parts.append(folded("Data", _data(run)))
    if run.config:
        rows = [[key, setting(value)] for key, value in flat(run.config).items()]
        parts.append(folded("Configuration", table(["setting", "value"], rows, text_columns=2)))
    if run.environment:
        rows = [[key, setting(value)] for key, value in flat({**run.environment, **run.status}).items()]
        parts.append(folded("Environment and status", table(["", ""], rows, text_columns=2)))
    return parts


def _data(run: Run) -> Markup:
    splits = {name: counts for name, counts in run.dataset.get("splits", {}).items() if isinstance(counts, dict)}
    names = list(dict.fromkeys([*run.classes, *(name for counts in splits.values() for name in counts)]))
    rows = [[name, *(counts.get(name, 0) for counts in splits.values())] for name in names]
    rows.append(["all", *(sum(counts.values()) for counts in splits.values())])
    left_out = [[item["clip"], item["reason"]] for item in run.dataset.get("left_out", [])]
    gone = folded(f"{len(left_out)} clips left out", table(["clip", "why"], left_out, text_columns=2)) if left_out else None
    source = run.dataset.get("source")
    return join([tag("p", source, class_="note") if source else None, table(["class", *splits], rows), gone])


def number(value: Any) -> str:
    """A number as a table shows it; a dash where it is unknown."""
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def setting(value: Any) -> str:
    """A setting's value as one would type it."""
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
