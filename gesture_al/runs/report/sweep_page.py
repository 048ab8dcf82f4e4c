"""The page that compares runs."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.document import document
from gesture_al.core.html import Markup, flat, folded, join, table, tag
from gesture_al.runs.report.base import Run
from gesture_al.runs.report.compare import Group, Summary, common_range, differing, group_runs, half_interval, summarise
from gesture_al.runs.report.page import badges, figure_block, setting
from gesture_al.runs.report.stopped import mean_with_half, stopped, worthwhile
from gesture_al.runs.report.stopped_picture import trade_picture
from gesture_al.runs.report.sweep_curves import curves_note, group_curves
from gesture_al.runs.report.words import score_words


def write_sweep(runs: Sequence[Run], out: Path) -> str:
    """The page of several runs; writes its figures and `comparison.csv` as well."""
    body: list[Any] = []
    summaries: list[tuple[Group, Summary]] = []
    body += _trade(runs, out)
    panels = [list(groups) for _, groups in groupby(group_runs(runs), key=lambda group: group.panel)]
    for place, groups in enumerate(panels):
        name = "curves" if len(panels) == 1 else f"curves_{place + 1:02d}"
        if groups[0].panel:
            body.append(tag("h2", groups[0].panel))
        body.append(figure_block(group_curves(groups, name, out), note=curves_note(groups)))
        told = _summaries(groups)
        summaries += told
        body += _tables(told, groups)
    if summaries:
        write_atomic(out / "comparison.csv", _csv(summaries))
    body += [_failed(runs), tag("h2", "Every run"), _runs(runs, out), *_settings(runs)]
    done = sum(run.state == "done" for run in runs)
    over = join([tag("b", f"{len(runs)} runs"), " ", badges(_state(runs), any(run.synthetic for run in runs))])
    return document("Comparison of runs", over, _headline(summaries, panels, done, len(runs)), body)


def _trade(runs: Sequence[Run], out: Path) -> list[Any]:
    """What each setting cost and scored when it stopped, where runs stopped at different costs; also as `stopped.csv`."""
    told = stopped(runs)
    if not told:
        return []
    split = "test" if runs[0].split == "test" else "validation"
    figure = trade_picture(told, split, out, any(run.synthetic for run in runs))
    head = ["setting", "runs", "labels paid", "macro-F1 of the kept model", "rule content", "seconds a run"]
    best = {id(one) for one in worthwhile(told)}
    rows = [
        [
            tag("b", one.label) if id(one) in best else one.label,
            len(one.labels),
            mean_with_half(one.labels, 0),
            mean_with_half(one.scores, 3),
            f"{one.share:.0%}",
            f"{one.seconds.mean():.1f}",
        ]
        for one in told
    ]
    write_atomic(out / "stopped.csv", _csv_text([head, *([one.label, *row[1:]] for one, row in zip(told, rows, strict=True))]))
    note = (
        "Validation clips are paid for too. Bold: no other setting scores more for as few. ± half the 95% interval of the mean."
    )
    return [tag("h2", "What the labels bought"), figure_block(figure), table(head, rows, note)]


def _headline(told: Sequence[tuple[Group, Summary]], panels: Sequence[Any], done: int, count: int) -> str:
    opening = f"{done} of {count} runs are done"
    if not told:
        return f"{opening}; none has the two measured rounds that a comparison needs."
    if len(panels) > 1 or len(told) < 2:
        return f"{opening}; {len(told)} settings in {len(panels)} {'comparisons' if len(panels) > 1 else 'comparison'}."
    best, second = sorted(told, key=lambda pair: -pair[1].aulc.mean())[:2]
    gap = f"{best[1].aulc.mean():.3f} against {second[1].aulc.mean():.3f} for {second[0].label}"
    reach = _reach(best[1]) + _reach(second[1])
    if np.isinf(reach):
        gap += " (too few runs for intervals)"
    elif best[1].aulc.mean() - second[1].aulc.mean() < reach:
        gap += " (a difference within their intervals)"
    return f"{opening}; {best[0].label} has the largest area under the learning curve, {gap}."


def _summaries(groups: Sequence[Group]) -> list[tuple[Group, Summary]]:
    start, end = common_range(groups)
    if end <= start:
        return []
    budget = max(float(run.curve(f"{run.split}_macro_f1")[0][-1]) for group in groups for run in group.runs)
    return [(group, summarise(group, start, end, budget)) for group in groups]


def _tables(told: Sequence[tuple[Group, Summary]], groups: Sequence[Group]) -> list[Markup]:
    if not told:
        return [tag("p", "These runs share no range of labels, so areas and final scores cannot be compared.", class_="note")]
    start, end = common_range(groups)
    rows = [
        [group.label, len(group.runs), _mean(one.aulc), _mean(one.final), f"{one.spent:.0f}"]
        for group, one in sorted(told, key=lambda pair: -pair[1].aulc.mean())
    ]
    head = ["setting", "runs", "AULC", f"macro-F1 at {end:.0f} labels", "labels spent, validation included"]
    said = f"Area under the learning curve from {start:.0f} to {end:.0f} labels, the range that all runs cover; "
    said += "± half the 95% interval of the mean."
    parts = [table(head, rows, said)]
    reached = [(group, one) for group, one in told if one.share is not None and one.labels is not None]
    if reached:
        rows = [
            [group.label, f"{group.runs[0].threshold:g}", f"{one.share:.0%}", f"{one.labels:.1f}"]
            for group, one in sorted(reached, key=lambda pair: pair[1].labels or 0)
        ]
        said = (
            "Labels to the threshold: where the curve, interpolated between rounds, crosses it and stays there for two rounds. "
            f"A run that did not get there counts as {told[0][1].budget:.0f} labels, so the mean is then a lower limit."
        )
        parts.append(table(["setting", "threshold", "runs that got there", "mean labels"], rows, said))
    return parts


def _reach(one: Summary) -> float:
    """Half the interval of the area; without limit where too few runs tell it."""
    half = float(half_interval(one.aulc[:, None])[0])
    return float("inf") if np.isnan(half) else half


def _mean(values: np.ndarray) -> str:
    half = float(half_interval(values[:, None])[0])
    return f"{values.mean():.3f}" + ("" if np.isnan(half) else f" ± {half:.3f}")


def _failed(runs: Sequence[Run]) -> Markup | None:
    rows = [[_name(run), run.state, run.status.get("reason") or "-"] for run in runs if run.state != "done"]
    if not rows:
        return None
    return join([tag("h2", f"{len(rows)} runs are not done"), table(["run", "state", "reason"], rows, text_columns=3)])


def _runs(runs: Sequence[Run], out: Path) -> Markup:
    rows = []
    for run in runs:
        page = RunPaths(run.folder).report
        name: Any = _name(run)
        if page.exists():
            name = tag("a", name, href=Path(os.path.relpath(page, out)).as_posix())
        score = score_words(run, run.best) if run.best else "no round measured"
        rows.append([name, run.state, score, run.rounds[-1].labels if run.rounds else "-"])
    return folded("Runs, with their scores and reports", table(["run", "state", "kept model", "labels"], rows, text_columns=3))


def _settings(runs: Sequence[Run]) -> list[Markup]:
    known = [run.config for run in runs if run.config]
    if not known:
        return []
    varied = {*differing(known), "seed"}
    rows = [[key, setting(value)] for key, value in flat(known[0]).items() if key not in varied]
    said = "of the first run, without those that differ between runs"
    return [folded("Configuration", table(["setting", "value"], rows, said, text_columns=2))]


def _name(run: Run) -> str:
    return " ".join(run.overrides) or run.folder.resolve().name


def _state(runs: Sequence[Run]) -> str:
    states = {run.state for run in runs}
    return states.pop() if len(states) == 1 else "failed" if "failed" in states else "unfinished"


def _csv(told: Sequence[tuple[Group, Summary]]) -> str:
    numbers = ["aulc", "aulc_half_interval", "final_macro_f1", "at_labels", "share_reached", "labels_to_threshold"]
    rows: list[list[Any]] = [["panel", "setting", "runs", *numbers]]
    for group, one in told:
        half = float(half_interval(one.aulc[:, None])[0])
        values = [one.aulc.mean(), half, one.final.mean(), one.at, one.share, one.labels]
        rows.append([group.panel, group.label, len(group.runs), *("" if v is None else f"{v:.6g}" for v in values)])
    return _csv_text(rows)


def _csv_text(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
