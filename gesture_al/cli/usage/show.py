"""`gesture-al show`: look at clips."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.cli.usage.base import DONE, Commands, command

_EPILOG = """\
examples:
  gesture-al show dataset=natops --out overview.png
  gesture-al show clip-00001 --out clip.gif
  gesture-al show dataset=archive dataset.params.path=clips.npz view.params.width=800 --out overview.png
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al show`."""
    parser = command(commands, "show", "a clip or a data set as a picture or an animation", _EPILOG)
    parser.add_argument("clip", nargs="?", help="id of a clip; without it an overview of the data set")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="e.g. dataset=natops view.params.width=800")
    parser.add_argument("--out", type=Path, help="a .gif, .mp4 or .png file; without it a window opens")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.show import show_clips

    typed = [args.clip, *args.overrides] if args.clip else args.overrides
    print(show_clips(typed, args.out))
    return DONE
