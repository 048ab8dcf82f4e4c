"""What an importer is to the fuzzer: how a small good input of it is made, how it goes wrong, and what reads it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fuzz.arrays import write
from fuzz.mutations import (
    odd_name,
    replace_by_special,
)

Work = Callable[[], object]


@dataclass(frozen=True)
class Importer:
    """An importer.

    Args:
        good: Puts an input that is accepted into a folder; what reads it.
        bad: The same, with something wrong in it.
    """

    good: Callable[[Path], Work]
    bad: Callable[[random.Random, Path], Work]


IMPORTERS: dict[str, Importer] = {}


def importer(name: str, good: Callable[[Path], Work]) -> Callable[[Callable[[random.Random, Path], Work]], None]:
    def add(bad: Callable[[random.Random, Path], Work]) -> None:
        IMPORTERS[name] = Importer(good, bad)

    return add


def spoil(rng: random.Random, path: Path, content: Callable[[], bytes]) -> Path:
    """Write a bad file; now and then something that is no file, or a name that is odd. Returns where it is."""
    chance = rng.random()
    if chance < 0.06:
        replace_by_special(rng, path)
        return path
    write(path, content())
    return odd_name(rng, path) if chance < 0.1 else path
