"""Reading run and sweep folders (docs/run-folder.md)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gesture_al.active.records.round_row import RoundRow
from gesture_al.active.records.run_paths import RunPaths, SweepPaths
from gesture_al.core.atomic_io import read_json, read_lines, read_yaml
from gesture_al.core.errors import UserError
from gesture_al.core.old_names import current_settings
from gesture_al.runs.report.base import Run


def read_runs(folders: Sequence[Path]) -> list[Run]:
    """All runs in these folders, each a run's or a sweep's; a run that is named twice stands once.

    Raises:
        UserError: A folder is neither, or a file in it cannot be read.
    """
    runs: dict[Path, Run] = {}
    for folder in folders:
        manifest, paths = SweepPaths(folder).manifest, RunPaths(folder)
        if manifest.exists():
            jobs = [_read_job(folder, job) for job in read_lines(manifest)]
        elif any(path.exists() for path in (paths.status, paths.config, paths.rounds)):
            jobs = [read_run(folder)]
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
    return Run(
        folder=folder,
        config=current_settings(read_yaml(paths.config)),
        status=status,
        dataset=dataset,
        environment=read_json(paths.environment),
        rounds=[RoundRow.from_json(line).with_classes(classes) for line in read_lines(paths.rounds)],
        queries={int(record["round"]): record for record in read_lines(paths.queries)},
        answers=read_lines(paths.answers),
        full_data=read_json(paths.full_data) or None,
        overrides=tuple(overrides),
    )


def is_sweep(folders: Sequence[Path]) -> bool:
    """Whether these folders are told as a comparison, not as one run."""
    return len(folders) > 1 or any(SweepPaths(folder).manifest.exists() for folder in folders)


def _read_job(sweep: Path, job: dict[str, Any]) -> Run:
    return read_run(sweep / str(job["folder"]), job.get("overrides", ()), job.get("state"))
