"""The learner: features, nets and a trainer as one thing that learns from labelled rows and predicts the others."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.errors import UserError
from gesture_al.core.seeds import RandomStreams, torch_seed
from gesture_al.data.classes import Classes
from gesture_al.data.clip_set import ClipSet
from gesture_al.learning.augmentation.base import Augment
from gesture_al.learning.calibration import LEAST_CLIPS, best_temperature
from gesture_al.learning.combined_net import combined
from gesture_al.learning.committee.base import COMMITTEES, Committee, streams_of
from gesture_al.learning.device import device_for, device_of, repeatable
from gesture_al.learning.features.base import Features
from gesture_al.learning.inference import (
    CLIPS_A_BATCH,
    OnBatch,
    embedding,
    logits,
    probabilities,
    probabilities_and_embedding,
    read,
    read_all,
)
from gesture_al.learning.labelled_clips import changes
from gesture_al.learning.member_processes import MemberProcesses
from gesture_al.learning.member_training import MemberTraining, accelerator_of
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.preparation import ClipOverrides, Preparation, PreparedClips
from gesture_al.learning.threads import torch_threads
from gesture_al.learning.trainers.base import Diverged, FitReport, OnStep, Trainer
from gesture_al.learning.views import ChangedViews, view_change

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
        committee: How many nets are trained, and which are asked for several opinions; None: one, and by dropout.
        views: Probabilities of the bound clips are the mean over so many weakly changed copies; 0: those of the clip itself.
        temperature_scaling: Whether `calibrate` does anything.

    Raises:
        UserError: An augmentation together with features that keep the clips' own frames, or views without an augmentation that
            has a weaker form.
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
        committee: Committee | None = None,
        views: int = 0,
        temperature_scaling: bool = False,
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
        self._committee = COMMITTEES.build("dropout") if committee is None else committee
        self._processes = MemberProcesses(self._committee.processes)
        self._views = views
        self._view_change = view_change(views, self._augment, clips)
        self._temperature_scaling = temperature_scaling
        self._temperature: float | None = None
        self._nets: Sequence[nn.Module] = ()
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
        # A net from before a class was added has no output for it.
        warm = self._trainer.warm_start and bool(self._nets) and self._outputs == count
        nets = self._nets if warm else self._new_nets(count)
        # A training that is interrupted leaves no half-trained net behind.
        self._nets, self._temperature = (), None
        trainings = self._trainings(nets, rows, classes, count, round, unlabelled)
        try:
            report = self._train(trainings, on_step)
        except Diverged as err:
            raise UserError(f"round {round}: training diverged, {err}; lower trainer.params.lr") from err
        self._take_over(nets, count)
        note = "; ".join(part for part in ("warm start" if warm else "", report.note) if part)
        return FitReport(report.steps, report.loss, report.seconds, note)

    def calibrate(self, indices: Int64, labels: Int64) -> None:
        """Fit a temperature by which all later probabilities, but for the committee's, are scaled, where it was asked for.

        Never on test clips. With fewer than `calibration.LEAST_CLIPS` clips there is none.

        Args:
            indices: Rows of labelled clips that were not trained on, (n,).
            labels: Their classes, (n,).
        """
        self._temperature = None
        if not self._temperature_scaling or len(indices) < LEAST_CLIPS:
            return
        with torch_threads(self._threads):
            logits_N_C = read(self._net(), self._prepare(), np.asarray(indices, dtype=np.int64), logits)
        self._temperature = best_temperature(logits_N_C, np.asarray(labels, dtype=np.int64))

    @property
    def temperature(self) -> float | None:
        """By which the logits of the trained net are divided; None: by nothing."""
        return self._temperature

    def override_clip(self, row: int, clip: ClipSet | None) -> None:
        """Learn and predict this row from a clip with other ends; None: from the row as the set has it."""
        self._overrides.set(row, clip)
        if self._prepared is not None:
            self._prepared.forget(row)

    def forget(self) -> None:
        """Drop the weights, so that the next training starts from scratch whatever the trainer says."""
        self._nets, self._temperature = (), None

    def predict_probs(self, indices: Int64, on_batch: OnBatch | None = None, scaled: bool = True) -> Float32:
        """Class probabilities of these rows, (n, C): the mean over the members, and over views of each clip.

        Args:
            indices: Rows, (n,).
            on_batch: Called after every batch with the rows done and the rows in all.
            scaled: Whether the temperature is applied, where there is one.
        """
        rows, net = np.asarray(indices, dtype=np.int64), self._net(scaled)
        with torch_threads(self._threads):
            if self._view_change is None or not len(rows):
                return read(net, self._prepare(), rows, probabilities, on_batch)
            self._prepare()
            views = ChangedViews(
                self._clips, self._preparation, self._view_change, self._views, self._random_streams, self._overrides
            )
            at_once = max(1, CLIPS_A_BATCH // self._views)
            return read_all(net, views, rows, self._mean_over_views, on_batch, at_once)[0]

    def embed(self, indices: Int64, on_batch: OnBatch | None = None) -> Float32:
        """Embeddings of these rows, (n, D): what the last linear layer of the first member's net is given."""
        with torch_threads(self._threads):
            return read(self._members()[0], self._prepare(), np.asarray(indices, dtype=np.int64), embedding, on_batch)

    def predict_and_embed(self, indices: Int64, on_batch: OnBatch | None = None) -> tuple[Float32, Float32]:
        """Class probabilities and embeddings of these rows, (n, C) and (n, D), for the price of one of them."""
        rows = np.asarray(indices, dtype=np.int64)
        if self._view_change is not None:
            return self.predict_probs(rows, on_batch), self.embed(rows)
        with torch_threads(self._threads):
            probs, embeddings = read_all(self._net(), self._prepare(), rows, probabilities_and_embedding, on_batch)
        return probs, embeddings

    def mc_probs(self, indices: Int64, samples: int, round: int, on_batch: OnBatch | None = None) -> Float32:
        """Class probabilities of these rows by several nets of the committee, (S, n, C); opinion s is one net for all rows.

        They are those of the clips themselves, without views and temperature.

        Args:
            indices: Rows, (n,).
            samples: Opinions that are wanted, 1 or more; the committee may have another number, S.
            round: Keys the chance of the committee.
            on_batch: Counts every opinion: there are S * n rows in all.
        """
        rows, nets, count = np.asarray(indices, dtype=np.int64), self._members(), self._committee.samples(samples)
        probs_S_N_C: Float32 | None = None
        for sample in range(count):
            on_pass = None if on_batch is None else _of_several(on_batch, sample, count)
            seed = self._random_streams.integer("mc", round, sample)
            with torch_threads(self._threads), repeatable(device_of(nets[0])), self._committee.opinion(nets, sample, seed) as net:
                probs = read(net, self._prepare(), rows, probabilities, on_pass)
            probs_S_N_C = np.empty((count, *probs.shape), dtype=probs.dtype) if probs_S_N_C is None else probs_S_N_C
            probs_S_N_C[sample] = probs
        assert probs_S_N_C is not None, "a strategy that needs Monte-Carlo passes asks for one at least"
        return probs_S_N_C

    def predict_clips(self, clips: ClipSet) -> Float32:
        """Class probabilities of clips outside the bound set, (n, C), as an exported recogniser gives them: without views.

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
            return read(self._net(), lambda r: self._preparation.features_of(clips, r), np.arange(len(clips)), probabilities)

    def state(self) -> bytes:
        """Weights, channel statistics and what net they belong to, as bytes that torch reads without running code."""
        mean, deviation = self._preparation.mean, self._preparation.deviation
        content = {
            **self._identity(),
            "classes": list(self._classes[: self._outputs]),
            "weights": {name: weight.cpu() for name, weight in combined(self._members()).state_dict().items()},
            "temperature": self._temperature,
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
            # Of a state from before there were several nets and a temperature.
            earlier = {"members": 1, "temperature": None}
            content = earlier | torch.load(io.BytesIO(state), weights_only=True)
            saved = {key: content[key] for key in (*self._identity(), "weights", "temperature", "mean", "deviation")}
        except Exception as err:
            raise UserError(f"no state of a learner can be read here ({type(err).__name__}); train the model again") from err
        own_classes, saved_classes = list(self._classes), saved["classes"]
        for key, value in self._identity().items():
            # It may be from before classes were added.
            if saved[key] != value and not (key == "classes" and saved_classes == own_classes[: len(saved_classes)]):
                raise UserError(f"the saved model has {key} {saved[key]!r}, but this run has {value!r}; train the model again")
        nets = self._new_nets(len(saved_classes))
        combined(nets).load_state_dict(saved["weights"])
        self._take_over(nets, len(saved_classes))
        self._temperature = saved["temperature"]
        mean, deviation = (None if saved[key] is None else saved[key].numpy() for key in ("mean", "deviation"))
        own = self._preparation.mean
        if mean is not own and (mean is None or own is None or not np.array_equal(mean, own)):
            self._preparation = Preparation(self._preparation.features, mean, deviation)
            self._prepared = PreparedClips(self._clips, self._preparation, overrides=self._overrides)

    def _identity(self) -> dict[str, Any]:
        """What a saved state must have in common with this learner."""
        name, params = self._model
        return {
            "model": name,
            "params": dict(params),
            "inputs": self._inputs(),
            "classes": list(self._classes),
            "members": self._committee.members,
        }

    def _inputs(self) -> int:
        return self._preparation.features.width(self._clips.skeleton, self._clips.positions.shape[3])

    def _new_nets(self, classes: int) -> list[nn.Module]:
        return [self._new_net(classes, member) for member in range(self._committee.members)]

    def _new_net(self, classes: int, member: int = 0) -> nn.Module:
        name, params = self._model
        with torch_seed(streams_of(member, self._random_streams).integer("weights")):
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

    def _trainings(
        self, nets: Sequence[nn.Module], rows: Int64, classes: Int64, count: int, round_: int, unlabelled: Int64 | None
    ) -> list[MemberTraining]:
        assert self._trainer is not None
        looks = getattr(self._trainer, "looks_at_unlabelled", False)  # Trainers of other packages may not say.
        nobodys = np.asarray(unlabelled, dtype=np.int64) if looks and unlabelled is not None and len(unlabelled) else None
        prepared = self._prepare()
        return [
            MemberTraining(
                net=net.cpu(),
                trainer=self._trainer,
                clips=self._clips,
                preparation=self._preparation,
                augment=self._augment,
                overrides=self._overrides,
                rows=rows,
                classes=classes,
                unlabelled=nobodys,
                class_count=count,
                random_streams=streams_of(member, self._random_streams),
                round=round_,
                threads=self._threads,
                prepared=prepared,
            )
            for member, net in enumerate(nets)
        ]

    def _train(self, trainings: Sequence[MemberTraining], on_step: OnStep | None) -> FitReport:
        """Train all members, and say of them together what a trainer says of one."""
        if len(trainings) == 1:
            return trainings[0].run(on_step)
        started = perf_counter()
        if self._committee.processes > 1:
            reports = self._processes.run(trainings, on_step)
        else:
            reports = [
                training.run(None if on_step is None else _step_of_several(on_step, member, len(trainings)))
                for member, training in enumerate(trainings)
            ]
        note = "; ".join(f"member {member}: {report.note}" for member, report in enumerate(reports) if report.note)
        loss = float(np.mean([report.loss for report in reports]))
        return FitReport(sum(report.steps for report in reports), loss, perf_counter() - started, note)

    def _take_over(self, nets: Sequence[nn.Module], outputs: int) -> None:
        """Predict with these nets from now on, where the trainer trains them."""
        accelerator = accelerator_of(self._trainer)
        self._nets = tuple(net.eval().to(device_for(accelerator, net)) for net in nets)
        self._outputs = outputs

    def _mean_over_views(self, net: nn.Module, features_B_T_F: Tensor, lengths_B: Tensor) -> tuple[Tensor]:
        probs = probabilities(net, features_B_T_F, lengths_B)
        return (probs.view(-1, self._views, probs.shape[1]).mean(dim=1),)

    def _net(self, scaled: bool = True) -> nn.Module:
        """What the members predict together."""
        return combined(self._members(), self._temperature if scaled else None).eval()

    def _members(self) -> Sequence[nn.Module]:
        if not self._nets:
            raise UserError("the model is not trained yet; call fit or load_state first")
        return self._nets


def _of_several(on_batch: OnBatch, number: int, count: int) -> OnBatch:
    """Counts the rows done in one of several passes as rows of all of them."""
    return lambda done, rows: on_batch(number * rows + done, count * rows)


def _step_of_several(on_step: OnStep, number: int, count: int) -> OnStep:
    """Counts the steps of one of several trainings as steps of all of them."""
    return lambda step, most, loss: on_step(number * most + step, count * most, loss)
