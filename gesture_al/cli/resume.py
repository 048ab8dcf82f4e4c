"""`gesture-al resume`: go on with a run, a sweep or a benchmark that was stopped."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from gesture_al.active.records.run_paths import SweepPaths
from gesture_al.active.records.status import read_status
from gesture_al.cli.command import DONE, FAILED, add_reuse_option, say
from gesture_al.cli.run import run_with_display, start_sweep
from gesture_al.core.atomic_io import read_json
from gesture_al.core.errors import UserError

EPILOG = """\
Ctrl-C, a kill, a full disk: everything up to the last answer is on disk, and a resumed run ends with the same
picks as one that was never stopped. A sweep goes on with the runs that are not done.

example:
  gesture-al resume runs/2026-01-31_12-00-00-000000_natops-lstm-margin
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al resume`."""
    parser.add_argument("folder", type=Path, help="of the run or sweep")
    add_reuse_option(parser)


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    if SweepPaths(args.folder).benchmark.exists():
        from gesture_al.cli.benchmark import resume_benchmark

        folder, complete = resume_benchmark(args.folder, args.reuse_other_code)
        print(f"benchmark: {folder}")
        return DONE if complete else FAILED
    if SweepPaths(args.folder).manifest.exists():
        folder, complete = resume_sweep(args.folder, args.reuse_other_code)
        print(f"sweep: {folder}")
        return DONE if complete else FAILED
    print(f"run: {resume_run(args.folder, args.reuse_other_code)}")
    return DONE


def resume_run(folder: Path, reuse_other_code: bool = False) -> Path:
    """Go on with a run folder; one that is done only says so.

    Raises:
        UserError: No run folder, or its data or code have changed.
    """
    from gesture_al.runs.assembly import assemble
    from gesture_al.runs.runner import check_code, check_unchanged, finish, read_settings
    from gesture_al.studio.label.frontends import frontends

    console = Console(stderr=True)
    status = read_status(folder)
    settings = read_settings(folder)
    if status.get("state") == "done":
        say(console, f"{folder} is done: {status.get('reason', '')}")
        finish(folder)
        return folder
    assembly = assemble(settings, check_unchanged(folder, settings), frontends())
    check_code(folder, settings, reuse_other_code, lambda line: say(console, f"note: {line}", "yellow"))
    return run_with_display(assembly, folder, console)


def resume_sweep(folder: Path, reuse_other_code: bool = False) -> tuple[Path, bool]:
    """Go on with a sweep folder; done runs stay as they are.

    Raises:
        UserError: The folder holds no sweep, or the code of a run in it has changed.
    """
    path = SweepPaths(folder).sweep
    if not path.exists():
        raise UserError(f"{folder}: no sweep folder (sweep.json is missing)")
    return start_sweep(read_json(path)["arguments"], folder, reuse_other_code)
