"""`gesture-al resume`: go on with what was stopped."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.active.records.run_paths import SweepPaths
from gesture_al.cli.usage.base import DONE, FAILED, Commands, command

_EPILOG = """\
Ctrl-C, a kill, a full disk: everything up to the last answer is on disk, and a resumed run ends with the same
picks as one that was never stopped. A sweep goes on with the runs that are not done.

example:
  gesture-al resume runs/2026-01-31_12-00-00-000000_natops-lstm-margin
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al resume`."""
    parser = command(commands, "resume", "go on with a run or sweep that was stopped or killed", _EPILOG)
    parser.add_argument("folder", type=Path, help="of the run or sweep")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.launch import resume_run, resume_sweep

    if SweepPaths(args.folder).benchmark.exists():
        from gesture_al.cli.commands.benchmark import resume_benchmark

        folder, complete = resume_benchmark(args.folder)
        print(f"benchmark: {folder}")
        return DONE if complete else FAILED
    if SweepPaths(args.folder).manifest.exists():
        folder, complete = resume_sweep(args.folder)
        print(f"sweep: {folder}")
        return DONE if complete else FAILED
    print(f"run: {resume_run(args.folder)}")
    return DONE
