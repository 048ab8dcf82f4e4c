"""Names of runs and data sets, for people and for folders."""

from __future__ import annotations

from pathlib import Path

from gesture_al.core.settings import DatasetPart, Settings


def run_name(settings: Settings) -> str:
    """A word for the run's folder."""
    return settings.name or f"{data_name(settings.dataset)}-{settings.model.name}-{settings.strategy.name}"


def data_name(part: DatasetPart) -> str:
    """A file's or folder's name, else a public set's, else the reader's: files of one's own take the public set's place.

    >>> data_name(DatasetPart("point_history", {"path": None, "fetch": "point_history"}))
    'point_history'
    >>> data_name(DatasetPart("point_history", {"path": "mine.csv", "fetch": "point_history"}))
    'mine'
    """
    path = part.params.get("path") or part.params.get("train")
    return Path(str(path)).stem if path else str(part.params.get("fetch") or part.name)


def out_folder(settings: Settings, stamp: str) -> Path:
    """Where a single run goes."""
    return Path(settings.output_dir) / f"{stamp}_{run_name(settings)}"
