"""Inference with a trained net: logits, the embedding before its last layer, Monte-Carlo passes with fixed masks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.errors import UserError
from gesture_al.learning.device import device_of, repeatable

OnBatch = Callable[[int, int], None]


CLIPS_A_BATCH = 256


_DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)


def embedding(net: nn.Module, features_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
    """What the last `nn.Linear` that runs is given, (B, D).

    Raises:
        UserError: No `nn.Linear` runs.
    """
    return probabilities_and_embedding(net, features_B_T_F, lengths_B)[1]


def logits(net: nn.Module, features_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
    """What the net gives, (B, C)."""
    values: Tensor = net(features_B_T_F, lengths_B)
    return values


def probabilities(net: nn.Module, features_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
    """Class probabilities (B, C)."""
    probs: Tensor = net(features_B_T_F, lengths_B).softmax(dim=1)
    return probs


def probabilities_and_embedding(net: nn.Module, features_B_T_F: Tensor, lengths_B: Tensor) -> tuple[Tensor, Tensor]:
    """Both from one pass, which costs half of two: (B, C) and (B, D).

    Raises:
        UserError: No `nn.Linear` runs.
    """
    inputs: list[Tensor] = []

    def keep(module: nn.Module, args: tuple[Any, ...]) -> None:
        inputs[:] = [args[0]]

    hooks = [module.register_forward_pre_hook(keep) for module in net.modules() if isinstance(module, nn.Linear)]
    try:
        probs = probabilities(net, features_B_T_F, lengths_B)
    finally:
        for hook in hooks:
            hook.remove()
    if not inputs:
        raise UserError(f"model {type(net).__name__}: no nn.Linear runs in it, so it has no embedding; end it with an nn.Linear")
    return probs, inputs[0].flatten(1)


def has_dropout(net: nn.Module) -> bool:
    """Whether any of the net's dropout modules drops anything, so that Monte-Carlo passes can differ."""
    return any(isinstance(module, _DROPOUTS) and module.p > 0 for module in net.modules())


@contextmanager
def dropped(net: nn.Module) -> Iterator[None]:
    """Inside, the net's dropout modules drop, all else evaluates; every clip meets the same mask, so a pass is one sampled net.

    Masks are drawn from torch's generator when a module first runs. A joint entropy over clips is only right if they share the
    sampled net, hence one mask for all.

    Source:
        Gal & Ghahramani, "Dropout as a Bayesian Approximation" (2016); one mask for the whole pool: Kirsch, van Amersfoort & Gal,
        "BatchBALD" (2019), consistent MC dropout.
    """
    masks: dict[nn.Module, Tensor] = {}

    def drop(module: nn.Module, args: tuple[Any, ...], result: Tensor) -> Tensor:
        mask = masks.get(module)
        if mask is None or mask.shape[1:] != result.shape[1:]:
            module.train()
            mask = masks[module] = module.forward(torch.ones_like(result[:1]))
            module.eval()
        return result * mask

    net.eval()
    hooks = [module.register_forward_hook(drop) for module in net.modules() if isinstance(module, _DROPOUTS)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def read(
    net: nn.Module,
    features_of: Callable[[Int64], tuple[Float32, Int64]],
    rows: Int64,
    what: Callable[[nn.Module, Tensor, Tensor], Tensor],
    on_batch: OnBatch | None = None,
) -> Float32:
    """Put rows through a net, a batch at a time.

    Args:
        net: In evaluation mode, on the device where it is to run.
        features_of: Gives features (n, T, F) and lengths (n,) of rows.
        rows: (n,), may be empty.
        what: From net, features and lengths to the results, (B, D).
        on_batch: Called after every batch with the rows done and the rows in all.

    Returns:
        float32 (n, D).
    """
    return read_all(net, features_of, rows, lambda *batch: (what(*batch),), on_batch)[0]


def read_all(
    net: nn.Module,
    features_of: Callable[[Int64], tuple[Float32, Int64]],
    rows: Int64,
    what: Callable[[nn.Module, Tensor, Tensor], tuple[Tensor, ...]],
    on_batch: OnBatch | None = None,
    at_once: int | None = None,
) -> tuple[Float32, ...]:
    """The same where `what` gives several arrays at once; takes no more memory than they and one batch of `at_once` rows."""
    at_once = CLIPS_A_BATCH if at_once is None else at_once
    device = device_of(net)
    with torch.inference_mode(), repeatable(device):
        if not len(rows):
            none = features_of(rows)[0]
            blank = torch.zeros(1, *none.shape[1:], device=device), torch.ones(1, dtype=torch.int64, device=device)
            return tuple(part.cpu().numpy()[:0] for part in what(net, *blank))
        results: tuple[Float32, ...] = ()
        for first in range(0, len(rows), at_once):
            features, lengths = features_of(rows[first : first + at_once])
            batch = torch.from_numpy(features).to(device), torch.from_numpy(lengths).to(device)
            parts = [part.cpu().numpy() for part in what(net, *batch)]
            # A list of batches that is joined in the end would take everything twice.
            results = results or tuple(np.empty((len(rows), *part.shape[1:]), dtype=part.dtype) for part in parts)
            for whole, part in zip(results, parts, strict=True):
                whole[first : first + len(part)] = part
            if on_batch is not None:
                on_batch(min(first + at_once, len(rows)), len(rows))
    return results
