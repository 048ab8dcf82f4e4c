"""The processor or GPU that a net trains and predicts on, and what makes its results repeatable there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Literal

import torch
from torch import nn

from gesture_al.core.errors import UserError

Accelerator = Literal["cpu", "gpu", "auto"]
"""Lightning's names."""
Precision = Literal["32-true", "bf16-mixed"]
"""Lightning's names. Its `16-mixed` needs a scaled loss, and `64-true` clips in float64: neither is worth it for these nets."""

CPU = torch.device("cpu")

GPU_PAYS_FROM = 1_000_000
"""Weights from which `auto` takes a GPU. Reckoned, not measured, since no GPU was at hand.

A step on 16 clips of 32 frames takes 3 x 16 x 32 multiply-adds a weight: forwards, and twice as many backwards. At a million
weights these are 1.5e9, or 0.05 to 0.1 s for a processor core, so 10 to 20 s for a round of 200 steps; a GPU does such a step in
the few milliseconds in which its several hundred small operations are started. The nets that ship have 40,000 to 510,000 weights:
with them a GPU could save a few seconds a round, about what it takes to start one.
"""


def gpu() -> torch.device | None:
    """The first GPU that torch can use here; None: there is none."""
    if torch.cuda.is_available():
        return torch.device("cuda", 0)
    return torch.device("mps", 0) if torch.backends.mps.is_available() else None


def check_accelerator(accelerator: Accelerator) -> None:
    """Refuse a GPU where there is none.

    Raises:
        UserError: `gpu`, and torch sees none.
    """
    if accelerator == "gpu" and gpu() is None:
        raise UserError(
            f"trainer.params.accelerator=gpu: torch {torch.__version__} sees no GPU here; set it to cpu or auto, or install "
            "torch for the GPU of this machine"
        )


def device_for(accelerator: Accelerator, net: nn.Module) -> torch.device:
    """Where this net trains and predicts.

    Args:
        accelerator: `auto` takes the GPU, where there is one, for nets of `GPU_PAYS_FROM` weights or more.
        net: To be trained.

    Raises:
        UserError: `gpu`, and torch sees none.
    """
    check_accelerator(accelerator)
    weights = sum(parameter.numel() for parameter in net.parameters())
    found = None if accelerator == "cpu" or (accelerator == "auto" and weights < GPU_PAYS_FROM) else gpu()
    return CPU if found is None else found


def device_of(net: nn.Module) -> torch.device:
    """Where a net's weights are; of one without weights, the processor."""
    first = next(net.parameters(), None)
    return CPU if first is None else first.device


@contextmanager
def repeatable(device: torch.device) -> Iterator[None]:
    """Inside, the same work on the same GPU gives the same bits where torch knows how; everything global is as before afterwards.

    On the processor this changes nothing: there, only the number of threads matters. An operation for which torch has no
    repeatable form on a GPU warns and runs.
    """
    if device.type == "cpu":
        yield
        return
    before = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        torch.backends.cudnn.benchmark,
    )
    # cuBLAS reads it when it first starts; without it, its sums depend on which stream does them.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    forked = torch.random.fork_rng(devices=[device.index or 0]) if device.type == "cuda" else nullcontext()
    with forked:
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cudnn.benchmark = False
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(before[0], warn_only=before[1])
            torch.backends.cudnn.benchmark = before[2]
