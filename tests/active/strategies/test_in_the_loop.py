"""What the loop computes for a strategy, and what it says of numbers that are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from loop_world import Centroids, clips_on_a_line, world

from gesture_al.active.stopping.base import STOPPING_RULES
from gesture_al.active.strategies import STRATEGIES
from gesture_al.core.errors import UserError
from gesture_al.core.seeds import RandomStreams
from gesture_al.runs.callbacks import CallbackList, NullCallback


class Watched(Centroids):
    """Writes down what it was asked for; numbers of one clip may be spoilt."""

    def __init__(self, clips, spoilt=None, what="") -> None:
        super().__init__(clips, RandomStreams(0))
        self.asked, self.spoilt, self.what, self.most = set(), spoilt, what, 0

    def _told(self, name, rows, values):
        self.asked.add(name)
        if name == self.what:
            values[..., np.flatnonzero(rows == self.spoilt), :] = np.nan
        return values

    def predict_probs(self, rows, on_batch=None):
        self.most = max(self.most, len(rows))
        return super().predict_probs(rows, on_batch)

    def predict_and_embed(self, rows, on_batch=None):
        return self.predict_probs(rows, on_batch), self.embed(rows)

    def embed(self, rows, on_batch=None):
        return self._told("embed", rows, self._x[rows].astype(np.float32))

    def mc_probs(self, rows, samples, round, on_batch=None):
        rng = np.random.default_rng(round)
        noisy = [super(Watched, self).predict_probs(rows) + rng.random((len(rows), 3)) for _ in range(samples)]
        return self._told(f"mc_probs of {samples}", rows, np.stack([p / p.sum(axis=1, keepdims=True) for p in noisy]))


def loop_with(folder, name, params=None, **watched):
    loop = world(folder, strategy="random", budget=12)
    loop.strategy = STRATEGIES.build(name, params)
    loop.learner = Watched(loop.clips, **watched)
    return loop


@pytest.mark.parametrize("name", STRATEGIES.names())
def test_every_strategy_runs_in_the_loop(tmp_path, name):
    loop = loop_with(tmp_path, name)
    loop.run()
    assert len(loop.pool.labels) == 12


@pytest.mark.parametrize(
    ("name", "params", "asked"),
    [
        ("entropy", {}, set()),
        ("badge", {}, {"embed"}),
        ("bald", {"samples": 7}, {"mc_probs of 7"}),
        ("candidate_subsample", {"inner": STRATEGIES.build("batch_bald", {"samples": 3})}, {"mc_probs of 3"}),
    ],
)
def test_nothing_is_computed_that_it_does_not_need(tmp_path, name, params, asked):
    loop = loop_with(tmp_path, name, params)
    loop.run()
    assert loop.learner.asked == asked


def test_only_the_clips_that_are_looked_at_are_scored(tmp_path):
    loop = loop_with(tmp_path, "candidate_subsample", {"inner": STRATEGIES.build("badge"), "most_rows": 11})
    loop.evaluator = replace(loop.evaluator, test=loop.evaluator.test[:5], test_labels=loop.evaluator.test_labels[:5])
    loop.run()
    assert loop.learner.most == 11
    assert len(loop.pool.labels) == 12


def test_whoever_watches_is_told_how_many_clips_are_scored(tmp_path):
    class Told(NullCallback):
        def __init__(self):
            self.lines = []

        def scored(self, round, what, done, clips):
            self.lines.append((round, what, done, clips))

    loop = loop_with(tmp_path, "margin")
    loop.callback = CallbackList([Told(), told := Told()])
    loop.rules = [STOPPING_RULES.build("stable_predictions", {}, threshold=0.9, budget=12), *loop.rules]
    loop.run()
    assert told.lines[:4] == [
        (0, "predicting the test clips", 10, 10),
        (0, "predicting the pool", 42, 42),
        (0, "predicting", 36, 36),
        (1, "predicting the test clips", 10, 10),
    ]


@pytest.mark.parametrize(("name", "what"), [("k_center", "embed"), ("bald", "mc_probs of 10")])
def test_the_clip_whose_numbers_are_none_is_named(tmp_path, name, what):
    clips = clips_on_a_line()
    loop = loop_with(tmp_path, name)
    spoilt = int(loop.pool.clips[-1])
    loop.learner = Watched(clips, spoilt, what)
    with pytest.raises(UserError, match=f"clip {clips.ids[spoilt]}: the model's .* are not finite"):
        loop.run()
