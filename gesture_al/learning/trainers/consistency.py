"""Consistency: learning from clips that nobody named, by what a committee of teachers thinks of them."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Annotated, Any, Literal

import numpy as np
import torch
from annotated_types import Ge, Le
from torch import Tensor, nn
from typing_extensions import override

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.parameters import Count, CountOrZero, NotNegative, ShareBelowOne
from gesture_al.learning.inference import CLIPS_A_BATCH
from gesture_al.learning.trainers.base import (
    TRAINERS,
    Batch,
    FitReport,
    LabelledClips,
    OnStep,
    Trainer,
    UnlabelledClips,
    batches,
    grouped,
)
from gesture_al.learning.trainers.net_training import NetTraining, StepSettings

SemiBatch = tuple[Batch, Batch]
"""A labelled batch, and an unlabelled one with its targets (B, C); a target of zeros does not count."""


@TRAINERS.register("consistency")
@dataclass(frozen=True)
class Consistency(StepSettings, Trainer):
    """Teachers learn from the labels, then a student learns from the labels and from what the teachers think of unlabelled clips.

    Every net starts from weights of its own. The student must name strongly changed copies of an unlabelled clip as the
    teachers, on the mean, name the clip. What they think is taken down before the student learns: their mistakes cannot feed
    themselves step by step, as they can where student and teacher learn from each other (decision note 33). Without
    unlabelled clips it learns from the labels alone.

    Args:
        teachers: How many; each takes as many steps as the student.
        generations: How many sets of teachers one after the other; those after the first are students of the one before.
        targets: `soft`, the teachers' mean probabilities of every clip; or `agreed`, one class for each clip that all teachers
            name alike with confidence, and nothing for the others.
        temperature: Of `soft` targets: below 1 they are sharpened, 1 leaves them.
        confidence: The least mean probability of a class that is `agreed`.
        unlabelled_batch: Unlabelled clips a step.
        unlabelled_weight: Weight of their loss against that of the labelled clips.
        ramp: Steps over which that weight rises to its full size.
        student_view: What the student is shown of unlabelled clips: `strong`ly changed copies, `weak`ly changed ones, or `none`
            (the clips themselves: plain pseudo-labels).

    Source:
        The teachers' mean as target: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network" (2015), section 2;
        strong views and a confidence: Sohn et al., "FixMatch" (NeurIPS 2020), section 2; agreement: Zhou and Li, "Tri-training"
        (IEEE TKDE 2005); one teacher that is sure: Lee, "Pseudo-Label" (ICML 2013 workshop).
    """

    teachers: Annotated[int, Ge(1), Le(50)] = 3
    generations: Annotated[int, Ge(1), Le(10)] = 1
    targets: Literal["soft", "agreed"] = "soft"
    temperature: Annotated[float, Ge(0.05), Le(10)] = 0.5
    confidence: ShareBelowOne = 0.8
    unlabelled_batch: Count = 32
    unlabelled_weight: NotNegative = 1.0
    ramp: CountOrZero = 60
    student_view: Literal["none", "weak", "strong"] = "strong"

    @property
    @override
    def looks_at_unlabelled(self) -> bool:
        return True

    @override
    def fit(
        self, net: nn.Module, clips: LabelledClips, class_count: int, rng: np.random.Generator, on_step: OnStep | None = None
    ) -> FitReport:
        unlabelled = clips.unlabelled
        if unlabelled is None:
            return self.supervised(net, clips, class_count, rng, on_step)
        started, plan = perf_counter(), self.planned(len(clips.classes), class_count)
        steps = _StepsOfAll(on_step, (self.teachers * self.generations + 1) * plan.most_steps)
        teachers = [fresh(net) for _ in range(self.teachers)]
        for teacher in teachers:
            steps.add(self.supervised(teacher, clips, class_count, rng, steps))
        for _ in range(self.generations - 1):
            students = [fresh(net) for _ in range(self.teachers)]
            for student in students:
                steps.add(self._teach(student, teachers, clips, unlabelled, class_count, rng, steps))
            teachers = students
        report = self._teach(net, teachers, clips, unlabelled, class_count, rng, steps)
        steps.add(report)
        return FitReport(steps.done, report.loss, perf_counter() - started, report.note)

    def _teach(
        self,
        student: nn.Module,
        teachers: Sequence[nn.Module],
        clips: LabelledClips,
        unlabelled: UnlabelledClips,
        class_count: int,
        rng: np.random.Generator,
        on_step: OnStep,
    ) -> FitReport:
        """Train a student in place on the labels and on what these teachers think."""
        plan = self.planned(len(clips.classes), class_count)
        draws = [rng.permutation(len(unlabelled))[: self.unlabelled_batch] for _ in range(plan.most_steps)]
        met = np.unique(np.concatenate(draws))
        targets_M_C = self._targets(teachers, unlabelled, met, class_count)
        learning = _Student(student, plan, plan.class_weights_of(clips.classes, class_count), on_step, self)
        labelled = batches(clips, plan.most_steps, self.batch_size, rng)
        report = plan.run(learning, self._batches(labelled, unlabelled, draws, targets_M_C))
        if self.targets == "soft":  # Then every clip has a target.
            return report
        named = f"{int(np.count_nonzero(targets_M_C.any(axis=1)))} of {len(met)} unlabelled clips got a pseudo-label"
        return replace(report, note="; ".join(part for part in (named, report.note) if part))

    def _targets(self, teachers: Sequence[nn.Module], unlabelled: UnlabelledClips, rows: Int64, class_count: int) -> Float32:
        """Targets (m, C) of the clips that the student will meet; zeros for all others."""
        targets_M_C = np.zeros((len(unlabelled), class_count), dtype=np.float32)
        with torch.inference_mode():
            for first in range(0, len(rows), CLIPS_A_BATCH):
                part = rows[first : first + CLIPS_A_BATCH]
                features, lengths = unlabelled(part, "none")
                probs_S_B_C = torch.stack([teacher.eval()(features, lengths).softmax(dim=1) for teacher in teachers]).numpy()
                if self.targets == "agreed":
                    targets_M_C[part] = agreed(probs_S_B_C, self.confidence)
                else:
                    targets_M_C[part] = sharpened(probs_S_B_C.mean(axis=0), self.temperature)
        return targets_M_C

    def _batches(
        self, labelled: Iterator[Batch], unlabelled: UnlabelledClips, draws: Sequence[Int64], targets_M_C: Float32
    ) -> Iterator[SemiBatch]:
        """Labelled batches, each with an unlabelled one; the copies of several steps are made together."""
        for rows, places in grouped(draws):
            features, lengths = unlabelled(rows, self.student_view)
            targets = torch.from_numpy(targets_M_C[rows])
            yield from ((next(labelled), (features[place], lengths[place], targets[place])) for place in places)


def sharpened(probs_N_C: Float32, temperature: float) -> Float32:
    """Class probabilities raised to the power 1 / temperature, so that rows sum to 1 again.

    Source:
        Berthelot et al., "MixMatch" (NeurIPS 2019), section 3.2.

    >>> sharpened(np.array([[0.8, 0.2]], np.float32), 0.5).round(2).tolist()
    [[0.9399999976158142, 0.05999999865889549]]
    """
    # Against the largest, so that a power of small numbers is not nothing.
    powers_N_C = (probs_N_C / probs_N_C.max(axis=1, keepdims=True)) ** np.float32(1 / temperature)
    return np.asarray(powers_N_C / powers_N_C.sum(axis=1, keepdims=True), dtype=np.float32)


def agreed(probs_S_N_C: Float32, confidence: float) -> Float32:
    """One class for each clip that all teachers name alike, with at least that mean probability of it.

    Args:
        probs_S_N_C: Class probabilities by S teachers.
        confidence: 0 up to 1.

    Returns:
        (N, C): 1 in the column of the class; a row of zeros where they do not agree.

    >>> agreed(np.array([[[0.9, 0.1], [0.6, 0.4]], [[0.8, 0.2], [0.3, 0.7]]], np.float32), 0.8).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    mean_N_C = probs_S_N_C.mean(axis=0)
    label_N = mean_N_C.argmax(axis=1)
    counts_N = (probs_S_N_C.argmax(axis=2) == label_N).all(axis=0) & (mean_N_C.max(axis=1) >= confidence)
    return np.asarray(np.eye(mean_N_C.shape[1])[label_N] * counts_N[:, None], dtype=np.float32)


class _Student(NetTraining):
    """The loss on labels, and beside it that on pseudo-labels."""

    def __init__(
        self, net: nn.Module, plan: StepSettings, weights_C: Tensor, on_step: OnStep | None, settings: Consistency
    ) -> None:
        super().__init__(net, plan, weights_C, on_step)
        self.weight, self.ramp = settings.unlabelled_weight, settings.ramp

    @override
    def batch_loss(self, batch: SemiBatch, step: int) -> Tensor:
        (features, lengths, labels), (copies, copy_lengths, targets_B_C) = batch
        # One pass for both: a net costs hardly more for three times the clips.
        logits = self.net(torch.cat([features, copies]), torch.cat([lengths, copy_lengths]))
        loss: Tensor = self.loss(logits[: len(labels)], labels)
        # The mean over all clips of the batch, those without a target too: where few are agreed on, they weigh little.
        unlabelled_loss = nn.functional.cross_entropy(logits[len(labels) :], targets_B_C)
        return loss + self.weight * min(1.0, (step + 1) / max(1, self.ramp)) * unlabelled_loss


def fresh(net: nn.Module) -> nn.Module:
    """A copy with weights of its own, drawn from torch's generator by each module that says how (`reset_parameters`)."""
    twin = copy.deepcopy(net)
    for module in twin.modules():
        reset: Any = getattr(module, "reset_parameters", None)
        if callable(reset):
            reset()
    return twin


class _StepsOfAll:
    """Counts the steps of one training after another, and tells them as steps of all."""

    def __init__(self, on_step: OnStep | None, most: int) -> None:
        self.done, self._on_step, self._most = 0, on_step, most

    def __call__(self, step: int, most: int, loss: float) -> None:
        if self._on_step is not None:
            self._on_step(self.done + step, self._most, loss)

    def add(self, report: FitReport) -> None:
        """A training has ended."""
        self.done += report.steps
