"""A run read from its folder, as reports see it, and the reading of run and sweep folders (docs/run-folder.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.active.records.round_row import RoundRow, best_round
from gesture_al.active.records.run_paths import RunPaths, SweepPaths
from gesture_al.core.atomic_io import read_json
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines, read_sealed_yaml
from gesture_al.core.messages import located
from gesture_al.core.old_names import current_settings
from gesture_al.runs.existing_runs import Notice, passed_over

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """What is in a run's folder; a run that failed early or still goes has few or no rounds.

    Args:
        folder: Where it is.
        config: The resolved settings.
        status: state, reason, times.
        dataset: What dataset.json holds.
        environment: Versions and machine.
        rounds: A row a round.
        queries: What each round asked for, by round.
        answers: Every answer, in order.
        full_data: Scores of the model trained on every label of the pool, or None.
        overrides: What was typed for this run of a sweep.
    """

    folder: Path
    config: Row = field(default_factory=dict)
    status: Row = field(default_factory=dict)
    dataset: Row = field(default_factory=dict)
    environment: Row = field(default_factory=dict)
    rounds: Sequence[RoundRow] = ()
    queries: Mapping[int, Row] = field(default_factory=dict)
    answers: Sequence[Row] = ()
    full_data: Row | None = None
    overrides: Sequence[str] = ()

    @property
    def state(self) -> str:
        """`running`, `done`, `failed` or `paused`; `planned` where nothing was started."""
        return str(self.status.get("state", "planned"))

    @property
    def title(self) -> str:
        """Data set, model and strategy; the folder's name where they are unknown."""
        data = str(self.dataset.get("name") or self.part("dataset"))
        parts = [data, self.part("model"), self.part("strategy")]
        return " · ".join(part for part in parts if part) or self.folder.resolve().name

    @property
    def classes(self) -> list[str]:
        """Class names."""
        return [str(name) for name in self.dataset.get("classes", [])]

    @property
    def synthetic(self) -> bool:
        """Whether the data were generated."""
        return bool(self.dataset.get("synthetic", False))

    @property
    def threshold(self) -> float | None:
        """The score the user asked for, whether or not a rule looks at it."""
        return float(self.config["threshold"]) if "threshold" in self.config else None

    @property
    def split(self) -> str:
        """Which clips the scores are told on: `test`, or `val` where no test labels are known."""
        return "val" if self.rounds and all(row.test_macro_f1 is None for row in self.rounds) else "test"

    @property
    def best(self) -> RoundRow | None:
        """The row of the round whose model was kept as best."""
        return best_round(self.rounds) if self.rounds else None

    @property
    def validated(self) -> bool:
        """Whether validation clips chose the best model."""
        return any(row.val_macro_f1 is not None for row in self.rounds)

    @property
    def full_data_score(self) -> float | None:
        """Macro-F1 on the test clips of the model trained on every label of the pool; None where none was."""
        score = (self.full_data or {}).get("test_macro_f1")
        return None if score is None else float(score)

    @property
    def round_seconds(self) -> float:
        """Mean seconds a round, of the machine; 0 without rounds."""
        return float(np.mean([row.round_seconds for row in self.rounds])) if self.rounds else 0.0

    def part(self, group: str) -> str:
        """The name of the part that was chosen for a group; empty where unknown."""
        value = self.config.get(group)
        return str(value.get("name", "")) if isinstance(value, Mapping) else ""

    def curve(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Labels, strictly increasing, and a score of the rounds in which it is known, both shape (R,).

        A round whose questions nobody could answer has as many labels as the one before; the later score counts.
        """
        known = {row.labels: score for row in self.rounds if (score := getattr(row, key, None)) is not None}
        return np.array(list(known), dtype=float), np.array(list(known.values()), dtype=float)


def read_runs(folders: Sequence[Path], notice: Notice = lambda line: None) -> list[Run]:
    """All runs in these folders, each a run's or a sweep's; a run that is named twice stands once.

    Args:
        folders: Of runs and sweeps.
        notice: Is told of a run with a damaged file; among others it counts as failed, for that reason.

    Raises:
        UserError: A folder is neither, a sweep's manifest cannot be read, or a file of the only run.
    """
    runs: dict[Path, Run] = {}
    for folder in folders:
        manifest, paths = SweepPaths(folder).manifest, RunPaths(folder)
        if manifest.exists():
            jobs = [_read_job(folder, job, notice) for job in read_lines(manifest)]
        elif any(path.exists() for path in (paths.status, paths.config, paths.rounds)):
            jobs = [read_run(folder) if len(folders) == 1 else _read_or_failed(folder, (), None, notice)]
        elif not folder.exists():
            raise UserError(f"{located(folder)}: no such folder; name one that a run or a sweep has made")
        else:
            raise UserError(f"{folder}: neither a run nor a sweep folder (no status.json, no manifest.jsonl in it)")
        for run in jobs:
            runs.setdefault(run.folder.resolve(), run)
    return list(runs.values())


def read_run(folder: Path, overrides: Sequence[str] = (), state: str | None = None) -> Run:
    """One run, as much of it as there is.

    Args:
        folder: The run's folder; may not exist yet for a planned run of a sweep.
        overrides: What was typed for it.
        state: What a sweep's manifest says of it, where the run itself does not.

    Raises:
        UserError: A file is not what it should be.
    """
    paths = RunPaths(folder)
    status = read_json(paths.status)
    if state and "state" not in status:
        status = {**status, "state": state}
    dataset = read_json(paths.dataset)
    classes = len(dataset.get("classes", ()))
    try:
        rounds = [RoundRow.from_json(line).with_classes(classes) for line in read_lines(paths.rounds)]
        queries = {int(record["round"]): record for record in read_lines(paths.queries)}
    except (KeyError, TypeError, ValueError) as err:
        raise UserError(f"{folder}: a line of rounds.jsonl or queries.jsonl lacks what it should have ({err!r})") from err
    return Run(
        folder=folder,
        config=current_settings(read_sealed_yaml(paths.config)),
        status=status,
        dataset=dataset,
        environment=read_json(paths.environment),
        rounds=rounds,
        queries=queries,
        answers=read_lines(paths.answers),
        full_data=read_json(paths.full_data) or None,
        overrides=tuple(overrides),
    )


def is_sweep(folders: Sequence[Path]) -> bool:
    """Whether these folders are told as a comparison, not as one run."""
    return len(folders) > 1 or any(SweepPaths(folder).manifest.exists() for folder in folders)


def _read_job(sweep: Path, job: dict[str, Any], notice: Notice) -> Run:
    return _read_or_failed(sweep / str(job["folder"]), job.get("overrides", ()), job.get("state"), notice)


def _read_or_failed(folder: Path, overrides: Sequence[str], state: str | None, notice: Notice) -> Run:
    """A run; one with a damaged file as failed, so that it costs its neighbours nothing."""
    try:
        return read_run(folder, overrides, state)
    except (UserError, OSError) as err:
        notice(passed_over(folder, err))
        return Run(folder, status={"state": "failed", "reason": " ".join(str(err).split())}, overrides=tuple(overrides))
