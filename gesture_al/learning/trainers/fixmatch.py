"""FixMatch with a mean teacher: strongly changed clips are to be named as the mean of the weights names weakly changed ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from typing_extensions import override

from gesture_al.core.arrays import Int64
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import Count, CountOrZero, NotNegative, ShareBelowOne
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


@TRAINERS.register("fixmatch")
@dataclass(frozen=True)
class FixMatch(StepSettings, Trainer):
    """The teacher is the running mean of the net's own weights, so `averaging` must be above 0.

    It gains where the teacher is good early and loses where it is poor (experiments/fewest_labels).

    Args:
        confidence: The least probability of the teacher's class for a clip to count.
        unlabelled_batch: Unlabelled clips a step.
        unlabelled_weight: Weight of their loss against that of the labelled clips.
        start: Share of the steps before unlabelled clips count.
        ramp: Steps over which their weight then rises to its full size.

    Raises:
        UserError: `averaging` is 0.

    Source:
        Sohn et al., "FixMatch" (NeurIPS 2020), section 2; the teacher: Tarvainen and Valpola, "Mean teachers are better role
        models" (NeurIPS 2017), section 2.
    """

    averaging: ShareBelowOne = 0.95
    confidence: ShareBelowOne = 0.9
    unlabelled_batch: Count = 32
    unlabelled_weight: NotNegative = 1.0
    start: ShareBelowOne = 0.2
    ramp: CountOrZero = 60

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.averaging:
            raise UserError("trainer: averaging=0: must be above 0, the running mean of the weights is the teacher")

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
        plan = self.planned(len(clips.classes), class_count)
        draws = [rng.permutation(len(unlabelled))[: self.unlabelled_batch] for _ in range(plan.most_steps)]
        learning = _MeanTeacher(net, plan, plan.class_weights_of(clips.classes, class_count), on_step, self)
        labelled = batches(clips, plan.most_steps, self.batch_size, rng)
        return plan.run(learning, _with_views(labelled, unlabelled, draws))


class _MeanTeacher(NetTraining):
    """The loss on labels, and beside it that on what the running mean of the weights is sure of."""

    def __init__(self, net: nn.Module, plan: StepSettings, weights_C: Tensor, on_step: OnStep | None, settings: FixMatch) -> None:
        super().__init__(net, plan, weights_C, on_step)
        self.confidence, self.weight = settings.confidence, settings.unlabelled_weight
        self.first, self.ramp = round(settings.start * plan.steps), max(1, settings.ramp)

    @override
    def batch_loss(self, batch: tuple[Batch, tuple[Tensor, Tensor, Tensor]], step: int) -> Tensor:
        (features, lengths, labels), (weak, strong, copy_lengths) = batch
        if step < self.first or self.mean is None:
            return super().batch_loss(batch[0], step)
        with torch.no_grad():
            confidence_B, pseudo_B = self.mean.module.eval()(weak, copy_lengths).softmax(dim=1).max(dim=1)
        logits = self.net(torch.cat([features, strong]), torch.cat([lengths, copy_lengths]))
        loss: Tensor = self.loss(logits[: len(labels)], labels)
        pseudo_loss_B = nn.functional.cross_entropy(logits[len(labels) :], pseudo_B, reduction="none")
        pseudo_loss: Tensor = (pseudo_loss_B * (confidence_B >= self.confidence)).mean()
        return loss + self.weight * min(1.0, (step - self.first + 1) / self.ramp) * pseudo_loss


def _with_views(
    labelled: Iterator[Batch], unlabelled: UnlabelledClips, draws: Sequence[Int64]
) -> Iterator[tuple[Batch, tuple[Tensor, Tensor, Tensor]]]:
    """Labelled batches, each with two views of unlabelled clips; the copies of several steps are made together."""
    for rows, places in grouped(draws):
        (weak, lengths), (strong, _) = unlabelled(rows, "weak"), unlabelled(rows, "strong")
        yield from ((next(labelled), (weak[place], strong[place], lengths[place])) for place in places)
