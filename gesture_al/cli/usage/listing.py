"""`gesture-al list`: what may be typed."""

from __future__ import annotations

import argparse

from gesture_al.cli.usage.base import DONE, Commands, command

_EPILOG = """\
examples:
  gesture-al list                  every group in short
  gesture-al list trainer          one group, a line per parameter
  gesture-al list settings         k, threshold, budget and the other keys of a run
  gesture-al list model --json     for programs
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al list`."""
    parser = command(commands, "list", "what may be typed for each group, with parameters", _EPILOG)
    parser.add_argument("kind", nargs="?", help="a group, e.g. strategy; `settings` for the keys in no group")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.listing import print_parts

    print_parts(args.kind, as_json=args.json)
    return DONE
