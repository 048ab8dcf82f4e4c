"""A small convolutional net that halves time after every stage, in the manner of DD-Net."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from annotated_types import Ge, Le
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  the name torch's own documentation uses

from gesture_al.core.parameters import ShareBelowOne
from gesture_al.learning.models.base import MODELS, OddCount, Width, frame_mask
from gesture_al.learning.models.drawing import Graph
from gesture_al.learning.models.pooling import Pooling, build_pooling

_SLOPE = 0.2


class _Stage(nn.Module):
    def __init__(self, inputs: int, channels: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.looks = nn.ModuleList(nn.Conv1d(w, channels, kernel, padding="same") for w in (inputs, channels))
        self.norms = nn.ModuleList(nn.LayerNorm(channels) for _ in self.looks)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states_B_T_D: Tensor, lengths_B: Tensor) -> Tensor:
        mask_B_T_1 = frame_mask(lengths_B, states_B_T_D.shape[1])[:, :, None]
        for look, norm in zip(self.looks, self.norms, strict=True):
            seen = look((states_B_T_D * mask_B_T_1).transpose(1, 2)).transpose(1, 2)
            states_B_T_D = F.leaky_relu(norm(seen), _SLOPE)
        dropped: Tensor = self.dropout(states_B_T_D)
        return dropped

    def draw(self, graph: Graph, states_B_T_D: str) -> str:
        for look, norm in zip(self.looks, self.norms, strict=True):
            seen = graph.norm(graph.convolution(states_B_T_D, look), norm)
            states_B_T_D = graph.node("LeakyRelu", seen, alpha=_SLOPE)
        return states_B_T_D


@MODELS.register("cnn1d")
class CNN1d(nn.Module):
    """Stages of two convolutions, time halved by maxima between stages and channels doubled; pooling; linear head.

    Args:
        inputs: F, numbers a frame.
        classes: C.
        channels: Of the first stage, 1 or more.
        stages: 1 or more.
        kernel: Frames a convolution reads, odd.
        pooling: A word of `gesture_al.learning.models.pooling.POOLINGS`.
        dropout: Share of numbers dropped after each stage (a third of it) and before the head, 0 to below 1.

    Source:
        Yang et al., "Make Skeleton-based Action Recognition Model Smaller, Faster and Better" (2019), figure 4; the joint
        distances of its input are the features' business.
    """

    def __init__(
        self,
        inputs: int,
        classes: int,
        channels: Width = 32,
        stages: Annotated[int, Ge(1), Le(8)] = 3,
        kernel: OddCount = 3,
        pooling: Pooling = "meanmax",
        dropout: ShareBelowOne = 0.3,
    ) -> None:
        super().__init__()
        widths = [inputs] + [channels * 2**stage for stage in range(stages)]
        self.stages = nn.ModuleList(_Stage(a, b, kernel, dropout / 3) for a, b in pairwise(widths))
        self.pool = build_pooling(pooling, widths[-1])
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.pool.width, classes)

    def forward(self, features_B_T_F: Tensor, lengths_B: Tensor) -> Tensor:
        """Logits (B, C)."""
        states, lengths = features_B_T_F, lengths_B
        for number, stage in enumerate(self.stages):
            if number:
                states, lengths = _halve(states, lengths)
            states = stage(states, lengths)
        logits: Tensor = self.head(self.dropout(self.pool(states, lengths)))
        return logits

    def draw(self, graph: Graph, features_B_T_F: str) -> str:
        """Logits (B, C), as ONNX operators."""
        states = features_B_T_F
        for number, stage in enumerate(self.stages):
            if number:
                across = graph.node("Transpose", states, perm=[0, 2, 1])
                halved = graph.node("MaxPool", across, kernel_shape=[2], strides=[2], ceil_mode=1)
                states = graph.node("Transpose", halved, perm=[0, 2, 1])
            states = graph.part(stage, states)
        return graph.linear(self.pool.draw(graph, states), self.head)


def _halve(states_B_T_D: Tensor, lengths_B: Tensor) -> tuple[Tensor, Tensor]:
    """The larger of each two frames; an odd last frame stands alone."""
    outside = ~frame_mask(lengths_B, states_B_T_D.shape[1])[:, :, None]
    # A large negative number, not -inf: a pair of frames that both lie behind the clip's end must not become NaN later.
    filled = states_B_T_D.masked_fill(outside, -1e9).transpose(1, 2)
    halved = F.max_pool1d(filled, 2, ceil_mode=True).transpose(1, 2)
    shorter = (lengths_B + 1) // 2
    return halved.masked_fill(~frame_mask(shorter, halved.shape[1])[:, :, None], 0.0), shorter
