"""Contrastive pretraining: two changed copies of a clip are to lie together, and apart from those of all other clips."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Annotated, Any, ClassVar

import numpy as np
import torch
from annotated_types import Ge, Le
from torch import Tensor, nn

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.errors import UserError
from gesture_al.core.parameters import Count, CountOrZero, Positive
from gesture_al.core.seeds import torch_seed
from gesture_al.learning.inference import embedding, read
from gesture_al.learning.labelled_clips import ChangedCopies, changes
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.preparation import Preparation, PreparedClips
from gesture_al.learning.pretraining.base import PRETRAININGS, EncoderTask, Encoding, OnStep, UnnamedClips
from gesture_al.learning.threads import torch_threads

_WARMUP, _WEIGHT_DECAY, _LARGEST_GRADIENT, _LAST_STEPS = 0.1, 1e-4, 1.0, 20


def nt_xent(projections_2B_P: Tensor, temperature: float) -> Tensor:
    """Normalised temperature-scaled cross entropy: each copy is to find its other copy among all copies of the batch.

    Args:
        projections_2B_P: Row b and row B + b are two copies of one clip, (2B, P), B at least 2.
        temperature: By which cosine similarities are divided, above 0.

    Returns:
        The mean loss of the 2B copies; ln(2B - 1) where all are alike.

    Source:
        Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations" (ICML 2020), equation 1.
    """
    count = len(projections_2B_P) // 2
    directions = nn.functional.normalize(projections_2B_P, dim=1)
    similarity = directions @ directions.T / temperature
    itself = torch.eye(2 * count, dtype=torch.bool)
    other = torch.arange(2 * count).roll(count)
    loss: Tensor = nn.functional.cross_entropy(similarity.masked_fill(itself, -torch.inf), other)
    return loss


@PRETRAININGS.register("contrastive")
@dataclass(frozen=True)
class Contrastive:
    """The run's own net and a projection above it, trained by `nt_xent` on clips changed by the run's augmentation.

    Args:
        steps: Optimiser steps.
        batch_size: Clips of a step, two copies of each; fewer where there are fewer.
        lr: Highest learning rate; it rises over a tenth of the steps and falls by a cosine.
        temperature: Of the loss.
        projection: Units of the projection, whose output only the loss sees.
        seed: Of weights, batches and copies. It is not the run's, so that runs over one pool share an encoder.
        initialise: Whether the run's net begins with the encoder's weights, in every round that trains from scratch.
        source: Another data set to learn from, `{name: ..., params: {...}}` as in conf/dataset; the joints that both skeletons
            name are used. None: the pool itself.

    Source:
        Chen et al. (ICML 2020), sections 2 and 4.2: the projection, and that the layer before it is the better embedding.
    """

    steps: Count = 300
    batch_size: Annotated[int, Ge(2), Le(4096)] = 128
    lr: Positive = 2e-3
    temperature: Positive = 0.5
    projection: Annotated[int, Ge(2), Le(4096)] = 64
    seed: CountOrZero = 0
    initialise: bool = False
    source: Mapping[str, Any] | None = None

    trains: ClassVar[bool] = True

    def fit(self, task: EncoderTask, on_step: OnStep | None = None) -> Encoding:
        """Train on changed copies, then embed the clips as they are."""
        started = perf_counter()
        _check(task)
        learn, embed = task.learn, task.embed
        inputs = task.features.width(learn.clips.skeleton, learn.clips.positions.shape[3])
        with torch_threads(task.threads), torch_seed(self.seed):
            name, params = task.model
            net = MODELS.build(name, params, inputs=inputs, classes=2)
            losses = self._train(net, task, on_step)
            net.eval()
            prepared = PreparedClips(embed.clips, _measured(task, embed))
            embeddings = read(net, prepared, embed.rows, embedding)
        if not np.isfinite(embeddings).all():
            raise UserError("pretraining: the embeddings are not finite; lower pretraining.params.lr")
        last = sum(losses[-_LAST_STEPS:]) / len(losses[-_LAST_STEPS:])
        seconds = perf_counter() - started
        return Encoding(embeddings, _weights_below_head(net, prepared, embed.rows), len(losses), last, seconds)

    def _train(self, net: nn.Module, task: EncoderTask, on_step: OnStep | None) -> list[float]:
        """Train the net in place; returns the loss of every step."""
        rows, rng = task.learn.rows, np.random.default_rng(self.seed)
        copies = ChangedCopies(task.learn.clips, _measured(task, task.learn), rows, None)
        units = embedding(net.eval(), *_tensors(copies(np.arange(1), None, rng))).shape[1]
        head = nn.Sequential(nn.Linear(units, 2 * self.projection), nn.ReLU(), nn.Linear(2 * self.projection, self.projection))
        weights = [*net.parameters(), *head.parameters()]
        optimiser = torch.optim.AdamW(weights, lr=self.lr, weight_decay=_WEIGHT_DECAY)
        rate = torch.optim.lr_scheduler.LambdaLR(optimiser, self._rate)
        losses = []
        net.train()
        for step in range(1, self.steps + 1):
            batch = rng.permutation(len(rows))[: self.batch_size]
            features, lengths = _tensors(copies(np.concatenate([batch, batch]), task.augment, rng))
            loss = nt_xent(head(embedding(net, features, lengths)), self.temperature)
            losses.append(loss.item())
            if not math.isfinite(losses[-1]):
                raise UserError(f"pretraining: the loss is {losses[-1]} at step {step}; lower pretraining.params.lr")
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
            nn.utils.clip_grad_norm_(weights, _LARGEST_GRADIENT)
            optimiser.step()
            rate.step()
            if on_step is not None:
                on_step(step, self.steps, losses[-1])
        return losses

    def _rate(self, step: int) -> float:
        """Share of the learning rate at a step, counted from 0."""
        rise = _WARMUP * self.steps
        if step < rise:
            return (step + 1) / (rise + 1)
        return (1 + math.cos(math.pi * (step - rise) / (self.steps - rise))) / 2


def _check(task: EncoderTask) -> None:
    """Refuse what no contrast can be learned from."""
    if len(task.learn.rows) < 2:
        raise UserError(f"pretraining: {len(task.learn.rows)} clips to learn from; a contrast needs two at least")
    if task.features.frames is None:
        raise UserError("pretraining=contrastive needs clips of equal length: set features.params.frames to a number")
    if not changes(task.augment, task.learn.clips):
        raise UserError(
            "pretraining=contrastive learns from changed copies, and augment=none changes nothing: use augment=standard"
        )


def _measured(task: EncoderTask, unnamed: UnnamedClips) -> Preparation:
    """The preparation of a set, by its own statistics."""
    preparation = Preparation(task.features)
    preparation.measure(unnamed.clips, unnamed.rows)
    return preparation


def _tensors(prepared: tuple[Float32, Int64]) -> tuple[Tensor, Tensor]:
    features, lengths = prepared
    return torch.from_numpy(features), torch.from_numpy(lengths)


def _weights_below_head(net: nn.Module, prepared: PreparedClips, rows: Int64) -> dict[str, Float32]:
    """All weights but those of the last `nn.Linear` that runs."""
    order: list[nn.Module] = []
    hooks = [
        module.register_forward_pre_hook(lambda module, args: order.append(module))
        for module in net.modules()
        if isinstance(module, nn.Linear)
    ]
    with torch.inference_mode():
        net(*_tensors(prepared(rows[:1])))
    for hook in hooks:
        hook.remove()
    head = next(name for name, module in net.named_modules() if module is order[-1])
    return {name: value.numpy().copy() for name, value in net.state_dict().items() if not name.startswith(f"{head}.")}
