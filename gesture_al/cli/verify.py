"""`gesture-al verify`: whether the files of runs and sweeps are as they were written."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from gesture_al.active.records.consistency import is_run, scan_run, summed_up
from gesture_al.active.records.run_paths import SweepPaths
from gesture_al.cli.command import DONE, WRONG_USE
from gesture_al.core.atomic_io import read_json
from gesture_al.core.errors import DamagedFileError, UserError
from gesture_al.core.line_file import read_lines
from gesture_al.core.messages import in_shell, located

EPILOG = """\
Every line of a run's journal, every checkpoint, array and table has a checksum, and they are held against each other. What is
drawn from them (report.html, rounds.csv, figures) is not looked at: `gesture-al report` draws it anew.

examples:
  gesture-al verify runs                                               every run and sweep below a folder
  gesture-al verify runs/2026-01-31_12-00-00-000000_natops-lstm-margin
  gesture-al repair runs/2026-01-31_12-00-00-000000_natops-lstm-margin

exit code 2 where anything is damaged
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al verify`."""
    parser.add_argument("folders", nargs="+", type=Path, metavar="folder", help="of a run, a sweep, or of many of them")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    found = [one for folder in args.folders for one in _below(folder)]
    if not found:
        raise UserError(f"{located(args.folders[0])}: no run and no sweep is there; name a folder that has one")
    whole = [_is_whole(folder) for folder in found]
    print(f"{sum(whole)} of {len(whole)} are whole")
    return DONE if all(whole) else WRONG_USE


def _below(folder: Path) -> Iterator[Path]:
    """The runs and sweeps of a folder, at most two floors down: `runs`, a sweep in it, a run in that."""
    if is_run(folder):
        yield folder
        return
    if SweepPaths(folder).manifest.exists():
        yield folder
    inner = sorted(path for path in folder.glob("*") if path.is_dir() and not path.name.startswith("."))
    for path in inner:
        if is_run(path) or SweepPaths(path).manifest.exists() or any(map(is_run, path.glob("*"))):
            yield from _below(path)


def _is_whole(folder: Path) -> bool:
    if not is_run(folder):
        return _is_whole_sweep(folder)
    scan = scan_run(folder)
    if scan.whole:
        print(f"{folder}: {summed_up(scan)}")
        return True
    for err in (*scan.damages, *([scan.contradiction] if scan.contradiction else [])):
        print(f"{err.path}: damaged: {err.damage}")
    print(f"{folder}: damaged; what is whole is kept by: {in_shell('repair', folder)}")
    return False


def _is_whole_sweep(folder: Path) -> bool:
    paths = SweepPaths(folder)
    try:
        jobs = read_lines(paths.manifest)
        for path in (paths.sweep, paths.benchmark):
            read_json(path)
    except DamagedFileError as err:
        print(f"{err.path}: damaged: {err.damage}; its runs are not lost: type the sweep again, and they count as done")
        return False
    print(f"{folder}: whole: a sweep of {len(jobs)} runs")
    return True
