"""`gesture-al record`: gestures from a camera."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gesture_al.cli.usage.base import DONE, FAILED, Commands, command

_EPILOG = """\
examples:
  gesture-al record --browser                               a page opens: classes, takes, free recording, all on one screen
  gesture-al record classes=Like,Heart --subject ann        a window opens; its keys stand at the bottom
  gesture-al record classes=Like:30,Heart:30 --takes 10     thirty clips of each, in series of ten
  gesture-al record --landmarks-only                        no pictures are kept
  gesture-al record --camera video.mp4 --keys "2 space enter q"   without a window, from a file

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
    parser.add_argument("--camera", default="0", help="number of a camera, or a video that stands in for one (default: 0)")
    parser.add_argument("--subject", default="me", help="who is recorded, any word (default: %(default)s)")
    parser.add_argument("--session", help="which sitting, any word (default: the time)")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a take (default: 2)")
    parser.add_argument("--takes", type=int, default=5, help="takes of a series (default: 5)")
    parser.add_argument("--target", type=int, help="clips wanted of a class (default: 20; 5 with --browser)")
    parser.add_argument("--count-in", type=float, default=3.0, help="seconds before a take (default: 3)")
    parser.add_argument("--free-seconds", type=float, default=180.0, help="longest free recording (default: 180)")
    parser.add_argument("--gate", type=float, default=0.8, help="share of frames that must show a hand (default: 0.8)")
    parser.add_argument("--landmarks-only", action="store_true", help="keep no video")
    parser.add_argument("--browser", action="store_true", help="record in the browser, with its camera")
    parser.add_argument("--browser-off", action="store_true", help="with --browser: print the address and open no browser")
    parser.add_argument("--host", help="with --browser: listen there instead of on this machine only")
    parser.add_argument("--window", default="1280x720", metavar="WxH", help="size of the window (default: %(default)s)")
    parser.add_argument("--keys", metavar="KEYS", help="no window: these keys, e.g. 'space enter +3 q'; +3 waits 3 seconds first")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.record import Wish, record_clips

    told = {name: value for name, value in vars(args).items() if name in Wish.__dataclass_fields__}
    wish = Wish(words=args.overrides, size=args.window, **told)
    if args.browser or args.browser_off or args.host is not None:
        from gesture_al.cli.commands.recording_page import record_in_browser
        from gesture_al.studio.server.opening import LOOPBACK, Opening

        print(record_in_browser(wish, Opening(not args.browser_off, args.host or LOOPBACK)))
        return DONE
    line, trouble = record_clips(wish)
    print(line)
    if trouble:
        print(f"gesture-al: {trouble}", file=sys.stderr)
    return FAILED if trouble else DONE
