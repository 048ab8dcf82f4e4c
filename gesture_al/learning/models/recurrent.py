"""Recurrent nets: LSTM, GRU, and the LSTM of the reference system."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from gesture_al.core.parameters import ShareBelowOne
from gesture_al.learning.models.base import MODELS, Depth, Width
from gesture_al.learning.models.drawing import Graph
from gesture_al.learning.models.pooling import Pooling, build_pooling


class Recurrent(nn.Module):
    """Recurrent layers, pooling over time, dropout, and a linear head whose input is the embedding.

    Args:
        cell: `nn.LSTM` or `nn.GRU`.
        inputs: F, numbers a frame.
        classes: C.
        hidden: Units of each direction, 1 or more.
        layers: 1 or more.
        bidirectional: Whether each layer also reads the clip backwards.
        pooling: A word of `gesture_al.learning.models.pooling.POOLINGS`.
        dropout: Share of numbers dropped between layers and before the head, 0 to below 1.
    """

    def __init__(
        self,
        cell: type[nn.LSTM] | type[nn.GRU],
        *,
        inputs: int,
        classes: int,
        hidden: int,
        layers: int,
        bidirectional: bool,
        pooling: Pooling,
        dropout: float,
    ) -> None:
        super().__init__()
        directions = 2 if bidirectional else 1
        widths = [inputs] + [hidden * directions] * (layers - 1)
        # One module a layer, because the dropout inside nn.LSTM is not an nn.Dropout that Monte-Carlo passes could switch on.
        self.cells = nn.ModuleList(cell(w, hidden, batch_first=True, bidirectional=bidirectional) for w in widths)
        self.between = nn.ModuleList(nn.Dropout(dropout) for _ in widths[1:])
        self.pool = build_pooling(pooling, hidden * directions, directions)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.pool.width, classes)

    def forward(self, features_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
        """Logits (B, C)."""
        states = features_B_T_F
        for layer, cell in enumerate(self.cells):
            states = states_of(cell, self.between[layer - 1](states) if layer else states, lengths_B)
        logits: Tensor = self.head(self.dropout(self.pool(states, lengths_B)))
        return logits

    def draw(self, graph: Graph, features_B_T_F: str) -> str:
        """Logits (B, C), as ONNX operators."""
        states = features_B_T_F
        for cell in self.cells:
            states = graph.recurrence(states, cell)
        return graph.linear(self.pool.draw(graph, states), self.head)


def states_of(cell: nn.Module, inputs_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
    """States (B, T, D) of one recurrent layer; what stands behind a clip's length never reaches a state within it.

    Clips are packed only where that matters: a layer that reads forwards cannot see what comes later.
    """
    frames = inputs_B_T_F.shape[1]
    if not cell.bidirectional or bool((lengths_B == frames).all()):
        whole: Tensor = cell(inputs_B_T_F)[0]
        return whole
    packed = pack_padded_sequence(inputs_B_T_F, lengths_B.cpu(), batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(cell(packed)[0], batch_first=True, total_length=frames)[0]


@MODELS.register("lstm")
class LSTM(Recurrent):
    """LSTM layers, pooling, linear head; parameters as in `Recurrent`.

    Source:
        Hochreiter & Schmidhuber, "Long Short-Term Memory" (1997); both directions: Graves & Schmidhuber (2005).
    """

    def __init__(
        self,
        inputs: int,
        classes: int,
        hidden: Width = 64,
        layers: Depth = 1,
        bidirectional: bool = False,
        pooling: Pooling = "meanmax",
        dropout: ShareBelowOne = 0.3,
    ) -> None:
        super().__init__(
            nn.LSTM,
            inputs=inputs,
            classes=classes,
            hidden=hidden,
            layers=layers,
            bidirectional=bidirectional,
            pooling=pooling,
            dropout=dropout,
        )


@MODELS.register("gru")
class GRU(Recurrent):
    """GRU layers, pooling, linear head; parameters as in `Recurrent`.

    Source:
        Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder" (2014), section 2.3.
    """

    def __init__(
        self,
        inputs: int,
        classes: int,
        hidden: Width = 64,
        layers: Depth = 1,
        bidirectional: bool = False,
        pooling: Pooling = "meanmax",
        dropout: ShareBelowOne = 0.3,
    ) -> None:
        super().__init__(
            nn.GRU,
            inputs=inputs,
            classes=classes,
            hidden=hidden,
            layers=layers,
            bidirectional=bidirectional,
            pooling=pooling,
            dropout=dropout,
        )


@MODELS.register("lstm_reference")
class LSTMReference(nn.Module):
    """LSTM 64 - 128 - 64 with ReLU between, the last frame's state, and fully connected 64 - 32 - classes.

    Args:
        inputs: F, numbers a frame.
        classes: C.
    """

    def __init__(self, inputs: int, classes: int) -> None:
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
