"""File names of run and sweep folders (docs/run-folder.md): the one place that knows them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal


class RunPaths:
    """The files of a run's folder.

    Args:
        folder: The run's folder; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Written once, at the start.
        self.config = folder / "config.yaml"
        self.environment = folder / "environment.json"
        self.splits = folder / "splits.json"
        self.test_clips = folder / "test_clips.csv"
        # Renewed while the run goes on.
        self.dataset = folder / "dataset.json"
        self.status = folder / "status.json"
        self.rounds_table = folder / "rounds.csv"
        self.lock = folder / ".lock"
        # Appended to: the journal.
        self.rounds = folder / "rounds.jsonl"
        self.queries = folder / "queries.jsonl"
        self.answers = folder / "answers.jsonl"
        self.session = folder / "session.jsonl"
        self.initial_checkpoint, self.best_checkpoint, self.last_checkpoint = (
            folder / "checkpoints" / f"{name}.ckpt" for name in ("initial", "best", "last")
        )
        # Written at the end, or by others.
        self.full_data = folder / "full_data.json"
        self.report = folder / "report.html"
        self.figures = folder / "figures"
        self.error = folder / "error.txt"
        self.tensorboard = folder / "tensorboard"
        self.wandb = folder / "wandb"

    @property
    def checkpoints(self) -> tuple[Path, Path, Path]:
        """The kept models: initial, best, last."""
        return self.initial_checkpoint, self.best_checkpoint, self.last_checkpoint

    def all_predictions(self) -> list[Path]:
        """Those of every round."""
        return sorted((self.folder / "predictions").glob("*.np[yz]"))

    def asked(self, round: int) -> Path:
        """The clips that the model of a round asked about."""
        return self.folder / "asked" / f"round_{round:03d}.npz"

    def all_asked(self) -> list[Path]:
        """Those of every round."""
        return sorted((self.folder / "asked").glob("*.npz"))

    def predictions(self, round: int) -> Path:
        """The classes that a round's model predicted for the stopping set."""
        return self.folder / "predictions" / f"round_{round:03d}.npz"


class SweepPaths:
    """The files of a sweep's folder, beside the folders of its runs.

    Args:
        folder: The sweep's folder; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = folder / "manifest.jsonl"
        self.sweep, self.benchmark = self.record("sweep"), self.record("benchmark")
        self.report = folder / "report.html"

    def record(self, kind: Literal["sweep", "benchmark"]) -> Path:
        """What was typed, for `resume`."""
        return self.folder / f"{kind}.json"
