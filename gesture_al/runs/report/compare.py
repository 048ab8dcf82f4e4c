"""Runs that belong together, their numbers and their learning curves over the seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.core.arrays import Float64
from gesture_al.learning.metrics import aulc, labels_to_target, summarise_target
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
from gesture_al.runs.report.run_on_disk import Run
from gesture_al.runs.report.words import split_word

# Settings that make another sample of the same thing, not another thing.
NOT_COMPARED = ("seed", "output_dir", "name", "threads", "tracking", "view", "benchmark", "full_data")


@dataclass(frozen=True)
class Group:
    """Runs that differ in their seed only.

    Args:
        panel: Settings that decide in which figure they stand.
        label: The name of their line there.
        runs: At least one, all with two rounds or more.
    """

    panel: str
    label: str
    runs: Sequence[Run]


@dataclass(frozen=True)
class GroupSummary:
    """A group's numbers over its seeds, counted over the range of labels that all runs of its panel share.

    Args:
        aulc: One a run.
        final: Score where the common range ends, one a run.
        at: Labels at that end.
        spent: Mean labels that the runs spent until they stopped, validation included.
        share: Part of the runs that got to the threshold and stayed; None without a threshold.
        labels: Restricted mean of the labels to the threshold.
        budget: What a run that did not get there counts as.
        balanced_accuracy: Mean over the runs on the test clips of their last rounds; None where no test is known.
        nll: Likewise the negative log-likelihood; None too where the runs are from before it was written down.
        full_data: Mean macro-F1 of models trained on every label of the pool; None where none was.
        round_seconds: Mean seconds a round, of the machine.
    """

    aulc: Float64
    final: Float64
    at: float
    spent: float
    share: float | None
    labels: float | None
    budget: float
    balanced_accuracy: float | None
    nll: float | None
    full_data: float | None
    round_seconds: float

    @property
    def mean_aulc(self) -> float:
        """Mean area under the learning curve over the runs."""
        return float(self.aulc.mean())


def group_runs(runs: Sequence[Run]) -> list[Group]:
    """Runs by what they compare: strategies are lines, whatever else differs makes separate figures.

    Where the strategy does not differ, the first setting that does takes its place.
    """
    runs = [run for run in runs if len(run.curve(f"{run.split}_macro_f1")[0]) >= 2]
    keys = differing([as_chosen(run) for run in runs])
    lines = [key for key in keys if key.startswith("strategy.")] or keys[:1]
    panels = [key for key in keys if key not in lines]
    members: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        settings = as_chosen(run)
        label = _words(settings, lines) or run.part("strategy") or "runs"
        members.setdefault((_words(settings, panels), label), []).append(run)
    return [Group(panel, label, group) for (panel, label), group in sorted(members.items())]


def as_chosen(run: Run) -> dict[str, Any]:
    """A run's settings under dotted keys; a part that was chosen by an option of a sweep goes by the option's name.

    `model=bilstm` says more than the parameters that the option stands for.
    """
    settings = flat_settings(run.config)
    typed = dict(override.split("=", 1) for override in run.overrides if "=" in override)
    for part, option in typed.items():
        if f"{part}.name" in settings:
            settings = {key: value for key, value in settings.items() if not key.startswith(f"{part}.") or key in typed}
            settings[f"{part}.name"] = option
    return settings


def differing(configs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Dotted settings in which runs differ; a part's parameters only where runs with the same part differ in them.

    >>> differing([{"k": 5, "seed": 0, "m": {"name": "a"}}, {"k": 9, "seed": 1, "m": {"name": "a"}}])
    ['k']
    """
    settings = [flat_settings(config) for config in configs]
    keys = [key for key in dict.fromkeys(key for one in settings for key in one) if key.split(".")[0] not in NOT_COMPARED]
    different = []
    for key in keys:
        part, _, parameter = key.partition(".")
        by_part: dict[Any, set[str]] = {}
        for one in settings:
            by_part.setdefault(one.get(f"{part}.name") if parameter.startswith("params.") else None, set()).add(
                repr(one.get(key))
            )
        if any(len(values) > 1 for values in by_part.values()):
            different.append(key)
    return different


def common_range(groups: Sequence[Group]) -> tuple[float, float]:
    """The labels that all runs cover: from the latest first round to the earliest last round (empty where that is earlier)."""
    curves = [run.curve(f"{run.split}_macro_f1")[0] for group in groups for run in group.runs]
    return max(float(labels[0]) for labels in curves), min(float(labels[-1]) for labels in curves)


def on_grid(group: Group, grid: Float64) -> Float64:
    """The runs' scores interpolated at these labels, shape (runs, len(grid)); NaN outside a run's range."""
    curves = [run.curve(f"{run.split}_macro_f1") for run in group.runs]
    return np.array([np.interp(grid, labels, scores, left=np.nan, right=np.nan) for labels, scores in curves])


def summarise(group: Group, start: float, end: float, budget: float) -> GroupSummary:
    """The group's numbers between two counts of labels, the second above the first."""
    areas, finals, labels_to_threshold, spent = [], [], [], []
    threshold = group.runs[0].threshold
    for run in group.runs:
        labels, scores = run.curve(f"{run.split}_macro_f1")
        inside = labels[(labels > start) & (labels < end)]
        points = np.array([start, *inside, end])
        values = np.interp(points, labels, scores)
        areas.append(aulc(points, values))
        finals.append(values[-1])
        labels_to_threshold.append(None if threshold is None else labels_to_target(labels, scores, threshold))
        spent.append(labels[-1] + run.rounds[-1].validation_labels)
    target = None if threshold is None else summarise_target(labels_to_threshold, budget)
    return GroupSummary(
        aulc=np.array(areas),
        final=np.array(finals),
        at=end,
        spent=float(np.mean(spent)),
        share=target.share if target else None,
        labels=target.restricted_mean if target else None,
        budget=budget,
        balanced_accuracy=mean_known(run.rounds[-1].test_balanced_accuracy for run in group.runs),
        nll=mean_known(run.rounds[-1].test_nll for run in group.runs),
        full_data=mean_known(run.full_data_score for run in group.runs),
        round_seconds=float(np.mean([run.round_seconds for run in group.runs])),
    )


def mean_known(values: Iterable[float | None]) -> float | None:
    """Mean of the values that are known; None where none is.

    >>> mean_known([1.0, None, 2.0]), mean_known([None])
    (1.5, None)
    """
    numbers = [value for value in values if value is not None]
    return float(np.mean(numbers)) if numbers else None


def half_interval(values_R_X: Float64) -> Float64:
    """Half the 95% interval of the mean over runs (Student's t), shape (X,).

    NaN for fewer than three runs, of which it would say next to nothing.
    """
    from scipy.special import stdtrit

    count = len(values_R_X)
    if count < 3:
        return np.full(np.shape(values_R_X)[1:], np.nan)
    return np.asarray(stdtrit(count - 1, 0.975) * np.std(values_R_X, axis=0, ddof=1) / np.sqrt(count))


def flat_settings(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings as one level with dotted keys.

    >>> flat_settings({"k": 3, "model": {"name": "lstm", "params": {}}})
    {'k': 3, 'model.name': 'lstm'}
    """
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            flat |= flat_settings(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def setting_text(value: Any) -> str:
    """A setting's value as one would type it."""
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def mean_with_half(values: Float64, digits: int) -> str:
    """Mean and half its 95% interval; the mean alone below three runs.

    >>> mean_with_half(np.array([1.0, 2.0]), 1)
    '1.5'
    """
    half = float(half_interval(values[:, None])[0])
    return f"{values.mean():.{digits}f}" + ("" if np.isnan(half) else f" ± {half:.{digits}f}")


def _words(settings: Mapping[str, Any], keys: Sequence[str]) -> str:
    """The values of these settings; names speak for themselves, other settings with their last word before them."""
    parts = []
    for key in keys:
        if settings.get(key) is None and ".params." in key:
            continue
        value = settings.get(key)
        parts.append(str(value) if key.endswith(".name") else f"{key.rsplit('.', 1)[-1]} {value}")
    return ", ".join(parts)


# More lines than that hide the means that they belong to.
_MOST_SINGLE_RUNS = 40
_MOST_BANDS = 4


def curves_note(groups: Sequence[Group]) -> str:
    """The caption of learning curves: what lines and bands are."""
    thin = "Thin lines: single runs. " if _few_runs(groups) else ""
    return (
        f"{thin}Band: 95% interval of the mean over seeds, from three runs on; a mean goes as far as all runs of its setting do."
    )


def group_curves(groups: Sequence[Group], name: str, out: Path) -> ReportFigure:
    """A line a group: the mean over its runs as far as all of them go, with the 95% interval of the mean."""
    split = split_word(groups[0].runs[0])
    with canvas(9.4, 4.6) as figure:
        axes = figure.subplots()
        plain_axes(axes)
        lowest, sentences = 1.0, []
        band = 0.14 if len(groups) <= _MOST_BANDS else 0.06
        for place, group in enumerate(groups):
            colour, dash = SERIES[place % len(SERIES)], DASHES[place // len(SERIES) % len(DASHES)]
            first, last = common_range([group])
            grid = np.unique(np.concatenate([r.curve(f"{r.split}_macro_f1")[0] for r in group.runs]))
            grid = grid[(grid >= first) & (grid <= last)]
            scores = on_grid(group, grid)
            mean, half = scores.mean(axis=0), half_interval(scores)
            for labels, values in (r.curve(f"{r.split}_macro_f1") for r in group.runs if _few_runs(groups)):
                axes.plot(labels, values, color=colour, linewidth=0.7, alpha=0.28)
            axes.fill_between(grid, np.clip(mean - half, 0, 1), np.clip(mean + half, 0, 1), color=colour, alpha=band, linewidth=0)
            label = f"{group.label} ({len(group.runs)})"
            axes.plot(grid, mean, color=colour, linestyle=dash, linewidth=2.1, label=label.replace("$", r"\$"))
            lowest = min(lowest, float(mean.min()), float(np.nanmin(np.append(mean - half, 1.0))))
            sentences.append(f"{group.label} goes from {mean[0]:.3f} to {mean[-1]:.3f}")
        _levels(axes, groups)
        whole_numbers(axes)
        axes.set_ylim(max(0.0, np.floor((lowest - 0.01) * 20) / 20), 1.02)
        axes.set_xlabel("labels spent on training (initial + asked)")
        axes.set_title(f"macro-F1 on the {split} clips; mean over runs, band: 95% interval of the mean" + _panel(groups))
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title="(runs)", alignment="left", title_fontsize=8.5)
        description = f"Learning curves{_panel(groups)}: {'; '.join(sentences)}."
        synthetic = any(r.synthetic for g in groups for r in g.runs)
        return finish(figure, name, description, out, synthetic)


def _few_runs(groups: Sequence[Group]) -> bool:
    return sum(len(group.runs) for group in groups) <= _MOST_SINGLE_RUNS


def _panel(groups: Sequence[Group]) -> str:
    return f" — {groups[0].panel}" if groups[0].panel else ""


def _levels(axes: object, groups: Sequence[Group]) -> None:
    runs = [run for group in groups for run in group.runs]
    thresholds = {run.threshold for run in runs if run.threshold is not None}
    full = [run.full_data_score for run in runs if run.full_data_score is not None]
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
