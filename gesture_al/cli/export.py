"""`gesture-al export`: a run's best model as a recogniser that stands alone; its labels go out with `gesture-al labels`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gesture_al.cli.command import DONE, named_run
from gesture_al.core.errors import UserError
from gesture_al.deploy.export.write import export

EPILOG = """\
examples:
  gesture-al export run=runs/one                              into models/<name of the run>
  gesture-al export run=last --out models/my-gestures         the newest run in runs/

The folder holds weights (safetensors and ONNX), preprocessing, classes and a model card, and nothing that is run as code. Its
files are checked against the trained net on the run's clips. The last line on stdout is `recogniser: <folder>`.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al export`."""
    parser.add_argument("run", metavar="run=<folder>", help="the run's folder, or run=last")
    parser.add_argument("--out", type=Path, metavar="folder", help="where to write it (default: models/<name of the run>)")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    print(f"recogniser: {export_run(args.run, args.out)}")
    return DONE


def export_run(typed: str, out: Path | None) -> Path:
    """Export a run.

    Args:
        typed: `run=<folder>` or `run=last`; the folder alone will do.
        out: Where to, or None.

    Returns:
        The recogniser's folder.

    Raises:
        UserError: No run there, or one that cannot be exported.
    """
    key, equals, value = typed.partition("=")
    folder = value if equals and key == "run" else typed
    if not folder or (equals and key != "run" and not Path(typed).exists()):
        raise UserError(f"export: {typed!r} names no run; type run=<folder>")
    made, checked, missing = export(named_run(folder), out)
    if missing:
        print(f"note: {missing}; the card says so", file=sys.stderr)
    if checked.onnx is None:
        print(f"note: this net cannot draw itself, so there is no ONNX file; {made} is read with runtime=torch", file=sys.stderr)
    else:
        on = f"{checked.clips} clips" if checked.clips else "random numbers in place of clips"
        print(f"checked on {on}: ONNX and the trained net differ by {checked.onnx:.1e} at most", file=sys.stderr)
    print(f"model card: {made / 'README.md'}", file=sys.stderr)
    return made
