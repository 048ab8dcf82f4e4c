"""Committees: their contract, the random numbers of their members, and their registry; without torch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from gesture_al.core.registry import Registry
from gesture_al.core.seeds import RandomStreams

if TYPE_CHECKING:
    from torch import nn


class Committee(Protocol):
    """Several opinions of one model.

    The learner trains `members` nets, predicts by the mean of their probabilities, and embeds by the first of them. Where a
    strategy wants the probabilities of several nets, the committee says which.
    """

    @property
    def members(self) -> int:
        """Nets that a round trains, 1 or more."""

    @property
    def processes(self) -> int:
        """Processes that train them side by side; 1: this one, one net after the other."""

    def samples(self, wanted: int) -> int:
        """How many nets are asked where a strategy wants so many opinions, both 1 or more."""

    def opinion(self, nets: Sequence[nn.Module], sample: int, seed: int) -> AbstractContextManager[nn.Module]:
        """The net that gives one opinion, inside the block.

        Args:
            nets: The trained members, in evaluation mode; as before after the block.
            sample: Number of the opinion, from 0 to `samples` - 1.
            seed: Of this opinion in this round, for chance.
        """

    def unanimous(self, net: nn.Module) -> str:
        """Why all opinions of nets like this one would be the same, and what to set; empty where they differ."""


COMMITTEES: Registry[Committee] = Registry("committee", "gesture_al.learning.committee.base:COMMITTEES")


def streams_of(member: int, streams: RandomStreams) -> RandomStreams:
    """The random numbers of one member: those of the run for member 0, so that a committee of one is a run without one.

    >>> streams_of(0, RandomStreams(7)).seed
    7
    """
    return streams if member == 0 else RandomStreams(streams.integer("member", member))
