"""The registry of nets, what a net is, and what is common to several of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch
from annotated_types import Ge, Le, Predicate, doc
from torch import Tensor, nn
from typing_extensions import override

from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import in_size, memory
from gesture_al.core.registry import Registry

Width = Annotated[int, Ge(1), Le(16384)]
"""Units or channels of a layer."""
Depth = Annotated[int, Ge(1), Le(32)]
"""Layers, blocks or stages."""
# Nets below this are small whatever else they are told, and are not weighed before they are made.
_NARROW = 256
# Weights, their gradients, and the two moments of the optimiser, float32.
_BYTES_A_WEIGHT = 16


class NetRegistry(Registry[nn.Module]):
    """A registry that weighs a wide net before it takes memory for it."""

    @override
    def build(self, name: str, params: Mapping[str, Any] | None = None, /, **context: Any) -> nn.Module:
        numbers = [value for value in (params or {}).values() if isinstance(value, int)]
        if max(numbers, default=0) > _NARROW:
            # Without memory for its weights, and without touching the generator that the real ones come from.
            with torch.random.fork_rng(devices=[]), torch.device("meta"):
                weights = sum(one.numel() for one in super().build(name, params, **context).parameters())
            if weights * _BYTES_A_WEIGHT > memory() // 2:
                told = ", ".join(f"{key}={value}" for key, value in (params or {}).items())
                size = f"{weights:,} weights take {in_size(weights * _BYTES_A_WEIGHT)} to train"
                raise UserError(
                    f"model {name!r}: {told}: {size}, more than half of the {in_size(memory())} here; make it smaller"
                )
        return super().build(name, params, **context)


MODELS: Registry[nn.Module] = NetRegistry("model", "gesture_al.learning.models.base:MODELS")
"""Nets by name, built as `MODELS.build(name, params, inputs=F, classes=C)`.

A net is any `nn.Module` with `forward(features_B_T_F, lengths_B) -> logits_B_C` that reads nothing behind a clip's length. Its
embedding is the input of the last `nn.Linear` that runs; Monte-Carlo passes switch on its `nn.Dropout` modules only.
"""

OddCount = Annotated[int, Ge(1), Le(255), Predicate(lambda number: number % 2 == 1), doc("an odd whole number from 1 to 255")]
"""Frames that a convolution reads: an even number of them has no middle."""


def frame_mask(lengths_B: Tensor, frames: int) -> Tensor:
    """Which frames belong to the clip.

    Args:
        lengths_B: int64 (B,), 1 to `frames`.
        frames: T.

    Returns:
        bool (B, T).

    >>> frame_mask(torch.tensor([1, 3]), 3).int().tolist()
    [[1, 0, 0], [1, 1, 1]]
    """
    return torch.arange(frames, device=lengths_B.device) < lengths_B[:, None]
