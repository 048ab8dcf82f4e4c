"""A net as a graph of ONNX operators, drawn by the net itself: `draw(graph, features)` beside `forward(features, lengths)`.

A drawing is of whole clips, whose frames all count, so it needs no masks; clips of unequal length are asked one length at a
time. Why torch's own exporters do not serve: docs/decisions/0009.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from gesture_al.core.arrays import Float32

# Rows of torch's gates in the order of ONNX: input, output, forget, cell; and update, reset, hidden.
_GATES = {"LSTM": (0, 3, 1, 2), "GRU": (1, 0, 2)}


@dataclass(frozen=True)
class Node:
    """One operator: its name in ONNX (operator set 18), what it reads, what it gives, and its settings."""

    operator: str
    inputs: tuple[str, ...]
    output: str
    settings: dict[str, Any]


class Graph:
    """Operators in the order in which they run; values are known by name, from the input `features` on."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def node(self, operator: str, *inputs: str, **settings: Any) -> str:
        """Add an operator; the name of what it gives."""
        made = Node(operator, inputs, f"v{len(self.nodes)}", settings)
        self.nodes.append(made)
        return made.output

    def constant(self, value: Tensor | NDArray[Any]) -> str:
        """Add weights or other fixed numbers; their name."""
        name = f"c{len(self.constants)}"
        self.constants[name] = value.detach().cpu().numpy() if isinstance(value, Tensor) else value
        return name

    def whole(self, *numbers: int) -> str:
        """Whole numbers, as axes and shapes are given."""
        return self.constant(np.array(numbers, dtype=np.int64))

    def part(self, part: Any, values: str) -> str:
        """What a part of the net draws of itself."""
        drawn: str = part.draw(self, values)
        return drawn

    def linear(self, values: str, layer: Any) -> str:
        """An `nn.Linear` over the last axis."""
        product = self.node("MatMul", values, self.constant(layer.weight.detach().T.contiguous()))
        return product if layer.bias is None else self.node("Add", product, self.constant(layer.bias))

    def norm(self, values: str, layer: Any) -> str:
        """An `nn.LayerNorm` over the last axis."""
        return self.node(
            "LayerNormalization", values, self.constant(layer.weight), self.constant(layer.bias), axis=-1, epsilon=layer.eps
        )

    def convolution(self, values_B_T_D: str, layer: Any) -> str:
        """An `nn.Conv1d` over time that keeps the number of frames: `padding="same"`, an odd kernel, a bias."""
        reach = layer.dilation[0] * (layer.kernel_size[0] - 1) // 2
        across = self.node("Transpose", values_B_T_D, perm=[0, 2, 1])
        seen = self.node(
            *("Conv", across, self.constant(layer.weight), self.constant(layer.bias)),
            dilations=list(layer.dilation),
            pads=[reach, reach],
        )
        return self.node("Transpose", seen, perm=[0, 2, 1])

    def recurrence(self, values_B_T_D: str, cell: Any) -> str:
        """States (B, T, directions * hidden) of an `nn.LSTM` or `nn.GRU` of one layer."""
        kind = "LSTM" if isinstance(cell, nn.LSTM) else "GRU"
        ways = ("", "_reverse") if cell.bidirectional else ("",)
        weights = [self.constant(np.stack([_gates(cell, f"weight_{of}_l0{way}", kind) for way in ways])) for of in ("ih", "hh")]
        biases = [np.concatenate([_gates(cell, f"bias_{of}_l0{way}", kind) for of in ("ih", "hh")]) for way in ways]
        settings: dict[str, Any] = {
            "hidden_size": cell.hidden_size,
            "direction": "bidirectional" if len(ways) == 2 else "forward",
        }
        if kind == "GRU":
            # torch resets the hidden state after its product with the weights, not before.
            settings["linear_before_reset"] = 1
        by_time = self.node("Transpose", values_B_T_D, perm=[1, 0, 2])
        states_T_W_B_H = self.node(kind, by_time, *weights, self.constant(np.stack(biases)), **settings)
        by_clip = self.node("Transpose", states_T_W_B_H, perm=[2, 0, 1, 3])
        return self.node("Reshape", by_clip, self.whole(0, 0, -1))


@runtime_checkable
class DrawableNet(Protocol):
    """A net, or a part of one, that can draw itself."""

    def draw(self, graph: Graph, features_B_T_F: str) -> str:
        """Add its operators to the graph; the name of its result, (B, C) logits for a net."""


def _gates(cell: nn.Module, name: str, kind: str) -> Float32:
    """A weight or bias with its gates in the order of ONNX."""
    parts = np.split(getattr(cell, name).detach().cpu().numpy(), len(_GATES[kind]))
    return np.concatenate([parts[gate] for gate in _GATES[kind]])
