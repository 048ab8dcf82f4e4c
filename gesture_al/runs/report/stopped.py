"""What each setting of a sweep had cost and scored when its runs stopped: labels traded for quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.runs.report.base import Run
from gesture_al.runs.report.compare import as_chosen, differing, half_interval

Float = NDArray[np.float64]
SECONDS = ("fit_seconds", "predict_seconds", "select_seconds")


@dataclass(frozen=True)
class Stopped:
    """Runs of one setting, at their end.

    Args:
        values: The settings that differ within the sweep, as words, in the order of `names`.
        names: Their names.
        labels: Labels paid by each run, validation included, (runs,).
        scores: Macro-F1 of the model that each run kept, on its test clips (on validation where no test is known), (runs,).
        seconds: Of training, prediction and selection, (runs,).
        share: Part of the runs that stopped because their rule was content, not because labels ran out.
    """

    values: tuple[str, ...]
    names: tuple[str, ...]
    labels: Float
    scores: Float
    seconds: Float
    share: float

    @property
    def label(self) -> str:
        """The setting in words."""
        return ", ".join(_said(name, value) for name, value in zip(self.names, self.values, strict=True))


def stopped(runs: Sequence[Run]) -> list[Stopped]:
    """Settings by labels paid; empty where all runs were given the same number of labels, so that nothing was traded."""
    done = [run for run in runs if run.state == "done" and run.best is not None]
    if len({_paid(run) for run in done}) < 2:
        return []
    names = tuple(differing([as_chosen(run) for run in done]))
    found: dict[tuple[str, ...], list[Run]] = {}
    for run in done:
        settings = as_chosen(run)
        found.setdefault(tuple(str(settings.get(name)) for name in names), []).append(run)
    told = [
        Stopped(
            values=values,
            names=tuple(_word(name) for name in names),
            labels=np.array([_paid(run) for run in members]),
            scores=np.array([getattr(run.best, f"{run.split}_macro_f1") for run in members], dtype=float),
            seconds=np.array([sum(getattr(row, key) or 0.0 for row in run.rounds for key in SECONDS) for run in members]),
            share=float(np.mean([_content(run) for run in members])),
        )
        for values, members in found.items()
    ]
    return sorted(told, key=lambda one: (one.labels.mean(), -one.scores.mean()))


def worthwhile(told: Sequence[Stopped]) -> list[Stopped]:
    """Those that no other one beats in mean labels and mean score at once, by labels."""
    best, found = -1.0, []
    for one in sorted(told, key=lambda one: (one.labels.mean(), -one.scores.mean())):
        if one.scores.mean() > best:
            best = float(one.scores.mean())
            found.append(one)
    return found


def mean_with_half(values: Float, digits: int) -> str:
    """Mean and half its 95% interval; the mean alone below three runs.

    >>> mean_with_half(np.array([1.0, 2.0]), 1)
    '1.5'
    """
    half = float(half_interval(values[:, None])[0])
    return f"{values.mean():.{digits}f}" + ("" if np.isnan(half) else f" ± {half:.{digits}f}")


def _paid(run: Run) -> float:
    last = run.rounds[-1]
    return float(last.labels + last.validation_labels)


def _content(run: Run) -> bool:
    """Whether a rule about the model ended the run."""
    return any(said is True for said in run.rounds[-1].stopping.values())


def _word(name: str) -> str:
    """A setting's own name.

    >>> _word("model.name"), _word("trainer.params.lr"), _word("k")
    ('model', 'lr', 'k')
    """
    return name.removesuffix(".name").rsplit(".", 1)[-1]


def _said(name: str, value: str) -> str:
    number = value.replace(".", "").replace("-", "").isdigit() or value in ("True", "False", "None")
    return f"{name} {value}" if number else value
