"""The learner: features, a net and a trainer as one thing that learns from labelled rows and predicts the others."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.errors import UserError
from gesture_al.core.seeds import RandomStreams, torch_seed
from gesture_al.data.classes import Classes
from gesture_al.data.clip_set import ClipSet
from gesture_al.learning.augmentation.base import Augment
from gesture_al.learning.features.base import Features
from gesture_al.learning.inference import (
    OnBatch,
    dropped,
    embedding,
    probabilities,
    probabilities_and_embedding,
    read,
    read_all,
)
from gesture_al.learning.labelled_clips import AugmentedClips, PlainClips, PoolClips, changes
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.preparation import ClipOverrides, Preparation, PreparedClips
from gesture_al.learning.threads import torch_threads
from gesture_al.learning.trainers.base import Diverged, FitReport, LabelledClips, OnStep, Trainer, UnlabelledClips

__all__ = ["FitReport", "Learner"]


class Learner:
    """The model of a run, trained anew for every round.

    Args:
        clips: The clip set that rows refer to.
        pool: Rows whose features give the channel statistics: all clips but the test clips; labels play no part.
        features: What the net reads.
        augment: Changes the labelled clips at every step; None for none.
        model: Name and parameters of the net.
        trainer: How it learns; None for a learner that only predicts.
        random_streams: The run's random numbers. Every round, and every strategy of one seed, starts from the same weights.
        threads: Threads of torch while it works here; the last bits depend on it.
        classes: Class names, which may grow: the next training then starts from scratch. None: those of the clips.
        initial_weights: Gives weights by name that a new net begins with, all others are drawn; None: all are.

    Raises:
        UserError: An augmentation together with features that keep the clips' own frames.
    """

    def __init__(
        self,
        clips: ClipSet,
        pool: Int64,
        features: Features,
        augment: Augment | None,
        model: tuple[str, Mapping[str, Any]],
        trainer: Trainer | None,
        random_streams: RandomStreams,
        threads: int = 1,
        classes: Classes | None = None,
        initial_weights: Callable[[], Mapping[str, Float32]] | None = None,
    ) -> None:
        self._clips = clips
        self._initial_weights = initial_weights
        self._classes = Classes(clips.classes) if classes is None else classes
        self._pool = np.asarray(pool, dtype=np.int64)
        self._augment = augment if augment is not None and changes(augment, clips) else None
        if self._augment is not None and features.frames is None:
            raise UserError("augment needs clips of equal length: set features.params.frames, or choose augment=none")
        self._model = model
        self._trainer = trainer
        self._random_streams = random_streams
        self._threads = threads
        self._preparation = Preparation(features)
        self._prepared: PreparedClips | None = None
        self._overrides = ClipOverrides(clips.positions.shape[1])
        self._net: nn.Module | None = None
        self._outputs = 0

    def fit(
        self, indices: Int64, labels: Int64, round: int, on_step: OnStep | None = None, unlabelled: Int64 | None = None
    ) -> FitReport:
        """Train on these rows; from scratch, unless the trainer says `warm_start` and there is a model already.

        Args:
            indices: Rows of the labelled clips, (n,), n >= 1.
            labels: Their classes, (n,), 0 to C - 1.
            round: Keys the chance of batches, augmentation and dropout.
            on_step: Called after every step with its number, the most steps and its loss.
            unlabelled: Rows of the pool's clips without a label, which a trainer may learn from too; None: there are none.

        Raises:
            UserError: No trainer, nothing to learn from, a label outside the classes, or a training that diverged.
        """
        rows, classes = np.asarray(indices, dtype=np.int64), np.asarray(labels, dtype=np.int64)
        count = len(self._classes)
        if self._trainer is None:
            raise UserError(f"round {round}: this learner has no trainer, so it can only predict")
        if not len(rows) or len(rows) != len(classes) or classes.min() < 0 or classes.max() >= count:
            raise UserError(f"round {round}: training needs as many labels 0 to {count - 1} as clips, and one clip at least")
        warm = self._trainer.warm_start and self._net is not None
        # A net from before a class was added has no output for it.
        warm = warm and self._outputs == count
        net = self._net if warm and self._net is not None else self._new_net(count)
        # A training that is interrupted leaves no half-trained net behind.
        self._net = None
        with torch_threads(self._threads), torch_seed(self._random_streams.integer("dropout", round)):
            try:
                rng = self._random_streams.generator("batches", round)
                looks = getattr(self._trainer, "looks_at_unlabelled", False)  # Trainers of other packages may not say.
                views = self._unlabelled(unlabelled, round) if looks else None
                report = self._trainer.fit(net, self._labelled(rows, classes, round, views), count, rng, on_step)
            except Diverged as err:
                raise UserError(f"round {round}: training diverged, {err}; lower trainer.params.lr") from err
        self._net, self._outputs = net.eval(), count
        note = "; ".join(part for part in ("warm start" if warm else "", report.note) if part)
        return FitReport(report.steps, report.loss, report.seconds, note)

    def override_clip(self, row: int, clip: ClipSet | None) -> None:
        """Learn and predict this row from a clip with other ends; None: from the row as the set has it."""
        self._overrides.set(row, clip)
        if self._prepared is not None:
            self._prepared.forget(row)

    def forget(self) -> None:
        """Drop the weights, so that the next training starts from scratch whatever the trainer says."""
        self._net = None

    def predict_probs(self, indices: Int64, on_batch: OnBatch | None = None) -> Float32:
        """Class probabilities of these rows, (n, C)."""
        with torch_threads(self._threads):
            return read(self._trained(), self._prepare(), np.asarray(indices, dtype=np.int64), probabilities, on_batch)

    def embed(self, indices: Int64, on_batch: OnBatch | None = None) -> Float32:
        """Embeddings of these rows, (n, D): what the net's last linear layer is given."""
        with torch_threads(self._threads):
            return read(self._trained(), self._prepare(), np.asarray(indices, dtype=np.int64), embedding, on_batch)

    def predict_and_embed(self, indices: Int64, on_batch: OnBatch | None = None) -> tuple[Float32, Float32]:
        """Class probabilities and embeddings of these rows, (n, C) and (n, D), for the price of one of them."""
        rows = np.asarray(indices, dtype=np.int64)
        with torch_threads(self._threads):
            probs, embeddings = read_all(self._trained(), self._prepare(), rows, probabilities_and_embedding, on_batch)
        return probs, embeddings

    def mc_probs(self, indices: Int64, samples: int, round: int, on_batch: OnBatch | None = None) -> Float32:
        """Class probabilities of these rows from nets sampled by dropout, (S, n, C); sample s is one net for all rows.

        `on_batch` counts every pass: there are S * n rows in all.
        """
        probs_S_N_C: Float32 | None = None
        for sample in range(samples):
            on_pass = None if on_batch is None else _of_several(on_batch, sample, samples)
            with torch_seed(self._random_streams.integer("mc", round, sample)), dropped(self._trained()):
                probs = self.predict_probs(indices, on_pass)
            probs_S_N_C = np.empty((samples, *probs.shape), dtype=probs.dtype) if probs_S_N_C is None else probs_S_N_C
            probs_S_N_C[sample] = probs
        assert probs_S_N_C is not None, "a strategy that needs Monte-Carlo passes asks for one at least"
        return probs_S_N_C

    def predict_clips(self, clips: ClipSet) -> Float32:
        """Class probabilities of clips outside the bound set, (n, C).

        Raises:
            UserError: The clips have other joints or coordinates than those that the model learned from.
        """
        own, other = self._clips, clips
        if other.skeleton.joints != own.skeleton.joints or other.positions.shape[3] != own.positions.shape[3]:
            raise UserError(f"the model was trained on {own.positions.shape[3]}-D {own.skeleton.name!r} clips, not on these")
        # With the bones that were found in the run's own clips.
        clips = clips if clips.skeleton == own.skeleton else clips.with_skeleton(own.skeleton)
        if self._preparation.features.standardise and self._preparation.mean is None:
            self._prepare()
        with torch_threads(self._threads):
            return read(self._trained(), lambda r: self._preparation.features_of(clips, r), np.arange(len(clips)), probabilities)

    def state(self) -> bytes:
        """Weights, channel statistics and what net they belong to, as bytes that torch reads without running code."""
        mean, deviation = self._preparation.mean, self._preparation.deviation
        content = {
            **self._identity(),
            "classes": list(self._classes[: self._outputs]),
            "weights": self._trained().state_dict(),
            "mean": None if mean is None else torch.from_numpy(mean),
            "deviation": None if deviation is None else torch.from_numpy(deviation),
        }
        file = io.BytesIO()
        torch.save(content, file)
        return file.getvalue()

    def load_state(self, state: bytes) -> None:
        """Take over weights and channel statistics from a `state`.

        Raises:
            UserError: No such state, or one of another net, of other features or of other classes.
        """
        try:
            content = torch.load(io.BytesIO(state), weights_only=True)
            saved = {key: content[key] for key in (*self._identity(), "weights", "mean", "deviation")}
        except Exception as err:
            raise UserError(f"no state of a learner can be read here ({type(err).__name__}); train the model again") from err
        own_classes, saved_classes = list(self._classes), saved["classes"]
        for key, value in self._identity().items():
            # It may be from before classes were added.
            if saved[key] != value and not (key == "classes" and saved_classes == own_classes[: len(saved_classes)]):
                raise UserError(f"the saved model has {key} {saved[key]!r}, but this run has {value!r}; train the model again")
        net = self._new_net(len(saved_classes))
        net.load_state_dict(saved["weights"])
        self._net, self._outputs = net.eval(), len(saved_classes)
        mean, deviation = (None if saved[key] is None else saved[key].numpy() for key in ("mean", "deviation"))
        own = self._preparation.mean
        if mean is not own and (mean is None or own is None or not np.array_equal(mean, own)):
            self._preparation = Preparation(self._preparation.features, mean, deviation)
            self._prepared = PreparedClips(self._clips, self._preparation, overrides=self._overrides)

    def _identity(self) -> dict[str, Any]:
        """What a saved state must have in common with this learner."""
        name, params = self._model
        return {"model": name, "params": dict(params), "inputs": self._inputs(), "classes": list(self._classes)}

    def _inputs(self) -> int:
        return self._preparation.features.width(self._clips.skeleton, self._clips.positions.shape[3])

    def _new_net(self, classes: int) -> nn.Module:
        name, params = self._model
        with torch_seed(self._random_streams.integer("weights")):
            net = MODELS.build(name, params, inputs=self._inputs(), classes=classes)
        if self._initial_weights is not None:
            weights = {name: torch.from_numpy(value) for name, value in self._initial_weights().items()}
            net.load_state_dict(weights, strict=False)
        return net

    def _prepare(self) -> PreparedClips:
        if self._prepared is None:
            self._preparation.measure(self._clips, self._pool)
            self._prepared = PreparedClips(self._clips, self._preparation, overrides=self._overrides)
        return self._prepared

    def _labelled(self, rows: Int64, classes: Int64, round_: int, unlabelled: UnlabelledClips | None) -> LabelledClips:
        prepared = self._prepare()
        if self._augment is None:
            return PlainClips(prepared, rows, classes, unlabelled)
        rng = self._random_streams.generator("augment", round_)
        return AugmentedClips(self._clips, self._preparation, self._augment, rows, classes, rng, self._overrides, unlabelled)

    def _unlabelled(self, rows: Int64 | None, round_: int) -> UnlabelledClips | None:
        if rows is None or not len(rows):
            return None
        self._prepare()
        rng = self._random_streams.generator("unlabelled", round_)
        return PoolClips(self._clips, self._preparation, self._augment, np.asarray(rows, np.int64), rng, self._overrides)

    def _trained(self) -> nn.Module:
        if self._net is None:
            raise UserError("the model is not trained yet; call fit or load_state first")
        return self._net


def _of_several(on_batch: OnBatch, number: int, count: int) -> OnBatch:
    """Counts the rows done in one of several passes as rows of all of them."""
    return lambda done, rows: on_batch(number * rows + done, count * rows)
