"""Readers of data sets: their contract and their registry."""

from __future__ import annotations

from typing import Any, Protocol

from gesture_al.core.registry import Registry
from gesture_al.data.clip_set import ClipSet


class DatasetReader(Protocol):
    """A reader in the registry of data sets: `load` reads, converts and caches the clips."""

    def load(self) -> ClipSet:
        """The clips; raises UserError for bad input, naming the file and the remedy."""


DATASETS: Registry[DatasetReader] = Registry("dataset", "gesture_al.data.datasets.base:DATASETS")


def read_dataset(name: str, **params: Any) -> ClipSet:
    """Build the reader of that name and load its clips."""
    return DATASETS.build(name, params).load()
