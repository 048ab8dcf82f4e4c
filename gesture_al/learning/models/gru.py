"""A gated recurrent unit with pooling: three gates' worth of weights where the LSTM has four."""

from __future__ import annotations

from torch import nn

from gesture_al.learning.models.base import MODELS
from gesture_al.learning.models.recurrent import Recurrent


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
        hidden: int = 64,
        layers: int = 1,
        bidirectional: bool = False,
        pooling: str = "meanmax",
        dropout: float = 0.3,
    ) -> None:
        super().__init__(
            "gru",
            nn.GRU,
            inputs=inputs,
            classes=classes,
            hidden=hidden,
            layers=layers,
            bidirectional=bidirectional,
            pooling=pooling,
            dropout=dropout,
        )
