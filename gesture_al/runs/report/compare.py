"""Which runs belong together, and what their curves say over the seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.core.html import flat
from gesture_al.learning.metrics import aulc, labels_to_target, summarise_target
from gesture_al.runs.report.base import Run

Float = NDArray[np.float64]

# Settings that make another sample of the same thing, not another thing.
_NOT_COMPARED = ("seed", "output_dir", "name", "threads", "tracking", "view", "benchmark", "full_data")


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
class Summary:
    """A group's numbers over its seeds, counted over the range of labels that all runs of its panel share.

    Args:
        aulc: One a run.
        final: Score where the common range ends, one a run.
        at: Labels at that end.
        spent: Mean labels that the runs spent until they stopped, validation included.
        share: Part of the runs that got to the threshold and stayed; None without a threshold.
        labels: Restricted mean of the labels to the threshold.
        budget: What a run that did not get there counts as.
    """

    aulc: Float
    final: Float
    at: float
    spent: float
    share: float | None
    labels: float | None
    budget: float


def group_runs(runs: Sequence[Run]) -> list[Group]:
    """Runs by what they compare: strategies are lines, whatever else differs makes separate figures.

    Where the strategy does not differ, the first setting that does takes its place.
    """
    runs = [run for run in runs if len(run.curve(f"{run.split}_macro_f1")[0]) >= 2]
    keys = differing([as_chosen(run) for run in runs])
    lines = [key for key in keys if key.startswith("strategy.")] or keys[:1]
    panels = [key for key in keys if key not in lines]
    found: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        settings = as_chosen(run)
        label = _words(settings, lines) or run.part("strategy") or "runs"
        found.setdefault((_words(settings, panels), label), []).append(run)
    return [Group(panel, label, members) for (panel, label), members in sorted(found.items())]


def as_chosen(run: Run) -> dict[str, Any]:
    """A run's settings under dotted keys; a part that was chosen by an option of a sweep goes by the option's name.

    `model=bilstm` says more than the parameters that the option stands for.
    """
    settings = flat(run.config)
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
    settings = [flat(config) for config in configs]
    keys = [key for key in dict.fromkeys(key for one in settings for key in one) if key.split(".")[0] not in _NOT_COMPARED]
    found = []
    for key in keys:
        part, _, parameter = key.partition(".")
        by_part: dict[Any, set[str]] = {}
        for one in settings:
            by_part.setdefault(one.get(f"{part}.name") if parameter.startswith("params.") else None, set()).add(
                repr(one.get(key))
            )
        if any(len(values) > 1 for values in by_part.values()):
            found.append(key)
    return found


def common_range(groups: Sequence[Group]) -> tuple[float, float]:
    """The labels that all runs cover: from the latest first round to the earliest last round (empty where that is earlier)."""
    curves = [run.curve(f"{run.split}_macro_f1")[0] for group in groups for run in group.runs]
    return max(float(labels[0]) for labels in curves), min(float(labels[-1]) for labels in curves)


def on_grid(group: Group, grid: Float) -> Float:
    """The runs' scores interpolated at these labels, shape (runs, len(grid)); NaN outside a run's range."""
    curves = [run.curve(f"{run.split}_macro_f1") for run in group.runs]
    return np.array([np.interp(grid, labels, scores, left=np.nan, right=np.nan) for labels, scores in curves])


def summarise(group: Group, start: float, end: float, budget: float) -> Summary:
    """The group's numbers between two counts of labels, the second above the first."""
    areas, finals, reached, spent = [], [], [], []
    threshold = group.runs[0].threshold
    for run in group.runs:
        labels, scores = run.curve(f"{run.split}_macro_f1")
        inside = labels[(labels > start) & (labels < end)]
        points = np.array([start, *inside, end])
        values = np.interp(points, labels, scores)
        areas.append(aulc(points, values))
        finals.append(values[-1])
        reached.append(None if threshold is None else labels_to_target(labels, scores, threshold))
        spent.append(labels[-1] + run.rounds[-1].validation_labels)
    told = None if threshold is None else summarise_target(reached, budget)
    return Summary(
        aulc=np.array(areas),
        final=np.array(finals),
        at=end,
        spent=float(np.mean(spent)),
        share=told.share if told else None,
        labels=told.restricted_mean if told else None,
        budget=budget,
    )


def half_interval(values_R_X: Float) -> Float:
    """Half the 95% interval of the mean over runs (Student's t), shape (X,).

    NaN for fewer than three runs, of which it would say next to nothing.
    """
    from scipy.special import stdtrit

    count = len(values_R_X)
    if count < 3:
        return np.full(np.shape(values_R_X)[1:], np.nan)
    return np.asarray(stdtrit(count - 1, 0.975) * np.std(values_R_X, axis=0, ddof=1) / np.sqrt(count))


def _words(settings: Mapping[str, Any], keys: Sequence[str]) -> str:
    """The values of these settings; names speak for themselves, other settings with their last word before them."""
    parts = []
    for key in keys:
        if settings.get(key) is None and ".params." in key:
            continue
        value = settings.get(key)
        parts.append(str(value) if key.endswith(".name") else f"{key.rsplit('.', 1)[-1]} {value}")
    return ", ".join(parts)
