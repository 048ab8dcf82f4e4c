"""`gesture-al repair`: keep what is whole of a damaged run, so that it can go on."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.active.records.consistency import is_run
from gesture_al.active.records.repair import repair_run
from gesture_al.cli.command import DONE, counted
from gesture_al.core.errors import UserError
from gesture_al.core.messages import in_shell, located

EPILOG = """\
The longest beginning of the run whose rounds, queries, answers and models fit together stays; what the program can compute is
computed again by `gesture-al resume`. Of people's answers every line stays whose own checksum fits. Nothing is thrown away: the
files as they were are in the run's folder, in `damaged/`.

example:
  gesture-al repair runs/2026-01-31_12-00-00-000000_natops-lstm-margin
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al repair`."""
    parser.add_argument("folder", type=Path, help="of the run")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    folder: Path = args.folder
    if not is_run(folder):
        raise UserError(f"{located(folder)}: no run is there; name the folder of one (a sweep is repaired run by run)")
    done = repair_run(folder)
    if done.aside is None:
        print(f"{folder}: nothing is damaged")
        return DONE
    for err in done.damages:
        print(f"{err.path}: {err.damage}")
    (rounds, had_rounds), (answers, had_answers) = done.rounds, done.answers
    print(f"kept: {rounds} of {counted(had_rounds, 'round')}, {answers} of {counted(had_answers, 'answer')}")
    print(f"cost: {'; '.join(done.costs) or 'nothing'}")
    print(f"as it was: {done.aside}")
    print(f"go on with: {in_shell('resume', folder)}")
    return DONE
