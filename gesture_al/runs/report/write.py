"""Writing `report.html` and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gesture_al.active.records.run_paths import RunPaths
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.errors import UserError
from gesture_al.runs.report.base import Run
from gesture_al.runs.report.confusion import class_figure, confusion_figure
from gesture_al.runs.report.curves import learning_curve
from gesture_al.runs.report.page import run_page
from gesture_al.runs.report.phases import phase_figure
from gesture_al.runs.report.read import is_sweep, read_runs
from gesture_al.runs.report.strips import asked_sections
from gesture_al.runs.report.sweep_page import write_sweep


def write_report(folders: Sequence[Path], out: Path) -> Path:
    """Tell one run, or compare several.

    Args:
        folders: Run or sweep folders; one run folder makes the report of that run, anything else a comparison.
        out: The folder that gets `report.html` and `figures/`.

    Returns:
        The page. The same folders give the same bytes.

    Raises:
        UserError: A folder holds no run, a file in it is damaged, or there are no runs.
    """
    runs = read_runs(folders)
    if not runs:
        raise UserError(f"{', '.join(map(str, folders)) or 'no folder'}: no runs to report on")
    page = write_sweep(runs, out) if is_sweep(folders) else _write_run(runs[0], out)
    path = RunPaths(out).report
    write_atomic(path, page)
    return path


def _write_run(run: Run, out: Path) -> str:
    figures = []
    if run.rounds:
        scored = any(getattr(row, f"{run.split}_macro_f1") is not None for row in run.rounds)
        figures = [
            learning_curve(run, out) if scored else None,
            class_figure(run, out),
            confusion_figure(run, out),
            phase_figure(run, out),
        ]
    return run_page(run, [figure for figure in figures if figure is not None], asked_sections(run))
