"""`gesture-al live`: recognise gestures while they are made."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gesture_al.cli.usage.base import DONE, Commands, command

if TYPE_CHECKING:
    from gesture_al.deploy.live.running import Options

_EPILOG = """\
keys:
  model=<folder>      what `gesture-al export` wrote; without it the example that ships (synthetic hands)
  source=0            a camera's number, a video file or a folder of pictures
  runtime=onnx        onnx | torch
  threshold=0.8       or any other setting of the operating point: window, hop, smoothing, agree, of, refractory

in the window, and in the page: q or Escape quits, w marks the last seconds as wrong: they go to the head of the pool

With --browser a page shows it all and has the camera (so no source=); pictures go to this program and nowhere else, and are
not kept. In the page a clip that was marked as wrong can be given its class at once.

examples:
  gesture-al live                                                 the example on the first camera
  gesture-al live --browser                                       the same in a page, with the browser's camera
  gesture-al live model=models/mine source=clip.mp4 --headless --json
  gesture-al live model=models/mine source=0 --save seen.webm --collect
  gesture-al live tune model=models/mine run=last                      choose when it fires, on clips that run did not learn from
  gesture-al live tune model=models/mine dataset=clips people=[ben]    choose when it fires, on streams of Ben's clips
  gesture-al live score model=models/mine dataset=clips people=[eve]   and measure it on somebody else's

With `tune` and `score`: the data set is read as for `gesture-al run`, its clips are joined into streams; without one streams
of synthetic reactions are used, hours=1.5 of them. `tune` takes false_per_hour=1 and latency=0.4 (seconds) as targets, and
writes what it chose into the model's folder.
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al live`."""
    parser = command(commands, "live", "recognise gestures while they are made", _EPILOG)
    parser.add_argument(
        "overrides", nargs="*", metavar="key=value", help="e.g. model=models/mine source=0, or first tune or score"
    )
    parser.add_argument("--browser", action="store_true", help="show it in a page, with the browser's camera")
    parser.add_argument("--browser-off", action="store_true", help="as --browser, but print the address and open no browser")
    parser.add_argument(
        "--host", help="the page listens there instead of on this machine only; lets others in who have the address"
    )
    parser.add_argument("--headless", action="store_true", help="no window")
    parser.add_argument("--json", action="store_true", help="events as JSON lines on stdout")
    parser.add_argument("--save", type=Path, metavar="FILE.webm", help="write the annotated video, as .webm or .mp4")
    parser.add_argument("--collect", action="store_true", help="keep moments that it is unsure of for the pool")
    parser.add_argument("--pool", type=Path, default=Path("data/landmarks"), help="where they go (default: data/landmarks)")
    parser.add_argument("--subject", help="who is before the camera, noted with what is kept")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    if args.overrides[:1] == ["tune"]:
        from gesture_al.cli.commands.live_tuning import tune_live

        print(f"tuned: {tune_live(args.overrides[1:])}")
        return DONE
    if args.overrides[:1] == ["score"]:
        from gesture_al.cli.commands.live_tuning import score_live

        score_live(args.overrides[1:], args.json)
        return DONE
    options = _options(args)
    if args.browser or args.browser_off:
        from gesture_al.cli.commands.live import run_live_page
        from gesture_al.studio.server.opening import LOOPBACK, Opening

        run_live_page(args.overrides, options, args.json, Opening(not args.browser_off, args.host or LOOPBACK))
        return DONE
    from gesture_al.cli.commands.live import run_live

    run_live(args.overrides, options, args.json)
    return DONE


def _options(args: argparse.Namespace) -> Options:
    """What is done beside recognising.

    Raises:
        UserError: Options that do not go together.
    """
    from gesture_al.core.errors import UserError
    from gesture_al.deploy.live.running import Options

    in_page = args.browser or args.browser_off
    for option, there in (("--headless", args.headless), ("--save", args.save is not None)):
        if in_page and there:
            raise UserError(f"live: {option} does not go with --browser, which is a page; leave one of the two out")
    if args.host and not in_page:
        raise UserError("live: --host is where the page listens; add --browser")
    return Options(not args.headless, args.save, args.pool, args.collect, args.subject)
