"""`gesture-al forget`: remove a person."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.cli.usage.base import DONE, Commands, command

_EPILOG = """\
Removed are the person's videos, landmarks, converted sets in the cache, and in the runs that used them the answers, the
pictures and every place where the clips are named. Models keep what they learned; the command names them.

examples:
  gesture-al forget subject=ann
  gesture-al forget subject=ann --data data/landmarks --runs runs --yes
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al forget`."""
    parser = command(commands, "forget", "remove a person's clips, landmarks and answers", _EPILOG)
    parser.add_argument("overrides", nargs="+", metavar="subject=NAME", help="who, as the tracking table writes it")
    parser.add_argument("--data", type=Path, default=Path("data/landmarks"), help="folder of landmarks (default: data/landmarks)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="parent of the run folders (default: runs)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.forget import forget

    print(forget(args.overrides, args.data, args.runs, args.yes))
    return DONE
