"""One net made of several: the mean of a committee's members, and a net whose logits are divided by a temperature.

Both give logits and can draw themselves, so prediction, export and live take them like any other net.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from gesture_al.learning.models.drawing import DrawableNet, Graph


class MeanOfNets(nn.Module):
    """The mean of several nets' probabilities; its logits are the logarithms of these.

    Args:
        nets: The members, at least 1.

    Source:
        Lakshminarayanan, Pritzel & Blundell, "Simple and scalable predictive uncertainty estimation using deep ensembles"
        (NeurIPS 2017), section 2.4.
    """

    def __init__(self, nets: Sequence[nn.Module]) -> None:
        super().__init__()
        self.nets = nn.ModuleList(nets)

    def forward(self, features_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
        """Logits (B, C)."""
        # The first member runs last: an embedding is the input of the last linear layer that runs, and has to be that of one net.
        probs = [net(features_B_T_F, lengths_B).softmax(dim=1) for net in reversed(self.nets)]
        return torch.stack(probs).mean(dim=0).log()

    def draw(self, graph: Graph, features_B_T_F: str) -> str:
        """The same, as ONNX operators."""
        probs = [graph.node("Softmax", graph.part(net, features_B_T_F), axis=-1) for net in reversed(self.nets)]
        total = graph.node("Sum", *probs)
        return graph.node("Log", graph.node("Div", total, graph.constant(np.array(len(probs), dtype=np.float32))))


class TemperedNet(nn.Module):
    """A net whose logits are divided by a temperature: above 1 it is less sure, the predicted class stays the same.

    Args:
        net: Gives logits.
        temperature: Above 0.
    """

    def __init__(self, net: nn.Module, temperature: float) -> None:
        super().__init__()
        self.net = net
        self.temperature = temperature

    def forward(self, features_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
        """Logits (B, C)."""
        logits: Tensor = self.net(features_B_T_F, lengths_B) / self.temperature
        return logits

    def draw(self, graph: Graph, features_B_T_F: str) -> str:
        """The same, as ONNX operators."""
        temperature = graph.constant(np.array(self.temperature, dtype=np.float32))
        return graph.node("Div", graph.part(self.net, features_B_T_F), temperature)


def combined(nets: Sequence[nn.Module], temperature: float | None = None) -> nn.Module:
    """What these members predict together; a single one without a temperature is itself."""
    mean = nets[0] if len(nets) == 1 else MeanOfNets(nets)
    return mean if temperature is None else TemperedNet(mean, temperature)


def drawable(net: nn.Module) -> bool:
    """Whether a net can draw itself with all that it is made of."""
    if isinstance(net, TemperedNet):
        return drawable(net.net)
    if isinstance(net, MeanOfNets):
        return all(drawable(member) for member in net.nets)
    return isinstance(net, DrawableNet)
