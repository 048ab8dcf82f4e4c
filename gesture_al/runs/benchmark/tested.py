"""Whose clips the runs of a panel were tested on, and how far their scores would move with other people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.tested import TestClips, read_test_clips
from gesture_al.core.seeds import RandomStreams
from gesture_al.learning.metrics.resampling import LEAST_UNITS, small_sample_factor, unit_weights, weighted_macro_f1
from gesture_al.runs.benchmark.outcomes import Panel, measure_of_curve, seed_of
from gesture_al.runs.report.base import Run

Float = NDArray[np.float64]
# More units than that say no more about the spread; they are dealt into as many piles at random.
MOST_UNITS = 2000


@dataclass(frozen=True)
class Units:
    """What test clips were sampled in.

    Args:
        kind: `people`, `recordings` or `clips`.
        names: All of them over the panel's runs, in order.
    """

    kind: str
    names: tuple[str, ...]


class TestError:
    """Draws of the error that the choice of test units puts into the measure of each run of a panel.

    All runs of a panel meet the same draws, since all seeds and strategies may share test people.

    Args:
        panel: The runs.
        measure: `aulc` or `final`.
        resamples: Draws, B.
    """

    __test__ = False

    def __init__(self, panel: Panel, measure: str, resamples: int) -> None:
        self._panel, self._measure, self._resamples = panel, measure, resamples
        self._tested = {str(run.folder): _tested(run) for group in panel.groups for run in group.runs}
        self.units = _units(self._tested.values())
        self._errors: dict[str, Float] = {}

    def of_difference(self, first: Sequence[Run], second: Sequence[Run], level: float) -> Float | None:
        """Errors of the mean difference between two strategies over the seeds that both have, (B,); None where not known."""
        if self.units is None:
            return None
        theirs = {seed_of(run): run for run in second}
        pairs = [(run, theirs[seed_of(run)]) for run in first if seed_of(run) in theirs]
        drawn = np.mean([self._error(one) - self._error(other) for one, other in pairs], axis=0)
        return np.asarray(drawn * small_sample_factor(len(self.units.names), level))

    def _error(self, run: Run) -> Float:
        key = str(run.folder)
        if key not in self._errors:
            assert self.units is not None
            counts = _counts(run, self._tested[key], self.units)
            # Drawn anew for every run: kept, the weights of many clips would take more memory than all else.
            rng = RandomStreams(0).generator("benchmark", "test units", self._panel.title)
            scores = weighted_macro_f1(counts, unit_weights(len(counts), self._resamples, rng))
            actual = weighted_macro_f1(counts, np.ones((1, len(counts))))
            weights = np.array([measure_of_curve(run, self._panel, unit)[self._measure] for unit in np.eye(scores.shape[1])])
            self._errors[key] = (scores - actual) @ weights
        return self._errors[key]


def _tested(run: Run) -> TestClips | None:
    predicted = all(row.test_predicted is not None for row in run.rounds)
    return read_test_clips(RunPaths(run.folder).test_clips) if predicted else None


def _units(tested: Iterable[TestClips | None]) -> Units | None:
    """The largest units in which there are enough of them; None where a run did not keep its predictions."""
    known = list(tested)
    if not known or any(one is None for one in known):
        return None
    for kind, field in (("people", "subjects"), ("recordings", "groups"), ("clips", "ids")):
        names = np.unique(np.concatenate([getattr(one, field) for one in known]))
        if len(names) >= LEAST_UNITS and names[0]:
            return Units(kind, tuple(names.tolist()))
    return None


def _counts(run: Run, tested: TestClips | None, units: Units) -> NDArray[np.float32]:
    """Confusion counts by unit and round of the run's curve, (U, R, C, C)."""
    assert tested is not None
    field = {"people": tested.subjects, "recordings": tested.groups, "clips": tested.ids}[units.kind]
    pile = np.searchsorted(np.array(units.names), field)
    if len(units.names) > MOST_UNITS:
        pile = RandomStreams(0).generator("benchmark", "piles").integers(0, MOST_UNITS, len(units.names))[pile]
    place = {name: number for number, name in enumerate(run.classes)}
    true = np.array([place[name] for name in tested.classes.tolist()])
    rows = list({row.labels: row for row in run.rounds}.values())
    counts = np.zeros((min(len(units.names), MOST_UNITS), len(rows), len(place), len(place)), dtype=np.float32)
    for number, row in enumerate(rows):
        np.add.at(counts[:, number], (pile, true, np.asarray(row.test_predicted)), 1)
    return counts
