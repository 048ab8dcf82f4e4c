"""What commands share: exit codes, `last` for a run, lines to the person and questions."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gesture_al.core.errors import UserError
from gesture_al.runs.existing_runs import REUSE_OPTION

if TYPE_CHECKING:
    from rich.console import Console

DONE, FAILED, WRONG_USE, PAUSED = 0, 1, 2, 3
_LAST = "last"


def add_reuse_option(parser: argparse.ArgumentParser) -> None:
    """The option of commands that go on with runs, or take them as done, though they were made with other code."""
    parser.add_argument(REUSE_OPTION, action="store_true", help="also take runs that were made, or begun, with other code")


def named_run(word: str) -> Path:
    """The folder that a person named; `last` is the newest one in `runs` that has a model.

    Raises:
        UserError: `last`, and there is none.
    """
    if word != _LAST or Path(_LAST).exists():
        return Path(word)
    # Their names begin with the time, so that the order of names is that of time.
    newest = max((path.parents[1] for path in Path("runs").glob("*/checkpoints/best.ckpt")), default=None)
    if newest is None:
        raise UserError("run=last: no run with a model in runs/; name the run's folder")
    print(f"run=last is {newest}", file=sys.stderr)
    return newest


def confirmed(question: str) -> bool:
    """Whether the person types yes; without a terminal nobody does.

    Raises:
        UserError: Nobody can be asked.
    """
    if not sys.stdin.isatty():
        raise UserError(f"{question} Nobody can be asked here: add --yes")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def say(console: Console, text: str, style: str | None = None) -> None:
    """Print a line as it stands: no markup, no highlighting, no folding."""
    console.print(text, highlight=False, markup=False, soft_wrap=True, style=style)


def counted(number: int, noun: str) -> str:
    """`1 clip`, `2 clips`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
