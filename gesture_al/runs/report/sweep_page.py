"""The page that compares runs, with `comparison.csv` and `stopped.csv`."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.templates import render
from gesture_al.runs.report.compare import (
    Group,
    GroupSummary,
    common_range,
    curves_note,
    differing,
    flat_settings,
    group_curves,
    group_runs,
    half_interval,
    mean_with_half,
    setting_text,
    summarise,
)
from gesture_al.runs.report.figures import ReportFigure
from gesture_al.runs.report.run_on_disk import Run
from gesture_al.runs.report.stopped import StoppedSetting, pareto_front, stopped_settings, trade_off_figure
from gesture_al.runs.report.words import score_words, split_word


@dataclass(frozen=True)
class _PanelSection:
    """One comparison of the page: groups of runs whose curves stand in one figure.

    Args:
        title: What its runs have in common and others have not; empty where there is one panel only.
        figure: The learning curves.
        note: Their caption.
        range: Labels that all runs cover, from and to.
        summaries: Each group with its numbers; none where the runs share no range of labels.
    """

    title: str
    figure: ReportFigure
    note: str
    range: tuple[float, float]
    summaries: Sequence[tuple[Group, GroupSummary]]


def write_sweep(runs: Sequence[Run], out: Path) -> str:
    """The page of several runs; writes its figures and tables as well."""
    by_panel = [list(groups) for _, groups in groupby(group_runs(runs), key=lambda group: group.panel)]
    names = ["curves"] if len(by_panel) == 1 else [f"curves_{place + 1:02d}" for place in range(len(by_panel))]
    settings = stopped_settings(runs)
    synthetic = any(run.synthetic for run in runs)
    front = {id(one) for one in pareto_front(settings)}
    trade_off = trade_off_figure(settings, split_word(runs[0]), out, synthetic) if settings else None
    panels = [_panel(groups, name, out) for groups, name in zip(by_panel, names, strict=True)]
    summaries = [pair for panel in panels for pair in panel.summaries]
    if settings:
        _write_csv(out / "stopped.csv", [_STOPPED_HEAD, *(_stopped_cells(one) for one in settings)])
    if summaries:
        _write_csv(out / "comparison.csv", [_COMPARISON_HEAD, *(_comparison_cells(*pair) for pair in summaries)])
    with_settings = [run.config for run in runs if run.config]
    varied = {*differing(with_settings), "seed"}
    return render(
        "runs/report/sweep.html.j2",
        title="Comparison of runs",
        headline=_headline(summaries, len(by_panel), sum(run.state == "done" for run in runs), len(runs)),
        runs=runs,
        state=_state(runs),
        synthetic=synthetic,
        trade_off=trade_off,
        stopped_head=_STOPPED_HEAD,
        stopped=[(_stopped_cells(one), id(one) in front) for one in settings],
        panels=panels,
        run_name=lambda run: " ".join(run.overrides) or run.folder.resolve().name,
        link=lambda run: _link(run, out),
        score=lambda run: score_words(run, run.best) if run.best else "no round measured",
        number=lambda value, digits: "-" if value is None else f"{value:.{digits}f}",
        mean=lambda values: mean_with_half(values, 3),
        settings=[[key, setting_text(value)] for key, value in flat_settings(with_settings[0]).items() if key not in varied]
        if with_settings
        else [],
    )


def _state(runs: Sequence[Run]) -> str:
    """The state that all runs share; `failed` where one of several failed, else `unfinished`."""
    states = {run.state for run in runs}
    return states.pop() if len(states) == 1 else "failed" if "failed" in states else "unfinished"


def _panel(groups: Sequence[Group], name: str, out: Path) -> _PanelSection:
    start, end = common_range(groups)
    budget = max(float(run.curve(f"{run.split}_macro_f1")[0][-1]) for group in groups for run in group.runs)
    summaries = [(group, summarise(group, start, end, budget)) for group in groups] if end > start else []
    return _PanelSection(groups[0].panel, group_curves(groups, name, out), curves_note(groups), (start, end), summaries)


def _headline(summaries: Sequence[tuple[Group, GroupSummary]], panels: int, done: int, count: int) -> str:
    opening = f"{done} of {count} runs are done"
    if not summaries:
        return f"{opening}; none has the two measured rounds that a comparison needs."
    if panels > 1 or len(summaries) < 2:
        return f"{opening}; {len(summaries)} settings in {panels} {'comparisons' if panels > 1 else 'comparison'}."
    best, second = sorted(summaries, key=lambda pair: -pair[1].mean_aulc)[:2]
    gap = f"{best[1].mean_aulc:.3f} against {second[1].mean_aulc:.3f} for {second[0].label}"
    halves = [float(half_interval(one.aulc[:, None])[0]) for _, one in (best, second)]
    if np.isnan(halves).any():
        gap += " (too few runs for intervals)"
    elif best[1].mean_aulc - second[1].mean_aulc < sum(halves):
        gap += " (a difference within their intervals)"
    return f"{opening}; {best[0].label} has the largest area under the learning curve, {gap}."


def _link(run: Run, out: Path) -> str:
    """The address of a run's own report; empty where it has none."""
    page = RunPaths(run.folder).report
    return Path(os.path.relpath(page, out)).as_posix() if page.exists() else ""


_STOPPED_HEAD = (
    "setting",
    "runs",
    "labels paid",
    "macro-F1 of the kept model",
    "rule content",
    "seconds a run",
    "seconds a round",
)
_COMPARISON_HEAD = (
    *("panel", "setting", "runs", "aulc", "aulc_half_interval", "final_macro_f1", "at_labels"),
    *("share_reached", "labels_to_threshold", "final_balanced_accuracy", "final_nll", "full_data_macro_f1", "round_seconds"),
)


def _stopped_cells(one: StoppedSetting) -> list[Any]:
    means = mean_with_half(one.labels, 0), mean_with_half(one.scores, 3)
    return [
        one.label,
        len(one.labels),
        *means,
        f"{one.share:.0%}",
        f"{one.seconds.mean():.1f}",
        f"{one.round_seconds.mean():.2f}",
    ]


def _comparison_cells(group: Group, one: GroupSummary) -> list[Any]:
    half = float(half_interval(one.aulc[:, None])[0])
    values = [one.mean_aulc, half, one.final.mean(), one.at, one.share, one.labels]
    values += [one.balanced_accuracy, one.nll, one.full_data, one.round_seconds]
    return [group.panel, group.label, len(group.runs), *("" if v is None else f"{v:.6g}" for v in values)]


def _write_csv(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_atomic(path, text.getvalue())
