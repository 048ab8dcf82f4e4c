"""Reading run and sweep folders (docs/run-folder.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gesture_al.active.records.round_row import RoundRow
from gesture_al.core.atomic_io import read_lines
from gesture_al.core.errors import UserError
from gesture_al.runs.report.base import Run

_RUN_FILES = ("status.json", "config.yaml", "rounds.jsonl")


def read_runs(folders: Sequence[Path]) -> list[Run]:
    """All runs in these folders, each a run's or a sweep's; a run that is named twice stands once.

    Raises:
        UserError: A folder is neither, or a file in it cannot be read.
    """
    runs: dict[Path, Run] = {}
    for folder in folders:
        if (folder / "manifest.jsonl").exists():
            found = [_read_job(folder, job) for job in _records(folder / "manifest.jsonl")]
        elif any((folder / name).exists() for name in _RUN_FILES):
            found = [read_run(folder)]
        else:
            raise UserError(f"{folder}: neither a run nor a sweep folder (no status.json, no manifest.jsonl in it)")
        for run in found:
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
    status = _json(folder / "status.json") or {}
    if state and "state" not in status:
        status = {**status, "state": state}
    dataset = _json(folder / "dataset.json") or {}
    classes = len(dataset.get("classes", ()))
    return Run(
        folder=folder,
        config=_yaml(folder / "config.yaml"),
        status=status,
        dataset=dataset,
        environment=_json(folder / "environment.json") or {},
        rounds=[RoundRow.from_json(line).with_classes(classes) for line in _records(folder / "rounds.jsonl")],
        queries={int(record["round"]): record for record in _records(folder / "queries.jsonl")},
        answers=_records(folder / "answers.jsonl"),
        full_data=_json(folder / "full_data.json"),
        overrides=tuple(overrides),
    )


def is_sweep(folders: Sequence[Path]) -> bool:
    """Whether these folders are told as a comparison, not as one run."""
    return len(folders) > 1 or any((folder / "manifest.jsonl").exists() for folder in folders)


def _read_job(sweep: Path, job: dict[str, Any]) -> Run:
    return read_run(sweep / str(job["folder"]), job.get("overrides", ()), job.get("state"))


def _json(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    try:
        return dict(json.loads(path.read_text()))
    except (ValueError, TypeError) as err:
        raise UserError(f"{path}: not readable as JSON ({err}); the file was changed or damaged") from err


def _records(path: Path) -> list[dict[str, Any]]:
    try:
        return read_lines(path)
    except ValueError as err:
        raise UserError(f"{path}: a line is not readable as JSON ({err}); the file was changed or damaged") from err


def _yaml(path: Path) -> dict[str, Any]:
    import yaml

    if not path.exists():
        return {}
    try:
        return dict(yaml.safe_load(path.read_text()) or {})
    except (yaml.YAMLError, ValueError, TypeError) as err:
        raise UserError(f"{path}: not readable as YAML ({str(err).splitlines()[0]})") from err
