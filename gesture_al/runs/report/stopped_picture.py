"""The picture of a trade: labels paid against the score that they bought."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gesture_al.runs.report.compare import half_interval
from gesture_al.runs.report.figures import FAINT, INK, SERIES, ReportFigure, canvas, finish, plain_axes
from gesture_al.runs.report.stopped import Stopped, worthwhile

_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
_SIZES = (5.0, 8.0, 11.0, 14.0)


def trade_picture(told: Sequence[Stopped], split: str, out: Path, synthetic: bool) -> ReportFigure:
    """A point a setting, with 95% intervals of both means; the line joins those that no other one beats.

    The first setting that differs is the colour, the second the shape, the third the size; the table tells of further ones.
    """
    names = told[0].names
    levels = [_levels([one.values[place] for one in told]) for place in range(min(3, len(names)))]
    with canvas(9.4, 4.8) as figure:
        axes = figure.subplots()
        plain_axes(axes)
        front = worthwhile(told)
        axes.plot(*_means(front), color=FAINT, linewidth=1.2, linestyle=(0, (1, 1.5)), drawstyle="steps-post")
        for one in told:
            colour, mark, size = _looks(one, levels)
            x, y = one.labels.mean(), one.scores.mean()
            halves = np.nan_to_num([half_interval(values[:, None])[0] for values in (one.labels, one.scores)])
            axes.errorbar(x, y, xerr=halves[0], yerr=halves[1], color=colour, linewidth=0.9, alpha=0.35)
            axes.plot(x, y, mark, color=colour, markersize=size, alpha=0.85, markeredgecolor="white", markeredgewidth=0.6)
        _legend(axes, names, levels)
        axes.set_xlabel("labels paid until the run stopped, validation included")
        axes.set_title(f"macro-F1 of the kept model on the {split} clips; dotted: settings that no other one beats")
        said = "; ".join(f"{one.label}: {one.scores.mean():.3f} for {one.labels.mean():.0f} labels" for one in front)
        return finish(figure, "trade_off", f"Labels paid and score bought. Not beaten: {said}.", out, synthetic)


def _looks(one: Stopped, levels: Sequence[Sequence[str]]) -> tuple[str, str, float]:
    places = [level.index(value) for level, value in zip(levels, one.values, strict=False)] + [0, 0, 0]
    size = _SIZES[places[2] % len(_SIZES)] if len(levels) > 2 else 8.0
    return SERIES[places[0] % len(SERIES)], _MARKS[places[1] % len(_MARKS)], size


def _levels(values: Sequence[str]) -> list[str]:
    """The different values, numbers in their order."""
    try:
        return sorted(set(values), key=float)
    except ValueError:
        return list(dict.fromkeys(values))


def _means(told: Sequence[Stopped]) -> tuple[list[float], list[float]]:
    return [float(one.labels.mean()) for one in told], [float(one.scores.mean()) for one in told]


def _legend(axes: object, names: Sequence[str], levels: Sequence[Sequence[str]]) -> None:
    from matplotlib.lines import Line2D

    handles = []
    for place, (name, values) in enumerate(zip(names, levels, strict=False)):
        handles.append(Line2D([], [], linestyle="", label=name))
        for number, value in enumerate(values):
            colour = SERIES[number % len(SERIES)] if place == 0 else INK
            mark = _MARKS[number % len(_MARKS)] if place == 1 else "o"
            size = _SIZES[number % len(_SIZES)] if place == 2 else 7.0
            label = value.replace("$", r"\$")
            handles.append(Line2D([], [], linestyle="", marker=mark, color=colour, markersize=size, label=label))
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.0, 1.0), alignment="left")  # type: ignore[attr-defined]
