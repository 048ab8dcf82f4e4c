"""A recogniser's net run by torch, from weights that hold numbers and no code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import nn

from gesture_al.core.arrays import Float32
from gesture_al.core.errors import UserError
from gesture_al.core.guarded_files import most_array, read_bytes
from gesture_al.core.parts import build_part
from gesture_al.core.seeds import torch_seed
from gesture_al.core.settings import Part
from gesture_al.learning.combined_net import combined
from gesture_al.learning.inference import probabilities
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.threads import torch_threads


def build_net(model: Part, inputs: int, classes: int, members: int, temperature: float | None) -> nn.Module:
    """A recogniser's net with weights that are still to be loaded.

    Args:
        model: Name and parameters of the net of each member.
        inputs: F, numbers a frame.
        classes: C.
        members: How many nets the probabilities are the mean of.
        temperature: By which logits are divided; None: by nothing.

    Raises:
        UserError: No such net in this version.
    """
    nets = [build_part(MODELS, "model", model, inputs=inputs, classes=classes) for _ in range(members)]
    return combined(nets, temperature)


class TorchNet:
    """Class probabilities by torch, on one thread.

    Args:
        net: In evaluation mode.
    """

    def __init__(self, net: nn.Module) -> None:
        self.net = net.eval()

    @classmethod
    def load(
        cls, path: Path, model: Part, inputs: int, classes: int, members: int = 1, temperature: float | None = None
    ) -> TorchNet:
        """Build the net and give it the weights of a safetensors file.

        Raises:
            UserError: No such net in this version, or weights of another one.
        """
        with _weights_of(path, model):
            weights = load(read_bytes(path, most_array()))
            # A folder that claims more nets than its file can hold must not take memory for them.
            if members > len(weights):
                raise ValueError(f"{len(weights)} tensors for {members} members")
        # The weights that it is born with are thrown away; what it takes for them is given back.
        with torch_seed(0):
            net = build_net(model, inputs, classes, members, temperature)
        with _weights_of(path, model):
            net.load_state_dict(weights)
        damaged = [name for name, weight in net.state_dict().items() if not torch.isfinite(weight).all()]
        if damaged:
            raise UserError(f"{path}: {damaged[0]} holds NaN or an infinite number; export the run again")
        return cls(net)

    def __call__(self, features_B_T_F: Float32) -> Float32:
        """Class probabilities (B, C)."""
        lengths_B = torch.full((len(features_B_T_F),), features_B_T_F.shape[1], dtype=torch.int64)
        with torch_threads(1), torch.inference_mode():
            return np.asarray(probabilities(self.net, torch.from_numpy(features_B_T_F), lengths_B).numpy())


@contextmanager
def _weights_of(path: Path, model: Part) -> Iterator[None]:
    try:
        yield
    except (SafetensorError, RuntimeError, ValueError, KeyError, TypeError, OverflowError) as err:
        reason = " ".join(str(err).split())[:200]
        raise UserError(f"{path}: not the weights of model {model.name!r} ({reason}); export the run again") from err
