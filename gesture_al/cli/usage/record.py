"""`gesture-al record`: gestures from a camera."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gesture_al.cli.usage.base import DONE, Commands, command
from gesture_al.core.errors import UserError

_WINDOW = ("--camera", "--window", "--keys")

_EPILOG = """\
examples:
  gesture-al record                                         a page opens: classes, takes, free recording, all on one screen
  gesture-al record classes=Like,Heart --subject ann        these classes, from this person
  gesture-al record classes=Like:30,Heart:30 --takes 10     thirty clips of each, in series of ten
  gesture-al record --landmarks-only                        no pictures are kept
  gesture-al record --browser-off                           the page's address is printed, no browser opened

Videos that are there already, from whatever camera: gesture-al extract.
The class `none`, ordinary movement, is always there and comes first. Without `classes` those in --out go on.
Nothing leaves this computer. On a Mac switch Reactions off (green camera icon in the menu bar): macOS draws thumbs,
fireworks and hearts into the picture.
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al record`."""
    parser = command(commands, "record", "gestures from a camera into a data set of clips", _EPILOG)
    parser.add_argument(
        "overrides", nargs="*", metavar="key=value", help="classes=Like,Heart:30 (name:target), landmarks=hands_pose"
    )
    parser.add_argument("--out", type=Path, default=Path("data/landmarks"), help="the data set (default: %(default)s)")
    parser.add_argument("--subject", default="me", help="who is recorded, any word (default: %(default)s)")
    parser.add_argument("--session", help="which session, any word (default: the time)")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a take (default: 2)")
    parser.add_argument("--takes", type=int, default=5, help="takes of a series (default: 5)")
    parser.add_argument("--target", type=int, default=5, help="clips wanted of a class (default: 5)")
    parser.add_argument("--count-in", type=float, default=3.0, help="seconds before a take (default: 3)")
    parser.add_argument("--free-seconds", type=float, default=180.0, help="longest free recording (default: 180)")
    parser.add_argument("--gate", type=float, default=0.8, help="share of frames that must show a hand (default: 0.8)")
    parser.add_argument("--landmarks-only", action="store_true", help="keep no video")
    parser.add_argument("--browser-off", action="store_true", help="print the page's address and open no browser")
    parser.add_argument("--host", help="listen there instead of on this machine only")
    # What the recorder of version 0.1.0 took, which had a window beside the page.
    parser.add_argument("--browser", action="store_true", help=argparse.SUPPRESS)
    for option in _WINDOW:
        parser.add_argument(option, help=argparse.SUPPRESS)
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Open the recorder."""
    from gesture_al.cli.commands.record import RecordOptions, record_clips
    from gesture_al.studio.server.opening import LOOPBACK, Opening

    for option in _WINDOW:
        if getattr(args, option.strip("-")) is not None:
            raise UserError(
                f"{option}: the recorder is a page now and takes the camera that is chosen there; gesture-al extract reads videos"
            )
    if args.browser:
        print("gesture-al: --browser: the recorder always opens in the browser now; leave it out", file=sys.stderr)
    options = {name: value for name, value in vars(args).items() if name in RecordOptions.__dataclass_fields__}
    print(record_clips(RecordOptions(words=args.overrides, **options), Opening(not args.browser_off, args.host or LOOPBACK)))
    return DONE
