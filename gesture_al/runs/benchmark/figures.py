"""The figures of a benchmark beside its learning curves: differences, penalty matrix, critical difference diagram."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gesture_al.learning.metrics.comparison import Ranks
from gesture_al.runs.benchmark.comparisons import Comparison, Penalty
from gesture_al.runs.benchmark.design import BenchmarkDesign
from gesture_al.runs.benchmark.tables import column_means
from gesture_al.runs.report.figures import BLUE, FAINT, ReportFigure, canvas, draw_cells, finish


def difference_figure(comparisons: Sequence[Comparison], design: BenchmarkDesign, out: Path, synthetic: bool) -> ReportFigure:
    """The primary comparison: mean difference and interval of every strategy, a line each, panel under panel."""
    several = len({one.panel.title for one in comparisons}) > 1
    with canvas(9.4, 1.1 + 0.36 * len(comparisons)) as figure:
        axes = figure.subplots()
        axes.axvline(0, color=FAINT, linewidth=1.2, linestyle=(0, (1, 1.5)))
        for row, one in enumerate(comparisons):
            if not np.isnan(one.result.low):
                axes.plot([one.result.low, one.result.high], [row, row], color=BLUE, linewidth=2.2)
            axes.plot(
                one.result.mean,
                row,
                "o",
                color=BLUE,
                markersize=7,
                markerfacecolor=BLUE if one.significant(design.alpha) else "white",
            )
        names = [f"{one.strategy} · {one.panel.title}" if several else one.strategy for one in comparisons]
        axes.set_yticks(range(len(comparisons)), [_text(name) for name in names])
        axes.set_ylim(len(comparisons) - 0.5, -0.5)
        axes.grid(axis="x")
        axes.tick_params(length=0)
        axes.set_title(f"difference from {design.against} in {design.measure_words}")
        axes.set_xlabel(f"right: better; line: {1 - design.alpha:.0%} bootstrap interval; filled: significant")
        differences = "; ".join(f"{name} {one.result.mean:+.3f}" for name, one in zip(names, comparisons, strict=True))
        return finish(figure, "primary", f"Differences from {design.against}: {differences}.", out, synthetic)


def penalty_figure(matrix: Penalty, out: Path, synthetic: bool) -> ReportFigure:
    """The pairwise penalty matrix, with the mean of every column under it."""
    count, means = len(matrix.names), column_means(matrix)
    cells = np.vstack([np.where(np.eye(count, dtype=bool), np.nan, matrix.shares), means])
    places = [*range(count), count + 0.25]
    with canvas(min(9.4, 3.4 + 0.75 * count), min(9.0, 2.0 + 0.46 * count)) as figure:
        axes = figure.subplots()
        draw_cells(axes, cells, [[f"{value:.2f}" for value in line] for line in cells], places, 0.6)
        names = [_text(name) for name in matrix.names]
        axes.set_yticks(places, [*names, "mean of column"], color=FAINT)
        axes.set_xticks(range(count), names, color=FAINT, rotation=30, ha="right", rotation_mode="anchor")
        axes.set_xlim(-0.5, count - 0.5)
        axes.set_ylim(count + 0.75, -0.5)
        axes.set_ylabel("the one that is better")
        axes.set_xlabel("the one that is worse")
        axes.set_title("share of rounds with a significant difference")
        best = matrix.names[int(np.nanargmin(means))]
        description = (
            f"Pairwise penalty matrix over {matrix.panels} panel{'s' * (matrix.panels > 1)}: {best} is beaten least often."
        )
        return finish(figure, "penalty", description, out, synthetic)


def ranks_figure(names: Sequence[str], ranks: Ranks, out: Path, synthetic: bool) -> ReportFigure:
    """Mean ranks over data sets; strategies that do not differ significantly are joined by a bar."""
    import pandas as pd
    from scikit_posthocs import critical_difference_diagram

    with canvas(9.4, 1.6 + 0.28 * len(names)) as figure:
        axes = figure.subplots()
        pairs = pd.DataFrame(ranks.pairs_A_A, index=list(names), columns=list(names))
        critical_difference_diagram(pd.Series(ranks.mean_A, index=list(names)), pairs, ax=axes)
        order = sorted(zip(ranks.mean_A.tolist(), names, strict=True))
        description = "Mean ranks, 1 the best: " + ", ".join(f"{name} {rank:.2f}" for rank, name in order) + "."
        return finish(figure, "ranks", description, out, synthetic)


def _text(name: str) -> str:
    # A dollar sign in a name is no formula.
    return name.replace("$", r"\$")
