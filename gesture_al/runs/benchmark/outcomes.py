"""What every run of a benchmark came to, in numbers that can be compared within its panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from gesture_al.learning.metrics import aulc, class_balance, labels_to_target
from gesture_al.runs.benchmark.similar import mean_redundancy, middle
from gesture_al.runs.report.base import Run
from gesture_al.runs.report.compare import Group, common_range, group_runs

SECONDS = ("fit_seconds", "predict_seconds", "select_seconds", "oracle_seconds")


@dataclass(frozen=True)
class Panel:
    """Runs that differ in strategy and seed only: one data set, one model, one k, ...

    Args:
        title: What the panel's runs have in common and others have not.
        data: The data set's name.
        groups: One a strategy.
        start: Labels from which on all runs are counted.
        end: Labels up to which they are.
        budget: What a run that did not get to the target counts as.
    """

    title: str
    data: str
    groups: Sequence[Group]
    start: float
    end: float
    budget: float

    def group(self, strategy: str) -> Group | None:
        """The runs of a strategy by its registered name."""
        return next((group for group in self.groups if group.runs[0].part("strategy") == strategy), None)


@dataclass(frozen=True)
class RunScores:
    """One run in numbers; None where unknown.

    Args:
        strategy: The label of its line.
        seed: Of the run.
        values: `aulc`, `final_macro_f1`, `to_target` (labels), seconds by phase, `class_balance`, `redundancy`,
            `final_ece`, `final_brier`, `full_data_macro_f1`, labels spent.
    """

    panel: Panel
    strategy: str
    seed: int
    values: dict[str, float | None]


def panels(runs: Sequence[Run]) -> list[Panel]:
    """The panels of all runs that are done; those whose runs share no range of labels are left out."""
    done = [run for run in runs if run.state == "done"]
    found = []
    for _, together in groupby(group_runs(done), key=lambda group: group.panel):
        groups = list(together)
        start, end = common_range(groups)
        if end > start:
            budget = max(float(run.curve(f"{run.split}_macro_f1")[0][-1]) for group in groups for run in group.runs)
            title = _title(groups[0])
            named = [Group(title, group.label, group.runs) for group in groups]
            found.append(Panel(title, data_of(groups[0].runs[0]), named, start, end, budget))
    return found


def data_of(run: Run) -> str:
    """What people call the run's data set."""
    return str(run.dataset.get("name") or run.part("dataset"))


def outcomes(panel: Panel, against: str) -> list[RunScores]:
    """Every run of a panel in numbers.

    Args:
        panel: The runs.
        against: The strategy whose asked clips stand for the middle of the pool.
    """
    base = panel.group(against)
    origin = middle((base or panel.groups[0]).runs)
    found = []
    for group in panel.groups:
        for run in group.runs:
            values = _curve_values(run, panel) | _costs(run) | _asked(run) | _last(run)
            values["redundancy"] = None if origin is None else mean_redundancy(run, origin)
            found.append(RunScores(panel, group.label, seed_of(run), values))
    return sorted(found, key=lambda one: (one.strategy, one.seed))


def seed_of(run: Run) -> int:
    """The run's seed."""
    return int(run.config.get("seed", 0))


def measure_of_curve(run: Run, panel: Panel, scores_R: NDArray[np.float64]) -> dict[str, float]:
    """`aulc` and `final` of scores at the run's own rounds, over the panel's range; both are linear in the scores."""
    labels, _ = run.curve(f"{run.split}_macro_f1")
    inside = labels[(labels > panel.start) & (labels < panel.end)]
    points = np.array([panel.start, *inside, panel.end])
    heights = np.interp(points, labels, scores_R)
    return {"aulc": aulc(points, heights), "final": float(heights[-1])}


def _curve_values(run: Run, panel: Panel) -> dict[str, float | None]:
    labels, scores = run.curve(f"{run.split}_macro_f1")
    measured = measure_of_curve(run, panel, scores)
    target = None if run.threshold is None else labels_to_target(labels, scores, run.threshold)
    return {"aulc": measured["aulc"], "final_macro_f1": measured["final"], "to_target": target}


def _costs(run: Run) -> dict[str, float | None]:
    spent = {key: float(sum(getattr(row, key) or 0.0 for row in run.rounds)) for key in SECONDS}
    last = run.rounds[-1]
    return {"labels": float(last.labels), "validation_labels": float(last.validation_labels), **spent}


def _asked(run: Run) -> dict[str, float | None]:
    told = [answer["class"] for answer in run.answers if answer["purpose"] == "query" and answer["class"] is not None]
    counts = [told.count(name) for name in run.classes]
    return {"class_balance": class_balance(counts) if told and len(counts) > 1 else None}


def _last(run: Run) -> dict[str, float | None]:
    last = run.rounds[-1]
    full = run.full_data or {}
    return {
        "final_ece": last.test_ece,
        "final_brier": last.test_brier,
        "full_data_macro_f1": full.get("test_macro_f1"),
    }


def _title(group: Group) -> str:
    run = group.runs[0]
    # The data set's name says more than its reader's, and where its file lies is nobody's business.
    option = next((text.partition("=")[2] for text in run.overrides if text.startswith("dataset=")), "")
    said = {"", run.part("dataset"), option, data_of(run)}
    words = [word for word in group.panel.split(", ") if word not in said and not word.startswith(("path ", "fetch "))]
    return ", ".join([data_of(run), *words])
