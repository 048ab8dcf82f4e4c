"""A small world for tests of the loop: clips on a line, and a model that learns in no time."""

from __future__ import annotations

import pickle
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from gesture_al import ClipSet
from gesture_al.active.evaluation import Evaluator
from gesture_al.active.loop import Loop, LoopPlan
from gesture_al.active.oracles.base import ORACLES
from gesture_al.active.oracles.simulated import Known
from gesture_al.active.pool import Pool
from gesture_al.active.records.run_folder import RunFolder
from gesture_al.active.stopping.base import STOPPING_RULES
from gesture_al.active.strategies import STRATEGIES
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.classes import Classes
from gesture_al.data.skeleton import skeleton_for
from gesture_al.runs.callbacks import NullCallback


def clips_on_a_line(count: int = 60, classes: int = 3, seed: int = 0) -> ClipSet:
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    positions = rng.normal(size=(count, 4, 5, 2)).astype(np.float32) + labels[:, None, None, None]
    return ClipSet(
        positions=positions,
        lengths=np.full(count, 4),
        ids=np.array([f"clip-{n:03d}" for n in range(count)]),
        labels=labels,
        classes=tuple("abc"[:classes]),
        skeleton=skeleton_for(5),
    )


class Centroids:
    """Nearest class mean, in the place of a learner; a little noise from the weights' stream, as nets have it."""

    def __init__(self, clips: ClipSet, streams: RandomStreams) -> None:
        self._x, self._classes, self._streams = clips.positions.reshape(len(clips), -1), len(clips.classes), streams
        self.fits: list[int] = []

    def fit(self, rows, labels, round, on_step=None, unlabelled=None):
        self.fits.append(round)
        self._means = np.stack(
            [
                self._x[rows[labels == c]].mean(axis=0) if (labels == c).any() else np.zeros(self._x.shape[1])
                for c in range(self._classes)
            ]
        )
        self._means = self._means + self._streams.generator("batches", round).normal(scale=0.3, size=self._means.shape)
        if on_step:
            on_step(1, 1, 0.5)
        return SimpleNamespace(steps=1, loss=0.5, seconds=0.01, note="")

    def predict_probs(self, rows, on_batch=None):
        distances = ((self._x[rows][:, None] - self._means[None]) ** 2).sum(axis=2)
        scores = np.exp(-0.1 * (distances - distances.min(axis=1, keepdims=True)))
        if on_batch is not None:
            on_batch(len(rows), len(rows))
        return (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)

    temperature = None

    def calibrate(self, rows, labels):
        pass

    def state(self) -> bytes:
        return pickle.dumps(self._means)

    def load_state(self, state: bytes) -> None:
        self._means = pickle.loads(state)


def world(folder: Path, clips: ClipSet | None = None, rules=(), oracle=None, strategy="margin", callback=None, **plan) -> Loop:
    """A loop over a run folder, as a process that was just started would build it."""
    clips = clips or clips_on_a_line()
    streams = RandomStreams(0)
    wanted = {"k": 4, "budget": 24, "initial_per_class": 2, **plan}
    order = streams.generator("split").permutation(len(clips))
    test, validation, train = order[:10], order[10:18], np.sort(order[18:])
    classes = Classes(clips.classes)
    journal = RunFolder(folder, classes, {clip: row for row, clip in enumerate(clips.ids.tolist())})
    return Loop(
        plan=LoopPlan(**wanted),
        clips=clips,
        classes=classes,
        pool=Pool(train),
        validation=validation,
        learner=Centroids(clips, streams),
        strategy=STRATEGIES.build(strategy),
        oracle=ORACLES.build("simulated", oracle, truth=clips.labels, classes=len(clips.classes), random_streams=streams),
        existing_labels=Known(clips.labels, len(clips.classes), streams),
        rules=[
            *(STOPPING_RULES.build(name, params, threshold=0.9, budget=wanted["budget"]) for name, params in rules),
            STOPPING_RULES.build("budget", {}, threshold=0.9, budget=wanted["budget"]),
            STOPPING_RULES.build("pool_empty", {}, threshold=0.9, budget=wanted["budget"]),
        ],
        evaluator=Evaluator(test, clips.labels[test], classes),
        random_streams=streams,
        journal=journal,
        callback=callback or NullCallback(),
    )
