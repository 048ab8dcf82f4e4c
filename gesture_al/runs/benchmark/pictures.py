"""The pictures of a benchmark beside its learning curves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gesture_al.learning.metrics.ranks import Ranks
from gesture_al.runs.benchmark.declared import Declared
from gesture_al.runs.benchmark.tables import column_means
from gesture_al.runs.benchmark.verdicts import Comparison, Penalty
from gesture_al.runs.report.figures import BLUE, FAINT, HEAT, INK, ON_COLOUR, ReportFigure, canvas, finish

# Numbers in the cells of larger matrices would not be readable.
_MOST_NUMBERS = 24


def differences(verdicts: Sequence[Comparison], declared: Declared, out: Path, synthetic: bool) -> ReportFigure:
    """The primary comparison: mean difference and interval of every strategy, a line each, panel under panel."""
    several = len({one.panel.title for one in verdicts}) > 1
    with canvas(9.4, 1.1 + 0.36 * len(verdicts)) as figure:
        axes = figure.subplots()
        axes.axvline(0, color=FAINT, linewidth=1.2, linestyle=(0, (1, 1.5)))
        for row, one in enumerate(verdicts):
            sure = one.clear(declared.alpha)
            if not np.isnan(one.result.low):
                axes.plot([one.result.low, one.result.high], [row, row], color=BLUE, linewidth=2.2)
            axes.plot(one.result.mean, row, "o", color=BLUE, markersize=7, markerfacecolor=BLUE if sure else "white")
        names = [f"{one.strategy} · {one.panel.title}" if several else one.strategy for one in verdicts]
        axes.set_yticks(range(len(verdicts)), [_text(name) for name in names])
        axes.set_ylim(len(verdicts) - 0.5, -0.5)
        axes.grid(axis="x")
        axes.tick_params(length=0)
        axes.set_title(f"difference from {declared.against} in {declared.measure_words}")
        axes.set_xlabel(f"right: better; line: {1 - declared.alpha:.0%} bootstrap interval; filled: significant")
        said = "; ".join(f"{name} {one.result.mean:+.3f}" for name, one in zip(names, verdicts, strict=True))
        return finish(figure, "primary", f"Differences from {declared.against}: {said}.", out, synthetic)


def penalty_picture(matrix: Penalty, out: Path, synthetic: bool) -> ReportFigure:
    """The pairwise penalty matrix, with the mean of every column under it."""
    from matplotlib.patches import Rectangle

    count, means = len(matrix.names), column_means(matrix)
    cells = np.vstack([matrix.shares, means])
    places = [*range(count), count + 0.25]
    with canvas(min(9.4, 3.4 + 0.75 * count), min(9.0, 2.0 + 0.46 * count)) as figure:
        axes = figure.subplots()
        for row, place in enumerate(places):
            for column in range(count):
                value = cells[row, column]
                if row == column or np.isnan(value):
                    continue
                cell = (column - 0.47, place - 0.46)
                axes.add_patch(Rectangle(cell, 0.94, 0.92, facecolor=HEAT, alpha=0.05 + 0.9 * value, linewidth=0))
                if count <= _MOST_NUMBERS:
                    colour = ON_COLOUR if value > 0.6 else INK
                    axes.text(column, place, f"{value:.2f}", ha="center", va="center", color=colour, fontsize=8.5)
        names = [_text(name) for name in matrix.names]
        axes.set_yticks(places, [*names, "mean of column"], color=FAINT)
        axes.set_xticks(range(count), names, color=FAINT, rotation=30, ha="right", rotation_mode="anchor")
        axes.set_xlim(-0.5, count - 0.5)
        axes.set_ylim(count + 0.75, -0.5)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set_ylabel("the one that is better")
        axes.set_xlabel("the one that is worse")
        axes.set_title("share of rounds with a significant difference")
        best = matrix.names[int(np.nanargmin(means))]
        says = f"Pairwise penalty matrix over {matrix.panels} panel{'s' * (matrix.panels > 1)}: {best} is beaten least often."
        return finish(figure, "penalty", says, out, synthetic)


def critical_difference(names: Sequence[str], told: Ranks, out: Path, synthetic: bool) -> ReportFigure:
    """Mean ranks over data sets; strategies that do not differ significantly are joined by a bar."""
    import pandas as pd
    from scikit_posthocs import critical_difference_diagram

    with canvas(9.4, 1.6 + 0.28 * len(names)) as figure:
        axes = figure.subplots()
        pairs = pd.DataFrame(told.pairs_A_A, index=list(names), columns=list(names))
        critical_difference_diagram(pd.Series(told.mean_A, index=list(names)), pairs, ax=axes)
        order = sorted(zip(told.mean_A.tolist(), names, strict=True))
        says = "Mean ranks, 1 the best: " + ", ".join(f"{name} {rank:.2f}" for rank, name in order) + "."
        return finish(figure, "ranks", says, out, synthetic)


def _text(name: str) -> str:
    # A dollar sign in a name is no formula.
    return name.replace("$", r"\$")
