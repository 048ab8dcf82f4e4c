"""The committee of one net: its other members are drawn from it by dropout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from gesture_al.core.seeds import torch_seed
from gesture_al.learning.committee.base import COMMITTEES, Committee

if TYPE_CHECKING:
    from torch import nn


@COMMITTEES.register("dropout")
@dataclass(frozen=True)
class DropoutCommittee(Committee):
    """One net; every opinion is the net with one random set of its units left out, the same for all clips.

    Source:
        Gal & Ghahramani, "Dropout as a Bayesian approximation" (ICML 2016), section 3; one set for all clips: Kirsch, van
        Amersfoort & Gal, "BatchBALD" (NeurIPS 2019), section 3.2.
    """

    members: ClassVar[int] = 1
    processes: ClassVar[int] = 1

    @override
    def samples(self, wanted: int) -> int:
        return wanted

    @override
    @contextmanager
    def opinion(self, nets: Sequence[nn.Module], sample: int, seed: int) -> Iterator[nn.Module]:
        from gesture_al.learning.inference import dropped

        with torch_seed(seed), dropped(nets[0]):
            yield nets[0]

    @override
    def unanimous(self, net: nn.Module) -> str:
        from gesture_al.learning.inference import has_dropout

        if has_dropout(net):
            return ""
        return "its net drops nothing: set model.params.dropout above 0, or choose committee=ensemble or another strategy"
