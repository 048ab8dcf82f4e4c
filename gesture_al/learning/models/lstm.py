"""A long short-term memory with pooling: the project's default net, in the sizes and directions that the configs name."""

from __future__ import annotations

from torch import nn

from gesture_al.learning.models.base import MODELS
from gesture_al.learning.models.recurrent import Recurrent


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
        hidden: int = 64,
        layers: int = 1,
        bidirectional: bool = False,
        pooling: str = "meanmax",
        dropout: float = 0.3,
    ) -> None:
        super().__init__(
            "lstm",
            nn.LSTM,
            inputs=inputs,
            classes=classes,
            hidden=hidden,
            layers=layers,
            bidirectional=bidirectional,
            pooling=pooling,
            dropout=dropout,
        )
