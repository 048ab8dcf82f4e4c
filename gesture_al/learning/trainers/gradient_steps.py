"""Gradient steps: the trainer that learns from labels alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import nn
from typing_extensions import override

from gesture_al.learning.trainers.base import TRAINERS, FitReport, LabelledClips, OnStep, Trainer
from gesture_al.learning.trainers.net_training import StepSettings


@TRAINERS.register("gradient_steps")
@dataclass(frozen=True)
class GradientSteps(StepSettings, Trainer):
    """Steps on labelled clips only."""

    @override
    def fit(
        self, net: nn.Module, clips: LabelledClips, class_count: int, rng: np.random.Generator, on_step: OnStep | None = None
    ) -> FitReport:
        return self.supervised(net, clips, class_count, rng, on_step)
