"""The registry of nets, what a net is, and what is common to several of them."""

from __future__ import annotations

from typing import Annotated

import torch
from annotated_types import Ge, Predicate, doc
from torch import Tensor, nn

from gesture_al.core.registry import Registry

MODELS: Registry[nn.Module] = Registry("model", "gesture_al.learning.models.base:MODELS")
"""Nets by name, built as `MODELS.build(name, params, inputs=F, classes=C)`.

A net is any `nn.Module` with `forward(features_B_T_F, lengths_B) -> logits_B_C` that reads nothing behind a clip's length. Its
embedding is the input of the last `nn.Linear` that runs; Monte-Carlo passes switch on its `nn.Dropout` modules only.
"""

OddCount = Annotated[int, Ge(1), Predicate(lambda number: number % 2 == 1), doc("an odd whole number, 1 or more")]
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
