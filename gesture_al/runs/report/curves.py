"""The learning curve of one run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.runs.report.base import Run
from gesture_al.runs.report.figures import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    PAPER,
    VERMILION,
    ReportFigure,
    canvas,
    finish,
    plain_axes,
    whole_numbers,
)


def learning_curve(run: Run, out: Path) -> ReportFigure:
    """Macro-F1 over labels with its interval, beside the validation score, the threshold and the full-data line."""
    key = f"{run.split}_macro_f1"
    labels, scores = run.curve(key)
    name = "test" if run.split == "test" else "validation"
    with canvas(9.4, 4.1) as figure:
        axes = figure.subplots()
        plain_axes(axes)
        low_labels, low = run.curve(f"{key}_low")
        _, high = run.curve(f"{key}_high")
        if len(low) and len(low) == len(high):
            axes.fill_between(low_labels, low, high, color=BLUE, alpha=0.16, linewidth=0)
        beside = run.curve("val_macro_f1")[1] if run.split == "test" else np.empty(0)
        floor = _floor(np.concatenate([scores, low, beside]))
        _levels(axes, run)
        # The two names at the lines' ends keep apart, the higher line's above.
        apart = (5 if scores[-1] >= beside[-1] else -5) if len(beside) else 0
        if len(beside):
            _line(axes, *run.curve("val_macro_f1"), FAINT, "validation", -apart, dashed=True)
        _line(axes, labels, scores, BLUE, name, apart)
        _mark_best(axes, run, key)
        axes.set_ylim(floor, 1.02)
        axes.set_xlabel("labels spent on training (initial + asked)")
        band = ", band: 95% interval" if len(low) else ""
        axes.set_title(f"macro-F1 on the {name} clips{band}")
        _room_for_names(axes, labels)
        says = f"Learning curve: macro-F1 on the {name} clips goes from {scores[0]:.3f} at {labels[0]:.0f} labels "
        says += f"to {scores[-1]:.3f} at {labels[-1]:.0f} labels."
        return finish(figure, "learning_curve", says, out, run.synthetic)


def _line(axes: Any, labels: np.ndarray, scores: np.ndarray, colour: str, name: str, up: float, dashed: bool = False) -> None:
    if not len(labels):
        return
    look = {"linewidth": 1.3, "linestyle": (0, (4, 3)), "markersize": 3} if dashed else {"linewidth": 2.2, "markersize": 5}
    axes.plot(labels, scores, color=colour, marker="o", markeredgewidth=0, **look)
    paper = {"facecolor": PAPER, "linewidth": 0, "pad": 0.5}
    end, place = (labels[-1], scores[-1]), (11, up)
    axes.annotate(name, end, place, textcoords="offset points", color=colour, va="center", bbox=paper)


def _levels(axes: Any, run: Run) -> None:
    """The horizontal lines; the higher one has its name above, the lower one below."""
    levels = []
    if run.threshold is not None:
        levels.append((run.threshold, VERMILION, f"threshold {run.threshold:g}", (0, (1, 1.5))))
    score = (run.full_data or {}).get("test_macro_f1")
    if score is not None:
        levels.append((score, GREEN, f"all {run.full_data['labels']} labels: {score:.3f}", (0, (6, 2))))  # type: ignore[index]
    levels.sort(key=lambda level: level[0])
    for place, (value, colour, text, dash) in enumerate(levels):
        axes.axhline(value, color=colour, linewidth=1.2, linestyle=dash)
        lower = len(levels) > 1 and place == 0
        axes.annotate(
            text,
            (0, value),
            xycoords=("axes fraction", "data"),
            xytext=(4, -3 if lower else 3),
            textcoords="offset points",
            color=colour,
            fontsize=9,
            va="top" if lower else "bottom",
        )


def _mark_best(axes: Any, run: Run, key: str) -> None:
    best = run.best
    if best is None or getattr(best, key) is None:
        return
    place = (best.labels, getattr(best, key))
    axes.plot(*place, marker="o", color=BLUE, markersize=10, markerfacecolor=PAPER, markeredgecolor=BLUE, markeredgewidth=2.2)
    chosen = "chosen on validation" if run.validated else "the last one"
    text = f"kept model: {place[1]:.3f}\n({chosen})"
    leader = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.8, "shrinkB": 6}
    axes.annotate(text, place, (0, -64), textcoords="offset points", ha="center", va="top", color=INK, arrowprops=leader)


def _floor(scores: np.ndarray) -> float:
    """Where the axis begins: a round tenth below everything that is drawn."""
    return max(0.0, np.floor((float(scores.min()) - 0.04) * 10) / 10) if len(scores) else 0.0


def _room_for_names(axes: Any, labels: np.ndarray) -> None:
    span = max(float(labels[-1] - labels[0]), 1.0)
    axes.set_xlim(labels[0] - 0.03 * span, labels[-1] + 0.14 * span)
    whole_numbers(axes)
