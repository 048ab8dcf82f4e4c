"""What Lightning costs: one round of training by the project's trainer against a bare torch loop of the same steps.

`python benchmarks/training.py [pairs]`: the pairs run in turns, and the median of their CPU ratios should be 1.15 or less.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from gesture_al.learning.models.base import MODELS
from gesture_al.learning.trainers.base import Batch, batches
from gesture_al.learning.trainers.gradient_steps import GradientSteps

CLIPS, FRAMES, INPUTS, CLASSES = 92, 24, 72, 6
NETS = {"lstm": {"hidden": 64}, "bilstm": {"hidden": 48, "bidirectional": True}}


class Noise:
    """Clips without meaning, the size of NATOPS' geometric features."""

    changing = False

    def __init__(self, rng: np.random.Generator) -> None:
        self.features = torch.from_numpy(rng.standard_normal((CLIPS, FRAMES, INPUTS), dtype=np.float32))
        self.classes = rng.integers(CLASSES, size=CLIPS)

    def __call__(self, rows: np.ndarray) -> Batch:
        """The clips at these positions."""
        return self.features[rows], torch.full((len(rows),), FRAMES), torch.from_numpy(self.classes[rows])


def bare(net: nn.Module, clips: Noise, settings: GradientSteps, rng: np.random.Generator) -> None:
    """The least code that takes the same steps."""
    net.train()
    loss_of = nn.CrossEntropyLoss(label_smoothing=settings.label_smoothing)
    optimiser = torch.optim.AdamW(net.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, settings.rate)
    for features, lengths, labels in batches(clips, settings.steps, settings.batch_size, rng):
        loss = loss_of(net(features, lengths), labels)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), settings.clip)
        optimiser.step()
        rate.step()
        if not np.isfinite(loss.item()):
            raise ArithmeticError("the loss is not finite")


def lightning(net: nn.Module, clips: Noise, settings: GradientSteps, rng: np.random.Generator) -> None:
    """The project's trainer."""
    settings.fit(net, clips, CLASSES, rng)


def cpu_seconds(train: Callable[..., None], params: dict[str, object]) -> tuple[float, nn.Module]:
    """CPU time of one round from the same weights and batches, and the net that came out."""
    torch.manual_seed(0)
    net = MODELS.build("lstm", params, inputs=INPUTS, classes=CLASSES)
    clips = Noise(np.random.default_rng(0))
    started = time.process_time()
    train(net, clips, GradientSteps(), np.random.default_rng(1))
    return time.process_time() - started, net


def main(pairs: int) -> None:
    """Print a line for each net."""
    torch.set_num_threads(1)
    print(f"CPU seconds of {GradientSteps().steps} steps, {pairs} pairs")
    print(f"{'net':8} {'bare':>8} {'lightning':>10} {'ratio':>7} {'quartiles':>12}")
    for name, params in NETS.items():
        for train in (bare, lightning):
            cpu_seconds(train, params)
        times = []
        for pair in range(pairs):
            # Who goes first alternates, so that a machine that slows down favours nobody.
            order = (bare, lightning) if pair % 2 else (lightning, bare)
            taken = {train: cpu_seconds(train, params) for train in order}
            for one, other in zip(taken[bare][1].parameters(), taken[lightning][1].parameters(), strict=True):
                torch.testing.assert_close(one, other)
            times.append((taken[bare][0], taken[lightning][0]))
        ratios = [other / one for one, other in times]
        low, middle, high = statistics.quantiles(ratios, n=4)
        seconds = [statistics.median(column) for column in zip(*times, strict=True)]
        print(f"{name:8} {seconds[0]:8.3f} {seconds[1]:10.3f} {middle:7.3f} {low:7.2f}-{high:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
