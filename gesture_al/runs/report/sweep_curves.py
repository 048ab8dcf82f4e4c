"""Learning curves of several groups of runs in one figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gesture_al.runs.report.compare import Group, common_range, half_interval, on_grid
from gesture_al.runs.report.figures import (
    DASHES,
    GREEN,
    SERIES,
    VERMILION,
    ReportFigure,
    canvas,
    finish,
    plain_axes,
    whole_numbers,
)

# More lines than that hide the means that they belong to.
_MOST_SINGLE_RUNS = 40
_MOST_BANDS = 4


def curves_note(groups: Sequence[Group]) -> str:
    """What the reader should know of the lines."""
    thin = "Thin lines: single runs. " if _single(groups) else ""
    return (
        f"{thin}Band: 95% interval of the mean over seeds, from three runs on; a mean goes as far as all runs of its setting do."
    )


def group_curves(groups: Sequence[Group], name: str, out: Path) -> ReportFigure:
    """A line a group: the mean over its runs as far as all of them go, with the 95% interval of the mean."""
    run = groups[0].runs[0]
    split = "test" if run.split == "test" else "validation"
    with canvas(9.4, 4.6) as figure:
        axes = figure.subplots()
        plain_axes(axes)
        lowest, said = 1.0, []
        band = 0.14 if len(groups) <= _MOST_BANDS else 0.06
        for place, group in enumerate(groups):
            colour, dash = SERIES[place % len(SERIES)], DASHES[place // len(SERIES) % len(DASHES)]
            first, last = common_range([group])
            grid = np.unique(np.concatenate([r.curve(f"{r.split}_macro_f1")[0] for r in group.runs]))
            grid = grid[(grid >= first) & (grid <= last)]
            scores = on_grid(group, grid)
            mean, half = scores.mean(axis=0), half_interval(scores)
            for labels, values in (r.curve(f"{r.split}_macro_f1") for r in group.runs if _single(groups)):
                axes.plot(labels, values, color=colour, linewidth=0.7, alpha=0.28)
            axes.fill_between(grid, np.clip(mean - half, 0, 1), np.clip(mean + half, 0, 1), color=colour, alpha=band, linewidth=0)
            label = f"{group.label} ({len(group.runs)})"
            axes.plot(grid, mean, color=colour, linestyle=dash, linewidth=2.1, label=label.replace("$", r"\$"))
            lowest = min(lowest, float(mean.min()), float(np.nanmin(np.append(mean - half, 1.0))))
            said.append(f"{group.label} goes from {mean[0]:.3f} to {mean[-1]:.3f}")
        _levels(axes, groups)
        whole_numbers(axes)
        axes.set_ylim(max(0.0, np.floor((lowest - 0.01) * 20) / 20), 1.02)
        axes.set_xlabel("labels spent on training (initial + asked)")
        axes.set_title(f"macro-F1 on the {split} clips; mean over runs, band: 95% interval of the mean" + _panel(groups))
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title="(runs)", alignment="left", title_fontsize=8.5)
        says = f"Learning curves{_panel(groups)}: {'; '.join(said)}."
        synthetic = any(r.synthetic for g in groups for r in g.runs)
        return finish(figure, name, says, out, synthetic)


def _single(groups: Sequence[Group]) -> bool:
    return sum(len(group.runs) for group in groups) <= _MOST_SINGLE_RUNS


def _panel(groups: Sequence[Group]) -> str:
    return f" — {groups[0].panel}" if groups[0].panel else ""


def _levels(axes: object, groups: Sequence[Group]) -> None:
    runs = [run for group in groups for run in group.runs]
    thresholds = {run.threshold for run in runs if run.threshold is not None}
    full = [run.full_data["test_macro_f1"] for run in runs if run.full_data and run.full_data.get("test_macro_f1") is not None]
    levels = [(value, VERMILION, f"threshold {value:g}") for value in sorted(thresholds)]
    levels += [(float(np.mean(full)), GREEN, f"all labels: {np.mean(full):.3f}")] if full else []
    for value, colour, text in levels:
        axes.axhline(value, color=colour, linewidth=1.2, linestyle=(0, (1, 1.5)))  # type: ignore[attr-defined]
        axes.annotate(  # type: ignore[attr-defined]
            text,
            (0, value),
            xycoords=("axes fraction", "data"),
            xytext=(4, 3),
            textcoords="offset points",
            color=colour,
            fontsize=9,
        )
