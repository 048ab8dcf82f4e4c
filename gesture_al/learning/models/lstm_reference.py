"""The net of the reference system, without a setting, to compare with."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from gesture_al.learning.models.base import MODELS, check_counts
from gesture_al.learning.models.drawing import Graph


@MODELS.register("lstm_reference")
class LSTMReference(nn.Module):
    """LSTM 64 - 128 - 64 with ReLU between, the last frame's state, and fully connected 64 - 32 - classes.

    Args:
        inputs: F, numbers a frame.
        classes: C.
    """

    def __init__(self, inputs: int, classes: int) -> None:
        check_counts("lstm_reference", inputs=inputs, classes=classes)
        super().__init__()
        widths = (inputs, 64, 128, 64)
        self.cells = nn.ModuleList(nn.LSTM(a, b, batch_first=True) for a, b in pairwise(widths))
        self.head = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, classes))

    def forward(self, features_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
        """Logits (B, C)."""
        first, second, third = self.cells
        states, _ = first(features_B_T_F)
        states, _ = second(torch.relu(states))
        states, _ = third(torch.relu(states))
        rows = torch.arange(len(lengths_B), device=lengths_B.device)
        logits: Tensor = self.head(states[rows, lengths_B - 1])
        return logits

    def draw(self, graph: Graph, features_B_T_F: str) -> str:
        """Logits (B, C), as ONNX operators."""
        states = features_B_T_F
        for number, cell in enumerate(self.cells):
            states = graph.recurrence(graph.node("Relu", states) if number else states, cell)
        last = graph.node("Gather", states, graph.constant(np.array(-1)), axis=1)
        for layer in self.head:
            last = graph.linear(last, layer) if isinstance(layer, nn.Linear) else graph.node("Relu", last)
        return last
