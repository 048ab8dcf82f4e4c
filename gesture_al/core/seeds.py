"""Random streams keyed by (seed, purpose, round), so that one use of chance never moves another.

NumPy's and Python's global generators are never touched; torch's, which `nn.Module` needs, only inside `torch_seed`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RandomStreams:
    """All chance of one run.

    Args:
        seed: The run's seed, 0 or more.

    >>> a, b = RandomStreams(0).generator("strategy", 3), RandomStreams(0).generator("strategy", 3)
    >>> bool(a.random() == b.random())
    True
    """

    seed: int

    def generator(self, purpose: str, *keys: int | str) -> np.random.Generator:
        """A fresh generator for a purpose and, where it recurs, its round or clip; a purpose has always as many keys."""
        return np.random.default_rng(self._sequence(purpose, *keys))

    def integer(self, purpose: str, *keys: int | str) -> int:
        """A seed for a library that wants a number, 0 to 2**31 - 1."""
        return int(self._sequence(purpose, *keys).generate_state(1)[0] & 0x7FFFFFFF)

    def _sequence(self, purpose: str, *keys: int | str) -> np.random.SeedSequence:
        words = [zlib.crc32(key.encode()) if isinstance(key, str) else int(key) for key in (purpose, *keys)]
        return np.random.SeedSequence([self.seed, *words])


@contextmanager
def torch_seed(seed: int) -> Iterator[None]:
    """Seed torch's global generator inside the block and restore it afterwards."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
