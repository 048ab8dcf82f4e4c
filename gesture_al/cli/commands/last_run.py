"""Runs are named by the moment they began; `last` is a name that can be typed."""

from __future__ import annotations

import sys
from pathlib import Path

from gesture_al.core.errors import UserError

LAST = "last"


def named_run(word: str) -> Path:
    """The folder that a person named; `last` is the newest one in `runs` that has a model.

    Raises:
        UserError: `last`, and there is none.
    """
    if word != LAST or Path(LAST).exists():
        return Path(word)
    # Their names begin with the time, so that the order of names is that of time.
    found = max((path.parents[1] for path in Path("runs").glob("*/checkpoints/best.ckpt")), default=None)
    if found is None:
        raise UserError("run=last: no run with a model in runs/; name the run's folder")
    print(f"run=last is {found}", file=sys.stderr)
    return found
