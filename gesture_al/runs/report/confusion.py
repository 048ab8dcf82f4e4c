"""Which class is taken for which, and how every class fares round by round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.learning.metrics import per_class_f1
from gesture_al.runs.report.base import Run
from gesture_al.runs.report.figures import FAINT, HEAT, INK, ON_COLOUR, ReportFigure, canvas, finish

# Numbers in the cells of larger tables would not be readable.
_MOST_NUMBERS = 24


def confusion_figure(run: Run, out: Path) -> ReportFigure | None:
    """The confusion matrix of the kept model; None where none is known."""
    best = run.best
    if best is None or not getattr(best, f"{run.split}_confusion"):
        return None
    counts = np.asarray(getattr(best, f"{run.split}_confusion"), dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    texts = [[f"{count:.0f}" if count else "" for count in row] for row in counts]
    size = min(9.4, max(3.6, 2.2 + 0.52 * len(counts)))
    with canvas(size, size * 0.86) as figure:
        axes = figure.subplots()
        _grid(axes, shares, texts)
        _names(axes.set_xticks, run.classes, rotation=40 if _long(run.classes) else 0)
        _names(axes.set_yticks, run.classes)
        axes.set_xlabel("predicted")
        axes.set_ylabel("true class")
        axes.set_title(f"round {best.round}, {counts.sum():.0f} {_split_word(run)} clips")
        hits = int(np.trace(counts))
        says = f"Confusion matrix of round {best.round}: {hits} of {counts.sum():.0f} clips were called by their class. "
        says += _worst(run, counts)
        return finish(figure, "confusion", says, out, run.synthetic)


def class_figure(run: Run, out: Path) -> ReportFigure | None:
    """F1 of every class in every round; None where no confusion matrix is known."""
    rows = [row for row in run.rounds if getattr(row, f"{run.split}_confusion")]
    if not rows:
        return None
    scores = per_class_f1(np.asarray([getattr(row, f"{run.split}_confusion") for row in rows])).T
    texts = [[f"{score:.2f}".removeprefix("0") for score in line] for line in scores]
    with canvas(9.4, 1.3 + 0.36 * len(scores)) as figure:
        axes = figure.subplots()
        _grid(axes, scores, texts)
        step = max(1, len(rows) // 20)
        axes.set_xticks(range(0, len(rows), step), [f"{row.labels}" for row in rows[::step]])
        _names(axes.set_yticks, run.classes)
        axes.set_xlabel("labels spent on training")
        axes.set_title(f"F1 of each class on the {_split_word(run)} clips, round by round")
        last = scores[:, -1]
        says = f"F1 by class. In the last round the weakest is {run.classes[int(last.argmin())]} with {last.min():.2f}, "
        says += f"the strongest {run.classes[int(last.argmax())]} with {last.max():.2f}."
        return finish(figure, "class_f1", says, out, run.synthetic)


def _grid(axes: Any, values: np.ndarray, texts: list[list[str]]) -> None:
    """A cell per value, 0 empty and 1 in full colour."""
    from matplotlib.patches import Rectangle

    down, across = values.shape
    for row in range(down):
        for column in range(across):
            value = values[row, column]
            axes.add_patch(
                Rectangle((column - 0.47, row - 0.46), 0.94, 0.92, facecolor=HEAT, alpha=0.05 + 0.9 * value, linewidth=0)
            )
            if max(down, across) <= _MOST_NUMBERS:
                colour = ON_COLOUR if value > 0.78 else INK
                axes.text(column, row, texts[row][column], ha="center", va="center", color=colour, fontsize=8.5)
    axes.set_xlim(-0.5, across - 0.5)
    axes.set_ylim(down - 0.5, -0.5)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _names(set_ticks: Any, classes: list[str], rotation: float = 0) -> None:
    short = [name if len(name) <= 24 else name[:23] + "…" for name in classes]
    extra = {"rotation": rotation, "ha": "right", "rotation_mode": "anchor"} if rotation else {}
    # A dollar sign in a name is no formula.
    set_ticks(range(len(short)), [name.replace("$", r"\$") for name in short], color=FAINT, **extra)


def _long(classes: list[str]) -> bool:
    return max(map(len, classes), default=0) > 7


def _split_word(run: Run) -> str:
    return "test" if run.split == "test" else "validation"


def _worst(run: Run, counts: np.ndarray) -> str:
    wrong = counts * (1 - np.eye(len(counts)))
    if not wrong.any():
        return "No clip was taken for another class."
    true, said = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return f"Most often {run.classes[true]} was taken for {run.classes[said]} ({wrong[true, said]:.0f})."
