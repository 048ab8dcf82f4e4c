"""Labels traded for quality: what each setting of a sweep cost and scored when its runs stopped, as numbers and as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import Float64
from gesture_al.runs.report.compare import as_chosen, differing, half_interval
from gesture_al.runs.report.figures import FAINT, INK, SERIES, ReportFigure, canvas, finish, plain_axes
from gesture_al.runs.report.run_on_disk import Run

_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
_SIZES = (5.0, 8.0, 11.0, 14.0)


@dataclass(frozen=True)
class StoppedSetting:
    """Runs of one setting at their end.

    Args:
        values: The settings that differ within the sweep, as words, in the order of `names`.
        names: Their names.
        labels: Labels paid by each run, validation included, (runs,).
        scores: Macro-F1 of the model that each run kept, on its test clips (on validation where no test is known), (runs,).
        seconds: Of training, prediction and selection, (runs,).
        round_seconds: Likewise a round, (runs,).
        share: Part of the runs that a rule about the model ended, not a lack of labels.
    """

    values: tuple[str, ...]
    names: tuple[str, ...]
    labels: Float64
    scores: Float64
    seconds: Float64
    round_seconds: Float64
    share: float

    @property
    def label(self) -> str:
        """The setting in words."""
        return ", ".join(_setting_words(name, value) for name, value in zip(self.names, self.values, strict=True))


def stopped_settings(runs: Sequence[Run]) -> list[StoppedSetting]:
    """Settings by labels paid; empty where all runs were given the same number of labels, so that nothing was traded."""
    done = [run for run in runs if run.state == "done" and run.best is not None]
    if len({_paid(run) for run in done}) < 2:
        return []
    names = tuple(differing([as_chosen(run) for run in done]))
    groups: dict[tuple[str, ...], list[Run]] = {}
    for run in done:
        settings = as_chosen(run)
        groups.setdefault(tuple(str(settings.get(name)) for name in names), []).append(run)
    settings_at_end = [
        StoppedSetting(
            values=values,
            names=tuple(_short_name(name) for name in names),
            labels=np.array([_paid(run) for run in members]),
            scores=np.array([getattr(run.best, f"{run.split}_macro_f1") for run in members], dtype=float),
            seconds=np.array([sum(row.round_seconds for row in run.rounds) for run in members]),
            round_seconds=np.array([run.round_seconds for run in members]),
            share=float(np.mean([_ended_by_rule(run) for run in members])),
        )
        for values, members in groups.items()
    ]
    return sorted(settings_at_end, key=lambda one: (one.labels.mean(), -one.scores.mean()))


def pareto_front(settings: Sequence[StoppedSetting]) -> list[StoppedSetting]:
    """The Pareto front: settings that no other one beats in mean labels and mean score at once, by labels."""
    best, front = -1.0, []
    for one in sorted(settings, key=lambda one: (one.labels.mean(), -one.scores.mean())):
        if one.scores.mean() > best:
            best = float(one.scores.mean())
            front.append(one)
    return front


def _paid(run: Run) -> float:
    last = run.rounds[-1]
    return float(last.labels + last.validation_labels)


def _ended_by_rule(run: Run) -> bool:
    """Whether a rule about the model ended the run."""
    return any(answer is True for answer in run.rounds[-1].stopping.values())


def _short_name(name: str) -> str:
    """A setting's own name.

    >>> _short_name("model.name"), _short_name("trainer.params.lr"), _short_name("k")
    ('model', 'lr', 'k')
    """
    return name.removesuffix(".name").rsplit(".", 1)[-1]


def _setting_words(name: str, value: str) -> str:
    number = value.replace(".", "").replace("-", "").isdigit() or value in ("True", "False", "None")
    return f"{name} {value}" if number else value


def trade_off_figure(settings: Sequence[StoppedSetting], split: str, out: Path, synthetic: bool) -> ReportFigure:
    """A point a setting, with 95% intervals of both means; the line joins those that no other one beats.

    The first setting that differs is the colour, the second the shape, the third the size; further ones stand in the table.
    """
    names = settings[0].names
    levels = [_levels([one.values[place] for one in settings]) for place in range(min(3, len(names)))]
    with canvas(9.4, 4.8) as figure:
        axes = figure.subplots()
        plain_axes(axes)
        front = pareto_front(settings)
        axes.plot(*_means(front), color=FAINT, linewidth=1.2, linestyle=(0, (1, 1.5)), drawstyle="steps-post")
        for one in settings:
            colour, mark, size = _looks(one, levels)
            x, y = one.labels.mean(), one.scores.mean()
            halves = np.nan_to_num([half_interval(values[:, None])[0] for values in (one.labels, one.scores)])
            axes.errorbar(x, y, xerr=halves[0], yerr=halves[1], color=colour, linewidth=0.9, alpha=0.35)
            axes.plot(x, y, mark, color=colour, markersize=size, alpha=0.85, markeredgecolor="white", markeredgewidth=0.6)
        _legend(axes, names, levels)
        axes.set_xlabel("labels paid until the run stopped, validation included")
        axes.set_title(f"macro-F1 of the kept model on the {split} clips; dotted: settings that no other one beats")
        unbeaten = "; ".join(f"{one.label}: {one.scores.mean():.3f} for {one.labels.mean():.0f} labels" for one in front)
        return finish(figure, "trade_off", f"Labels paid and score bought. Not beaten: {unbeaten}.", out, synthetic)


def _looks(one: StoppedSetting, levels: Sequence[Sequence[str]]) -> tuple[str, str, float]:
    places = [level.index(value) for level, value in zip(levels, one.values, strict=False)] + [0, 0, 0]
    size = _SIZES[places[2] % len(_SIZES)] if len(levels) > 2 else 8.0
    return SERIES[places[0] % len(SERIES)], _MARKS[places[1] % len(_MARKS)], size


def _levels(values: Sequence[str]) -> list[str]:
    """The different values, numbers in their order."""
    try:
        return sorted(set(values), key=float)
    except ValueError:
        return list(dict.fromkeys(values))


def _means(settings: Sequence[StoppedSetting]) -> tuple[list[float], list[float]]:
    return [float(one.labels.mean()) for one in settings], [float(one.scores.mean()) for one in settings]


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
