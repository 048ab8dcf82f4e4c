"""`gesture-al report`: draw what runs left on disk."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.cli.usage.base import DONE, Commands, command

_EPILOG = """\
examples:
  gesture-al report runs/sweep_2026-01-31_12-00-00-000000       a sweep's curves and comparison
  gesture-al report runs/one runs/another --out comparison      any runs, side by side
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al report`."""
    parser = command(commands, "report", "draw report.html from run or sweep folders", _EPILOG)
    parser.add_argument("folders", type=Path, nargs="+", metavar="folder", help="runs, sweeps, or folders of them")
    parser.add_argument("--out", type=Path, help="where to write it (default: the only folder, or the current one)")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.benchmark import draw

    out = args.out or (args.folders[0] if len(args.folders) == 1 else Path())
    print(f"report: {draw(args.folders, out)}")
    return DONE
