"""A temporal convolutional net: residual blocks that look further and further to both sides."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le
from torch import Tensor, nn

from gesture_al.core.parameters import ShareBelowOne
from gesture_al.learning.models.base import MODELS, OddCount, Width, frame_mask
from gesture_al.learning.models.drawing import Graph
from gesture_al.learning.models.pooling import Pooling, build_pooling


class _Block(nn.Module):
    def __init__(self, channels: int, kernel: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.look = nn.Conv1d(channels, channels, kernel, padding="same", dilation=dilation)
        self.norm = nn.LayerNorm(channels)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states_B_T_D: Tensor, mask_B_T_1: Tensor) -> Tensor:
        seen = self.look((states_B_T_D * mask_B_T_1).transpose(1, 2)).transpose(1, 2)
        changed: Tensor = states_B_T_D + self.dropout(self.norm(seen).relu())
        return changed

    def draw(self, graph: Graph, states_B_T_D: str) -> str:
        seen = graph.norm(graph.convolution(states_B_T_D, self.look), self.norm)
        return graph.node("Add", states_B_T_D, graph.node("Relu", seen))


@MODELS.register("tcn")
class TCN(nn.Module):
    """Dilated residual convolutions over time, pooling, linear head.

    Args:
        inputs: F, numbers a frame.
        classes: C.
        channels: Width of every block, 1 or more.
        blocks: 1 or more; block b looks 2**b frames to each side.
        kernel: Frames a convolution reads, odd.
        pooling: A word of `gesture_al.learning.models.pooling.POOLINGS`.
        dropout: Share of numbers dropped in each block (a third of it) and before the head, 0 to below 1.

    Source:
        Bai, Kolter & Koltun, "An Empirical Evaluation of Generic Convolutional and Recurrent Networks for Sequence Modeling"
        (2018), section 3; here not causal, since a clip is judged when it is over.
    """

    def __init__(
        self,
        inputs: int,
        classes: int,
        channels: Width = 40,
        blocks: Annotated[int, Ge(1), Le(12)] = 4,
        kernel: OddCount = 3,
        pooling: Pooling = "meanmax",
        dropout: ShareBelowOne = 0.3,
    ) -> None:
        super().__init__()
        self.enter = nn.Linear(inputs, channels)
        self.blocks = nn.ModuleList(_Block(channels, kernel, 2**block, dropout / 3) for block in range(blocks))
        self.pool = build_pooling(pooling, channels)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.pool.width, classes)

    def forward(self, features_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
        """Logits (B, C)."""
        mask_B_T_1 = frame_mask(lengths_B, features_B_T_F.shape[1])[:, :, None]
        states = self.enter(features_B_T_F)
        for block in self.blocks:
            states = block(states, mask_B_T_1)
        logits: Tensor = self.head(self.dropout(self.pool(states, lengths_B)))
        return logits

    def draw(self, graph: Graph, features_B_T_F: str) -> str:
        """Logits (B, C), as ONNX operators."""
        states = graph.linear(features_B_T_F, self.enter)
        for block in self.blocks:
            states = graph.part(block, states)
        return graph.linear(self.pool.draw(graph, states), self.head)
