"""`gesture-al export`: the run's folder named, and what came of it said."""

from __future__ import annotations

import sys
from pathlib import Path

from gesture_al.cli.commands.last_run import named_run
from gesture_al.core.errors import UserError
from gesture_al.deploy.export.write import export


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
