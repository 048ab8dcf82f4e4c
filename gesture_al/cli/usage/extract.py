"""`gesture-al extract`: videos to landmarks."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.cli.usage.base import DONE, Commands, command

_EPILOG = """\
The class of a clip is the first folder below the one that is named; what lies in `unlabelled` is a free recording, and clips
are proposed in it where hands move and come to rest. Run it again after adding videos: only what is new is extracted.
Videos are only read, and nothing leaves this machine.

keys:
  which landmarks           landmarks=hands | hands_pose | holistic         (gesture-al list landmarks)
  one of their parameters   landmarks.params.<name>=<value>

examples:
  gesture-al extract clips --out data/landmarks
  gesture-al extract clips --out data/landmarks --pattern '{class}/{subject}_{session}_{n}'
  gesture-al extract clips --out data/landmarks --csv people.csv landmarks=hands_pose
  gesture-al extract monday.mp4 --out data/landmarks --free
  gesture-al extract data/landmarks/.whole --cut windows      cut the recorder's free recordings anew, without their video

The last line on stdout is `landmarks: <folder>`; then `gesture-al run dataset=clips dataset.params.path=<folder>`.
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al extract`."""
    parser = command(commands, "extract", "videos to landmarks that a run can take", _EPILOG)
    parser.add_argument("root", type=Path, metavar="videos", help="a folder of videos, or one video")
    parser.add_argument("--out", type=Path, default=Path("data/landmarks"), help="where they go (default: data/landmarks)")
    parser.add_argument("--pattern", help="path below the folder, with {class}, {subject}, {session} and {n}")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="columns path and any of class, subject, session")
    parser.add_argument("--free", action="store_true", help="free recordings: propose clips in them")
    parser.add_argument("--cut", default="motion", help="how: motion (default), windows or whole")
    parser.add_argument("--window", type=float, default=2.0, metavar="S", help="seconds of a window (default: 2)")
    parser.add_argument("--at-least", type=float, default=0.3, metavar="X", help="share of frames with a hand (default: 0.3)")
    parser.add_argument("--processes", type=int, metavar="N", help="how many at a time (default: one for each core)")
    parser.add_argument("--fps", type=float, metavar="N", help="pictures a second of folders of pictures (default: 30)")
    parser.add_argument("--landmarks-only", action="store_true", help="remove each video whose landmarks are on disk")
    parser.add_argument("--yes", action="store_true", help="do not ask before videos are removed")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="which landmarks, e.g. landmarks=hands_pose")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.capture.extraction.taking import Rules
    from gesture_al.cli.commands.extract import Extraction, start_extraction

    rules = Rules(args.at_least, args.cut, args.window)
    given = (args.root, args.out, args.overrides, args.pattern, args.csv, args.free, rules, args.processes, args.fps)
    print(f"landmarks: {start_extraction(Extraction(*given, args.landmarks_only, args.yes))}")
    return DONE
