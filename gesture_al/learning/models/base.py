"""The shelf of nets, what a net is, and the checks that all of them share."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gesture_al.core.errors import UserError
from gesture_al.core.registry import Registry

MODELS: Registry[nn.Module] = Registry("model", "gesture_al.learning.models.base:MODELS")
"""Nets by name, built as `MODELS.build(name, params, inputs=F, classes=C)`.

A net is any `nn.Module` with `forward(features_B_T_F, lengths_B) -> logits_B_C` that reads nothing behind a clip's length. Its
embedding is the input of the last `nn.Linear` that runs; Monte-Carlo passes switch on its `nn.Dropout` modules only.
"""


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


def check_counts(model: str, **counts: int) -> None:
    """Refuse sizes that are not whole numbers from 1.

    Raises:
        UserError: Names the parameter.
    """
    for name, value in counts.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise UserError(f"model {model!r}: {name} is {value!r}; give a whole number, 1 or more")


def check_dropout(model: str, dropout: float) -> None:
    """Refuse a share of dropped numbers outside 0 (none) to below 1.

    Raises:
        UserError: Out of range, or no number.
    """
    if isinstance(dropout, bool) or not isinstance(dropout, (int, float)) or not 0 <= dropout < 1:
        raise UserError(f"model {model!r}: dropout is {dropout!r}; give 0 or more, below 1")


def check_kernel(model: str, kernel: int) -> None:
    """Refuse an even number of frames, which has no middle.

    Raises:
        UserError: Even.
    """
    if kernel % 2 == 0:
        raise UserError(f"model {model!r}: kernel is {kernel}; give an odd number")
