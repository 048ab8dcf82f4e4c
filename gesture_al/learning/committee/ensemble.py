"""The committee of several nets, each trained by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Le
from typing_extensions import override

from gesture_al.learning.committee.base import COMMITTEES, Committee

if TYPE_CHECKING:
    from torch import nn

Members = Annotated[int, Ge(1), Le(64)]


@COMMITTEES.register("ensemble")
@dataclass(frozen=True)
class Ensemble(Committee):
    """Nets that differ in their first weights, the order of their batches and their augmentation; each is one opinion.

    However many opinions a strategy wants (`samples`), it is given those of all members.

    Args:
        members: How many.
        processes: Train so many at once, each in a process of its own; the result is the same bit for bit.

    Source:
        Lakshminarayanan, Pritzel & Blundell, "Simple and scalable predictive uncertainty estimation using deep ensembles"
        (NeurIPS 2017), section 2.4: all train on all labels, and the prediction is the mean of their probabilities; for active
        learning: Beluch et al., "The power of ensembles for active learning in image classification" (CVPR 2018), section 3.
    """

    members: Members = 3
    processes: Members = 1

    @override
    def samples(self, wanted: int) -> int:
        return self.members

    @override
    @contextmanager
    def opinion(self, nets: Sequence[nn.Module], sample: int, seed: int) -> Iterator[nn.Module]:
        yield nets[sample]

    @override
    def unanimous(self, net: nn.Module) -> str:
        return "" if self.members > 1 else "one member has nobody to differ from: set committee.params.members to 2 or more"
