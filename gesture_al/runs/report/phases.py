"""Where the time went."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gesture_al.runs.report.base import Run
from gesture_al.runs.report.figures import AMBER, BLUE, GREEN, PINK, ReportFigure, canvas, finish, plain_axes

PHASES = {
    "fit_seconds": ("training", BLUE),
    "predict_seconds": ("measuring", GREEN),
    "select_seconds": ("selecting", AMBER),
    "oracle_seconds": ("labelling", PINK),
}


def phase_figure(run: Run, out: Path) -> ReportFigure:
    """Seconds of every phase, stacked by round."""
    rounds = [row.round for row in run.rounds]
    with canvas(9.4, 2.7) as figure:
        axes = figure.subplots()
        plain_axes(axes)
        bottom = np.zeros(len(rounds))
        for key, (name, colour) in PHASES.items():
            seconds = np.array([getattr(row, key) or 0.0 for row in run.rounds])
            axes.bar(rounds, seconds, 0.72, bottom=bottom, color=colour, label=f"{name} {duration(seconds.sum())}")
            bottom += seconds
        axes.set_xlabel("round")
        axes.set_title("seconds by round")
        axes.set_xticks(rounds[:: max(1, len(rounds) // 20)])
        axes.set_xlim(-0.6, max(len(rounds) - 0.4, 3))
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=0.9, handleheight=0.9)
        return finish(figure, "time", f"Time by phase and round, {duration(bottom.sum())} in all.", out, run.synthetic)


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> [duration(s) for s in (0.004, 2.34, 75, 7322)]
    ['0.0 s', '2.3 s', '1 min 15 s', '2 h 02 min']
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
