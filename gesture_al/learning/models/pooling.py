"""Pooling over time: from the states of all frames to one vector a clip; frames behind a clip's length never count."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from gesture_al.learning.models.base import frame_mask
from gesture_al.learning.models.drawing import Graph


class Last(nn.Module):
    """The state after the clip's last frame; of a net that also reads backwards, each direction's own last state."""

    def __init__(self, width: int, directions: int) -> None:
        super().__init__()
        self.width = width
        self.directions = directions

    def forward(self, states_B_T_D: Tensor, lengths_B: Tensor) -> Tensor:
        """(B, D)."""
        rows = torch.arange(len(lengths_B), device=lengths_B.device)
        last_B_D = states_B_T_D[rows, lengths_B - 1]
        if self.directions == 1:
            return last_B_D
        half = self.width // 2
        return torch.cat([last_B_D[:, :half], states_B_T_D[:, 0, half:]], dim=1)

    def draw(self, graph: Graph, states_B_T_D: str) -> str:
        """The same, as ONNX operators."""
        first, last = (graph.node("Gather", states_B_T_D, graph.constant(np.array(frame)), axis=1) for frame in (0, -1))
        if self.directions == 1:
            return last
        half, columns = graph.whole(self.width // 2), graph.whole(1)
        forwards = graph.node("Slice", last, graph.whole(0), half, columns)
        backwards = graph.node("Slice", first, half, graph.whole(self.width), columns)
        return graph.node("Concat", forwards, backwards, axis=1)


class Mean(nn.Module):
    """The mean state."""

    def __init__(self, width: int, directions: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, states_B_T_D: Tensor, lengths_B: Tensor) -> Tensor:
        """(B, D)."""
        mask_B_T_1 = frame_mask(lengths_B, states_B_T_D.shape[1])[:, :, None]
        return (states_B_T_D * mask_B_T_1).sum(dim=1) / lengths_B[:, None]

    def draw(self, graph: Graph, states_B_T_D: str) -> str:
        """The same, as ONNX operators."""
        return graph.node("ReduceMean", states_B_T_D, graph.whole(1), keepdims=0)


class MeanMax(nn.Module):
    """The mean state, and beside it the largest value that each unit had."""

    def __init__(self, width: int, directions: int) -> None:
        super().__init__()
        self.width = 2 * width

    def forward(self, states_B_T_D: Tensor, lengths_B: Tensor) -> Tensor:
        """(B, 2 D)."""
        outside_B_T_1 = ~frame_mask(lengths_B, states_B_T_D.shape[1])[:, :, None]
        mean_B_D = states_B_T_D.masked_fill(outside_B_T_1, 0.0).sum(dim=1) / lengths_B[:, None]
        return torch.cat([mean_B_D, states_B_T_D.masked_fill(outside_B_T_1, -torch.inf).amax(dim=1)], dim=1)

    def draw(self, graph: Graph, states_B_T_D: str) -> str:
        """The same, as ONNX operators."""
        over_time = graph.whole(1)
        both = [graph.node(kind, states_B_T_D, over_time, keepdims=0) for kind in ("ReduceMean", "ReduceMax")]
        return graph.node("Concat", *both, axis=1)


class Attention(nn.Module):
    """A mean in which the net learns how much each frame counts.

    Source:
        Yang et al., "Hierarchical Attention Networks for Document Classification" (2016), section 2.2, with one linear score.
    """

    def __init__(self, width: int, directions: int) -> None:
        super().__init__()
        self.width = width
        self.score = nn.Linear(width, 1)

    def forward(self, states_B_T_D: Tensor, lengths_B: Tensor) -> Tensor:
        """(B, D)."""
        outside_B_T_1 = ~frame_mask(lengths_B, states_B_T_D.shape[1])[:, :, None]
        share_B_T_1 = self.score(states_B_T_D).masked_fill(outside_B_T_1, -torch.inf).softmax(dim=1)
        pooled: Tensor = (states_B_T_D * share_B_T_1).sum(dim=1)
        return pooled

    def draw(self, graph: Graph, states_B_T_D: str) -> str:
        """The same, as ONNX operators."""
        share_B_T_1 = graph.node("Softmax", graph.linear(states_B_T_D, self.score), axis=1)
        return graph.node("ReduceSum", graph.node("Mul", states_B_T_D, share_B_T_1), graph.whole(1), keepdims=0)


Pooling = Literal["last", "mean", "meanmax", "attention"]
POOLINGS: dict[Pooling, type[Last | Mean | MeanMax | Attention]] = {
    "last": Last,
    "mean": Mean,
    "meanmax": MeanMax,
    "attention": Attention,
}


def build_pooling(word: Pooling, width: int, directions: int = 1) -> Last | Mean | MeanMax | Attention:
    """The pooling of that name.

    Args:
        word: A key of `POOLINGS`.
        width: D of the states.
        directions: 2 where the second half of D was read backwards.

    Returns:
        A module from states (B, T, D) and lengths (B,) to (B, `.width`).
    """
    return POOLINGS[word](width, directions)
