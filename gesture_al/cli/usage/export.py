"""`gesture-al export`: a run's best model as a recogniser that stands alone."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.cli.usage.base import DONE, Commands, command

_EPILOG = """\
examples:
  gesture-al export run=runs/one                              into models/<name of the run>
  gesture-al export run=last --out models/my-gestures         the newest run in runs/

The folder holds weights (safetensors and ONNX), preprocessing, classes and a model card, and nothing that is run as code. Its
files are checked against the trained net on the run's clips. The last line on stdout is `recogniser: <folder>`.
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al export`."""
    parser = command(commands, "export", "write a run's best model as a recogniser that stands alone", _EPILOG)
    parser.add_argument("run", metavar="run=<folder>", help="the run's folder, or run=last")
    parser.add_argument("--out", type=Path, metavar="folder", help="where to write it (default: models/<name of the run>)")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.export import export_run

    print(f"recogniser: {export_run(args.run, args.out)}")
    return DONE
