"""Training of a net by gradient steps: settings, LightningModule and a lean Lightning Trainer, shared by all trainers.

The only file that imports pytorch_lightning. A Trainer is made anew for every fit, since a second `fit` on one does nothing.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Literal, Self

import numpy as np
import pytorch_lightning as lightning
import torch
from pytorch_lightning.plugins.environments import LightningEnvironment
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from gesture_al.core.arrays import Float64, Int64
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import Count, CountOrZero, NotNegative, Positive, ShareBelowOne
from gesture_al.learning.device import CPU, Accelerator, Precision, device_for, repeatable
from gesture_al.learning.trainers.base import Diverged, FitReport, LabelledClips, OnStep, batches

Optimiser = Literal["adamw", "adam"]
Schedule = Literal["cosine", "constant"]
ClassWeights = Literal["none", "balanced"]
OPTIMISERS: dict[Optimiser, type[torch.optim.Optimizer]] = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}
SCHEDULES: dict[Schedule, Callable[[float], float]] = {
    "cosine": lambda done: 0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2,
    "constant": lambda done: 1.0,
}
CLASS_WEIGHTS: dict[ClassWeights, Callable[[Int64], Float64]] = {
    "none": lambda counts_C: np.ones(len(counts_C)),
    # A class without a clip weighs 1: only label smoothing ever reads its weight.
    "balanced": lambda counts_C: np.where(counts_C > 0, counts_C.sum() / (np.sum(counts_C > 0) * np.maximum(counts_C, 1)), 1.0),
}
"""The same weights as scikit-learn's `balanced`, over the classes that have clips."""


@dataclass(frozen=True)
class StepSettings:
    """How a net is trained by optimiser steps on batches drawn without replacement within a step.

    Args:
        steps: How many, at least.
        steps_per_class: More steps where there are more classes: at least so many for each; 0: however many there are.
        epochs: More steps where there are more labels: at least so many times as many clips as there are; 0: however many.
        batch_size: Clips a step; None, or more than there are: all.
        optimiser: A key of `OPTIMISERS`.
        lr: Highest learning rate.
        weight_decay: Decoupled with `adamw`.
        warmup: Steps over which the learning rate rises linearly; where there are no more `steps` than that, a tenth of them.
        schedule: A key of `SCHEDULES`, for the steps after the warm-up.
        clip: Largest norm of the gradient; None for no limit.
        label_smoothing: Share of the target that is spread over all classes.
        class_weights: A key of `CLASS_WEIGHTS`.
        averaging: The net ends with a running mean of the weights of its steps, of which each step keeps this share of what was
            before; 0: with the weights of the last step.
        until_loss: After `steps`, go on until a step's loss is below this; None stops there.
        extra_steps: How many steps that may take.
        warm_start: Whether a round goes on from the weights of the one before; the learner reads it.
        accelerator: Where the net trains and predicts: `auto` takes a GPU, where there is one, for nets of
            `device.GPU_PAYS_FROM` weights or more.
        precision: Of the training's sums and products; weights, and all of prediction, stay float32.

    Raises:
        UserError: `until_loss` without `extra_steps`.

    Source:
        The running mean: Tarvainen and Valpola, "Mean teachers are better role models" (NeurIPS 2017), section 2; Izmailov et
        al., "Averaging weights leads to wider optima and better generalization" (UAI 2018).
    """

    steps: Count = 200
    steps_per_class: CountOrZero = 0
    epochs: NotNegative = 0.0
    batch_size: Count | None = 16
    optimiser: Optimiser = "adamw"
    lr: Positive = 5e-3
    weight_decay: NotNegative = 0.01
    warmup: CountOrZero = 20
    schedule: Schedule = "cosine"
    clip: Positive | None = 1.0
    label_smoothing: ShareBelowOne = 0.05
    class_weights: ClassWeights = "none"
    averaging: ShareBelowOne = 0.0
    until_loss: Positive | None = None
    extra_steps: CountOrZero = 0
    warm_start: bool = False
    accelerator: Accelerator = "cpu"
    precision: Precision = "32-true"

    def __post_init__(self) -> None:
        if self.until_loss is not None and not self.extra_steps:
            raise UserError("trainer: extra_steps=0: must be 1 or more where until_loss is set")

    @property
    def rise(self) -> int:
        """Steps of the warm-up that is made."""
        return self.warmup if self.warmup < self.steps else self.steps // 10

    @property
    def remark(self) -> str:
        """What the person should know about how the parameters were taken; empty where they were taken as they are."""
        if self.rise == self.warmup or self.steps_per_class or self.epochs:  # Then labels and classes say how many steps.
            return ""
        return f"trainer.params.warmup={self.warmup} is shortened to {self.rise}: there are {self.steps} steps"

    def planned(self, clips: int, classes: int) -> Self:
        """The same with the number of steps that so many labelled clips and classes come to."""
        batch = clips if self.batch_size is None else min(self.batch_size, clips)
        steps = max(self.steps, self.steps_per_class * classes, math.ceil(self.epochs * clips / batch))
        return replace(self, steps=steps, steps_per_class=0, epochs=0.0)

    @property
    def most_steps(self) -> int:
        """Steps taken if the loss never falls below `until_loss`."""
        return self.steps if self.until_loss is None else self.steps + self.extra_steps

    def rate(self, step: int) -> float:
        """Share of the learning rate at a step, counted from 0."""
        if step < self.rise:
            return (step + 1) / self.rise
        return SCHEDULES[self.schedule](min(1.0, (step - self.rise) / max(1, self.steps - self.rise)))

    def supervised(
        self, net: nn.Module, clips: LabelledClips, class_count: int, rng: np.random.Generator, on_step: OnStep | None = None
    ) -> FitReport:
        """Train the net in place on the labelled clips alone; see `Trainer.fit`."""
        plan = self.planned(len(clips.classes), class_count)
        learning = NetTraining(net, plan, plan.class_weights_of(clips.classes, class_count), on_step)
        return plan.run(learning, batches(clips, plan.most_steps, self.batch_size, rng))

    def class_weights_of(self, classes_N: Int64, class_count: int) -> Tensor:
        """Weights of the classes in the loss, (C,)."""
        weights_C = CLASS_WEIGHTS[self.class_weights](np.bincount(classes_N, minlength=class_count))
        return torch.tensor(weights_C, dtype=torch.float32)

    def run(self, learning: NetTraining, stream: Iterator[Any]) -> FitReport:
        """Take the steps of a plan on its batches.

        Raises:
            Diverged: The loss or a weight is not finite.
        """
        started = perf_counter()
        lean_fit(learning, stream, device_for(self.accelerator, learning.net), self.precision)
        learning.take_mean()
        if not all(bool(parameter.isfinite().all()) for parameter in learning.net.parameters()):
            raise Diverged("a weight is not finite")
        note = ""
        if self.until_loss is not None and learning.losses[-1] >= self.until_loss:
            note = f"cap of {self.most_steps} steps hit at loss {learning.losses[-1]:.2g}, wanted below {self.until_loss:g}"
        return FitReport(len(learning.losses), float(np.mean(learning.losses[-20:])), perf_counter() - started, note)


class NetTraining(lightning.LightningModule):  # type: ignore[misc]  # Lightning is not type-checked here
    """Any net with its loss, optimiser and learning rate.

    Optimisation is manual in Lightning's sense: its automatic kind passes every step through a dozen hooks that nothing here
    uses, which costs as much again as the optimiser (`benchmarks/training.py`).
    """

    def __init__(self, net: nn.Module, settings: StepSettings, weights_C: Tensor, on_step: OnStep | None) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.net = net
        self.settings = settings
        self.loss = nn.CrossEntropyLoss(weights_C, label_smoothing=settings.label_smoothing)
        self.on_step = on_step
        self.losses: list[float] = []
        make: Any = OPTIMISERS[settings.optimiser]
        self.optimiser = make(net.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)
        self.rate = torch.optim.lr_scheduler.LambdaLR(self.optimiser, settings.rate)
        running: Any = get_ema_multi_avg_fn
        self.mean = AveragedModel(net, multi_avg_fn=running(settings.averaging)) if settings.averaging else None

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """The optimiser."""
        return self.optimiser  # type: ignore[no-any-return]  # made from a table of classes

    def training_step(self, batch: Any, batch_idx: int) -> None:
        """One step on one batch."""
        loss = self.batch_loss(batch, batch_idx)
        value = loss.item()
        self.losses.append(value)
        if not math.isfinite(value):
            raise Diverged(f"the loss is {value} at step {batch_idx + 1}")
        settings = self.settings
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
        if settings.clip is not None:
            nn.utils.clip_grad_norm_(self.net.parameters(), settings.clip)
        self.optimiser.step()
        self.rate.step()
        if self.mean is not None:
            self.mean.update_parameters(self.net)
        if settings.until_loss is not None and batch_idx + 1 >= settings.steps and value < settings.until_loss:
            self.trainer.should_stop = True
        if self.on_step is not None:
            self.on_step(batch_idx + 1, settings.most_steps, value)

    def batch_loss(self, batch: Any, step: int) -> Tensor:
        """The loss of a batch; `step` counts from 0."""
        features_B_T_F, lengths_B, labels_B = batch
        loss: Tensor = self.loss(self.net(features_B_T_F, lengths_B), labels_B)
        return loss

    def take_mean(self) -> None:
        """Give the net the running mean of its weights, where one was kept."""
        if self.mean is not None:
            self.net.load_state_dict(self.mean.module.state_dict())

    def transfer_batch_to_device(self, batch: Any, device: torch.device, dataloader_idx: int) -> Any:
        """The batch where the net is; on the processor, where it was made, it is the batch itself."""
        return batch if device.type == "cpu" else super().transfer_batch_to_device(batch, device, dataloader_idx)


def lean_fit(
    learning: lightning.LightningModule,
    stream: Iterator[Any],
    device: torch.device = CPU,
    precision: Precision = "32-true",
) -> None:
    """Run a Lightning Trainer once through the batches; it logs, saves and prints nothing and does not look for a cluster.

    Args:
        learning: What is trained; afterwards it is where it was before.
        stream: Batches on the processor.
        device: Where it is trained.
        precision: Of the training's sums and products.
    """
    with _quiet(), repeatable(device), torch.enable_grad():
        trainer = lightning.Trainer(
            accelerator=device.type,
            devices=1 if device.type == "cpu" else [device.index or 0],
            precision=precision,
            min_epochs=0,
            max_epochs=1,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
            use_distributed_sampler=False,
            # Inside a SLURM job Lightning would take over its signals and its number of tasks.
            plugins=[LightningEnvironment()],
        )
        learning.train()
        try:
            trainer.fit(learning, train_dataloaders=stream)
        except SystemExit as end:
            # Lightning turns Ctrl-C into an exit of its own, which would skip whatever the run still has to write.
            if isinstance(end.__context__, KeyboardInterrupt):
                raise KeyboardInterrupt from None
            raise


@contextmanager
def _quiet() -> Iterator[None]:
    """Lightning's advice on hardware, workers and add-ons silenced; warnings of the net itself still come through."""
    loggers = [logging.getLogger(name) for name in ("pytorch_lightning", "lightning_fabric")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"pytorch_lightning|lightning_fabric")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
