"""`report.html` with its figures: the page of one run, or of several that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gesture_al.active.records.round_row import TITLES
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import UserError
from gesture_al.core.templates import render
from gesture_al.runs.existing_runs import Notice
from gesture_al.runs.report.asked_clips import asked_clips
from gesture_al.runs.report.compare import flat_settings, setting_text
from gesture_al.runs.report.people import labelling
from gesture_al.runs.report.run_figures import (
    PHASES,
    class_figure,
    class_rows,
    confused_rows,
    confusion_figure,
    learning_curve,
    phase_figure,
)
from gesture_al.runs.report.run_on_disk import Run, is_sweep, read_runs
from gesture_al.runs.report.skeleton_figure import skeleton_figure
from gesture_al.runs.report.sweep_page import write_sweep
from gesture_al.runs.report.words import choice, cost, duration, interval, outcome, split_word, start, target


def write_report(folders: Sequence[Path], out: Path, notice: Notice = lambda line: None) -> Path:
    """Report on one run, or compare several.

    Args:
        folders: Run or sweep folders; one run folder makes the report of that run, anything else a comparison.
        out: The folder that gets `report.html` and `figures/`.
        notice: Is told of runs among others that cannot be read, and stand there as failed.

    Returns:
        The page. The same folders give the same bytes.

    Raises:
        UserError: A folder holds no run, a file of the only run is damaged, or there are no runs.
    """
    runs = read_runs(folders, notice)
    if not runs:
        raise UserError(f"{', '.join(map(str, folders)) or 'no folder'}: no runs to report on")
    page = write_sweep(runs, out) if is_sweep(folders) else _write_run(runs[0], out)
    path = RunPaths(out).report
    write_atomic(path, page)
    return path


def _write_run(run: Run, out: Path) -> str:
    """The page of one run; writes its figures as well."""
    key = f"{run.split}_macro_f1"
    scored = any(getattr(row, key) is not None for row in run.rounds)
    best = run.best
    return render(
        "runs/report/report.html.j2",
        title=run.title,
        headline=outcome(run),
        run=run,
        columns=list(TITLES.items()),
        split=split_word(run),
        score=getattr(best, key) if best else None,
        interval=interval(run, best).strip(" ()") if best else "",
        cost=cost(run.rounds[-1]).partition("(")[2].rstrip(")") if run.rounds else "",
        full_data_score=run.full_data_score,
        duration=duration(sum(getattr(row, phase) or 0.0 for row in run.rounds for phase in PHASES)),
        sentences=[*start(run), *target(run), choice(run)] if run.rounds else [],
        learning_curve=learning_curve(run, out) if scored else None,
        class_figure=class_figure(run, out),
        class_rows=class_rows(run),
        confusion_figure=confusion_figure(run, out),
        confused_rows=confused_rows(run),
        phase_figure=phase_figure(run, out) if run.rounds else None,
        queries=asked_clips(run),
        skeleton=skeleton_figure(run),
        labelling=labelling(run),
        splits=_splits(run),
        settings=[[key, setting_text(value)] for key, value in flat_settings(run.config).items()],
        environment=[[key, setting_text(value)] for key, value in flat_settings({**run.environment, **run.status}).items()]
        if run.environment
        else [],
    )


def _splits(run: Run) -> list[list[Any]]:
    """Clips by class and split, with the head as first row and the sums as last."""
    splits = {name: counts for name, counts in run.dataset.get("splits", {}).items() if isinstance(counts, dict)}
    names = list(dict.fromkeys([*run.classes, *(name for counts in splits.values() for name in counts)]))
    rows = [[name, *(counts.get(name, 0) for counts in splits.values())] for name in names]
    return [["class", *splits], *rows, ["all", *(sum(counts.values()) for counts in splits.values())]]
