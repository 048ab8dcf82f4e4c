"""`gesture-al report`: draw what runs left on disk."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gesture_al.cli.command import DONE
from gesture_al.runs.benchmark.write import is_benchmark, write_benchmark

EPILOG = """\
examples:
  gesture-al report runs/sweep_2026-01-31_12-00-00-000000       a sweep's curves and comparison
  gesture-al report runs/one runs/another --out comparison      any runs, side by side
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al report`."""
    parser.add_argument("folders", type=Path, nargs="+", metavar="folder", help="runs, sweeps, or folders of them")
    parser.add_argument("--out", type=Path, help="where to write it (default: the only folder, or the current one)")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    out = args.out or (args.folders[0] if len(args.folders) == 1 else Path())
    print(f"report: {draw(args.folders, out)}")
    return DONE


def draw(folders: Sequence[Path], out: Path) -> Path:
    """Draw the report of these folders: a benchmark's, a run's, or a comparison of any runs."""
    if len(folders) == 1 and is_benchmark(folders[0]):
        return write_benchmark(folders[0], out)
    from gesture_al.runs.report import write_report

    return write_report(folders, out, lambda line: print(f"note: {line}", file=sys.stderr))
