"""The runs of a benchmark in numbers: panels of runs that can be compared, and each run's scores and costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from gesture_al.active.records.arrays import asked_before
from gesture_al.core.arrays import Float32, Float64
from gesture_al.data.geometry.normalisation import normalised
from gesture_al.data.geometry.sampling import sample
from gesture_al.learning.metrics import aulc, class_balance, labels_to_target, redundancy
from gesture_al.runs.report.compare import Group, common_range, group_runs
from gesture_al.runs.report.run_figures import PHASES
from gesture_al.runs.report.run_on_disk import Run

# Moments of a clip at which it is compared with others.
_FRAMES = 16


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
        values: `aulc`, `final_macro_f1`, `labels_to_target` (labels), seconds by phase, `class_balance`, `redundancy`,
            `final_balanced_accuracy`, `final_nll`, `final_ece`, `final_brier`, `full_data_macro_f1`, `round_seconds` (mean of
            the machine), labels spent.
    """

    panel: Panel
    strategy: str
    seed: int
    values: dict[str, float | None]


def comparable_panels(runs: Sequence[Run]) -> list[Panel]:
    """The panels of all runs that are done; those whose runs share no range of labels are left out."""
    done = [run for run in runs if run.state == "done"]
    panels = []
    for _, together in groupby(group_runs(done), key=lambda group: group.panel):
        groups = list(together)
        start, end = common_range(groups)
        if end > start:
            budget = max(float(run.curve(f"{run.split}_macro_f1")[0][-1]) for group in groups for run in group.runs)
            title = _title(groups[0])
            with_title = [Group(title, group.label, group.runs) for group in groups]
            panels.append(Panel(title, data_of(groups[0].runs[0]), with_title, start, end, budget))
    return panels


def data_of(run: Run) -> str:
    """Name of a run's data set."""
    return str(run.dataset.get("name") or run.part("dataset"))


def run_scores(panel: Panel, against: str) -> list[RunScores]:
    """Every run of a panel in numbers.

    Args:
        panel: The runs.
        against: The strategy whose asked clips stand for the middle of the pool.
    """
    base = panel.group(against)
    origin = mean_asked_clip((base or panel.groups[0]).runs)
    scores = []
    for group in panel.groups:
        for run in group.runs:
            values = _curve_values(run, panel) | _costs(run) | _asked(run) | _last(run)
            values["redundancy"] = None if origin is None else mean_redundancy(run, origin)
            scores.append(RunScores(panel, group.label, seed_of(run), values))
    return sorted(scores, key=lambda one: (one.strategy, one.seed))


def seed_of(run: Run) -> int:
    """Seed of a run, 0 where its settings are unknown."""
    return int(run.config.get("seed", 0))


def curve_measures(run: Run, panel: Panel, scores_R: Float64) -> dict[str, float]:
    """`aulc` and `final` of scores at the run's own rounds, over the panel's range; both are linear in the scores."""
    labels, _ = run.curve(f"{run.split}_macro_f1")
    inside = labels[(labels > panel.start) & (labels < panel.end)]
    points = np.array([panel.start, *inside, panel.end])
    heights = np.interp(points, labels, scores_R)
    return {"aulc": aulc(points, heights), "final": float(heights[-1])}


def _curve_values(run: Run, panel: Panel) -> dict[str, float | None]:
    labels, scores = run.curve(f"{run.split}_macro_f1")
    measured = curve_measures(run, panel, scores)
    target = None if run.threshold is None else labels_to_target(labels, scores, run.threshold)
    return {"aulc": measured["aulc"], "final_macro_f1": measured["final"], "labels_to_target": target}


def _costs(run: Run) -> dict[str, float | None]:
    spent = {key: float(sum(getattr(row, key) or 0.0 for row in run.rounds)) for key in PHASES}
    last = run.rounds[-1]
    return {"labels": float(last.labels), "validation_labels": float(last.validation_labels), **spent}


def _asked(run: Run) -> dict[str, float | None]:
    labels = [answer["class"] for answer in run.answers if answer["purpose"] == "query" and answer["class"] is not None]
    counts = [labels.count(name) for name in run.classes]
    return {"class_balance": class_balance(counts) if labels and len(counts) > 1 else None}


def _last(run: Run) -> dict[str, float | None]:
    last = run.rounds[-1]
    return {
        "final_balanced_accuracy": last.test_balanced_accuracy,
        "final_nll": last.test_nll,
        "final_ece": last.test_ece,
        "final_brier": last.test_brier,
        "full_data_macro_f1": run.full_data_score,
        "round_seconds": run.round_seconds,
    }


def _title(group: Group) -> str:
    run = group.runs[0]
    # The data set's name says more than its reader's, and where its file lies is nobody's business.
    option = next((text.partition("=")[2] for text in run.overrides if text.startswith("dataset=")), "")
    known_words = {"", run.part("dataset"), option, data_of(run)}
    words = [word for word in group.panel.split(", ") if word not in known_words and not word.startswith(("path ", "fetch "))]
    return ", ".join([data_of(run), *words])


def mean_asked_clip(runs: Sequence[Run]) -> Float32 | None:
    """The mean of all clips that runs asked about (of the random strategy, the middle of the pool); None where none asked."""
    total, count = None, 0
    for run in runs:
        for features in _queries(run):
            total = features.sum(axis=0) if total is None else total + features.sum(axis=0)
            count += len(features)
    return None if total is None else np.asarray(total / count, dtype=np.float32)


def mean_redundancy(run: Run, origin: Float32) -> float | None:
    """Mean over a run's queries of `redundancy` about an origin; None where no query held two clips.

    Args:
        run: Its folder holds `asked/`.
        origin: Shape (D,), from `mean_asked_clip` over runs on the same data.
    """
    values = [redundancy(features - origin) for features in _queries(run) if len(features) > 1]
    return float(np.mean(values)) if values else None


def shape_features(positions_K_T_J_C: NDArray[np.float16]) -> Float32:
    """Shapes of clips over time, a row each: about the clip's centre, in units of its size, at 16 evenly spread moments.

    Args:
        positions_K_T_J_C: (K, T, J, C), NaN where a joint is missing and behind a clip's last frame.

    Returns:
        Shape (K, 16 * J * C); a missing joint is 0.
    """
    positions = np.asarray(positions_K_T_J_C, dtype=np.float32)
    visible_K_T = np.asarray(~np.isnan(positions).all(axis=(2, 3)))
    last_K = positions.shape[1] - 1 - np.argmax(visible_K_T[:, ::-1], axis=1)
    at_K_F = last_K[:, None] * np.linspace(0, 1, _FRAMES)
    return np.nan_to_num(normalised(sample(positions, at_K_F)), nan=0.0).reshape(len(positions), -1)


def _queries(run: Run) -> Iterator[Float32]:
    for number in sorted(run.queries):
        asked = asked_before(run.folder, number + 1)
        if asked is not None and len(asked.ids):
            yield shape_features(asked.positions)
