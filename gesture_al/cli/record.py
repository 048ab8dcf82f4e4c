"""`gesture-al record`: gestures from a camera into a data set of clips."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gesture_al.capture.landmarks.base import Extractor
from gesture_al.cli.command import DONE
from gesture_al.cli.extract import chosen_extractor
from gesture_al.core.errors import Paused, UserError
from gesture_al.core.line_file import readable_lines
from gesture_al.data.left_out import clutter
from gesture_al.data.track import UNLABELLED
from gesture_al.studio.record.clip_store import MANIFEST
from gesture_al.studio.record.plan import RecordingPlan, targets_of
from gesture_al.studio.server.opening import LOOPBACK, Opening

_WINDOW = ("--camera", "--window", "--keys")

EPILOG = """\
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


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al record`."""
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


def call(args: argparse.Namespace) -> int:
    """Open the recorder."""
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


# Those of FaceTime, for whoever names none.
_CLASSES = ("Like", "Fire works", "Heart")
# Three to five takes of a class are enough to begin with: the loop asks for what it lacks.
TARGET = 5


@dataclass(frozen=True)
class RecordOptions:
    """The options of `gesture-al record`; its help says what each means."""

    words: Sequence[str]
    out: Path
    subject: str
    session: str | None
    seconds: float
    takes: int
    count_in: float
    free_seconds: float
    gate: float
    target: int
    landmarks_only: bool


def record_clips(options: RecordOptions, opening: Opening) -> str:
    """Record in the browser until the person has done.

    Args:
        options: What was typed.
        opening: How the page is opened.

    Returns:
        A line for the person.

    Raises:
        UserError: A setting is out of range; the folder or the host cannot be used.
        Paused: The person pressed Ctrl-C; what was kept is on the disk.
    """
    from gesture_al.studio.record.server import Recording, recorder

    recording = Recording(
        folder=options.out,
        plan=_plan(options),
        target=options.target,
        extractor=_extractor(options.words),
        video=not options.landmarks_only,
    )
    with recorder(recording, opening) as page:
        try:
            page.wait()
        except KeyboardInterrupt:
            counts = tally(page.counts())
            raise Paused(f"stopped; in {options.out} there are {counts}; the same command goes on") from None
        counts = tally(page.counts())
    return f"recorded: in {options.out} there are {counts}"


def _plan(options: RecordOptions) -> RecordingPlan:
    typed = [word.partition("=")[2] for word in options.words if word.startswith("classes=")]
    names = [name.strip() for name in typed[-1].strip("[]").split(",")] if typed else existing_classes(options.out)
    return RecordingPlan(
        targets=targets_of([name for name in names if name], options.target),
        subject=options.subject,
        session=options.session or datetime.now().strftime("%Y-%m-%d_%H-%M-%S"),
        seconds=options.seconds,
        takes=options.takes,
        count_in=options.count_in,
        free_seconds=options.free_seconds,
        gate=options.gate,
    )


def _extractor(words: Sequence[str]) -> Extractor:
    """The extractor that was typed beside the classes.

    Raises:
        UserError: Something else was typed.
    """
    words = [word for word in words if not word.startswith("classes=")]
    strange = [word for word in words if not word.lstrip("+~").startswith(("landmarks=", "landmarks."))]
    if strange:
        raise UserError(f"{strange[0]!r} is no setting of `record`; write classes=Like,Heart or landmarks=hands_pose")
    return chosen_extractor(words)


def existing_classes(folder: Path) -> list[str]:
    """The classes that a folder has clips of, in the order in which they were first recorded; the usual ones where it has none.

    So a digit means the same class to whoever records next.
    """
    folders = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    names = [name for name in folders if not name.startswith(".") and not clutter(name) and name != UNLABELLED]
    recorded = list(dict.fromkeys(str(line.get("class", "")) for line in readable_lines(folder / MANIFEST)))
    return sorted(names, key=lambda name: recorded.index(name) if name in recorded else len(recorded)) or list(_CLASSES)


def tally(counts: Mapping[str, int]) -> str:
    """Clips by class, those without one last."""
    names = sorted(counts, key=lambda name: (name == UNLABELLED, name))
    return ", ".join(f"{name} {counts[name]}" for name in names if counts[name]) or "no clips"
