"""Removal of clips from what runs have written about them."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.active.records.arrays import read_asked, write_asked
from gesture_al.active.records.journal import Asked
from gesture_al.active.records.run_paths import RunPaths
from gesture_al.active.records.status import is_running, update_status
from gesture_al.core.atomic_io import read_json, write_sealed_json
from gesture_al.core.errors import UserError
from gesture_al.core.line_file import read_lines, write_lines, write_sealed

_NOBODY = {"clip": "forgotten", "subject": "", "group": ""}


def runs_with(root: Path, clips: Collection[str], asked_of: Callable[[Path], bool] = lambda folder: True) -> dict[Path, int]:
    """Run folders at any depth in which any of the clips is named, and how many answers about them each holds.

    Args:
        root: Of run and sweep folders; it need not exist.
        clips: Ids.
        asked_of: Whether a run folder is of the data set that is meant.
    """
    found: dict[Path, int] = {}
    wanted = set(clips)
    for config in sorted(root.glob("**/config.yaml")):
        folder = config.parent
        if not asked_of(folder):
            continue
        answers = sum(line.get("clip") in wanted for line in read_lines(RunPaths(folder).answers))
        if named_in(folder) & wanted:
            found[folder] = answers
    return found


def named_in(folder: Path) -> set[str]:
    """The ids of all clips that a run's files name."""
    paths = RunPaths(folder)
    lines = [line for path in (paths.answers, paths.session) for line in read_lines(path)]
    named = {str(line.get("clip", "")) for line in lines} | _queried(folder)
    named |= {one for ids in _splits(folder).values() for one in ids}
    return (named | {line["clip"] for line in _tested(folder)}) - {""}


def forget_clips(folder: Path, clips: Collection[str]) -> None:
    """Take clips out of a run: answers, queries, the positions kept for the report, lists of the splits; drawn pages go whole.

    The numbers of its rounds and its models stay: they cannot be taken apart by clip. In the list of test clips a
    line without a name takes their place.

    Raises:
        UserError: The run is being run.
    """
    if is_running(folder):
        raise UserError(f"{folder}: is running; wait for it or stop it first")
    gone, paths = set(clips), RunPaths(folder)
    for path in (paths.answers, paths.session):
        _rewrite(path, lambda line: None if line.get("clip") in gone else line)
    _rewrite(paths.queries, lambda line: _without(line, gone))
    for path in paths.all_asked():
        asked = read_asked(path)
        keep = ~np.isin(asked.ids, sorted(gone)) if asked is not None else np.ones(0, dtype=bool)
        if asked is not None and not keep.all():
            write_asked(path, Asked(asked.ids[keep], asked.positions[keep], asked.probs[keep]))
    splits = _splits(folder)
    if any(gone & set(ids) for ids in splits.values()):
        write_sealed_json(paths.splits, {name: [one for one in ids if one not in gone] for name, ids in splits.items()})
    tested = _tested(folder)
    if any(line["clip"] in gone for line in tested):
        # The line stays, since predictions are kept in its order, but says no more whose it is.
        told = [{**line, **_NOBODY} if line["clip"] in gone else line for line in tested]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([list(told[0]), *(line.values() for line in told)])
        write_sealed(paths.test_clips, text.getvalue().encode())
    if paths.status.exists():
        # What is left need not fit together any more.
        update_status(folder, forgotten=True)
    # Drawn from clips, or written by others in forms of their own.
    for path in (paths.report, paths.figures, paths.tensorboard, paths.wandb):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _without(line: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    keep = [place for place, one in enumerate(line["ids"]) if one not in gone]
    kept = {
        key: [line[key][place] for place in keep] if len(line[key]) == len(line["ids"]) else line[key]
        for key in ("ids", "scores")
    }
    return {**line, **kept}


def _rewrite(path: Path, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
    lines = read_lines(path)
    changed = [new for line in lines if (new := change(line)) is not None]
    if changed != lines:
        write_lines(path, changed)


def _queried(folder: Path) -> set[str]:
    return {str(one) for line in read_lines(RunPaths(folder).queries) for one in line.get("ids", [])}


def _splits(folder: Path) -> dict[str, list[str]]:
    return read_json(RunPaths(folder).splits)


def _tested(folder: Path) -> list[dict[str, str]]:
    path = RunPaths(folder).test_clips
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
