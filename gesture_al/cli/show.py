"""`gesture-al show`: a clip or a data set as a picture."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from gesture_al.cli.command import DONE

EPILOG = """\
examples:
  gesture-al show dataset=natops --out overview.png
  gesture-al show clip-00001 --out clip.gif
  gesture-al show dataset=archive dataset.params.path=clips.npz view.params.width=800 --out overview.png
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al show`."""
    parser.add_argument("clip", nargs="?", help="id of a clip; without it an overview of the data set")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="e.g. dataset=natops view.params.width=800")
    parser.add_argument("--out", type=Path, help="a .gif, .mp4 or .png file; without it a window opens")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    typed = [args.clip, *args.overrides] if args.clip else args.overrides
    print(show_clips(typed, args.out))
    return DONE


def show_clips(typed: Sequence[str], out: Path | None) -> str:
    """Draw the clip whose id was typed, or an overview of the data set; returns a line for the person."""
    import numpy as np

    from gesture_al.cli.composition import compose_settings
    from gesture_al.core.parts import build_part
    from gesture_al.core.seeds import RandomStreams
    from gesture_al.data.view.settings import VIEWS
    from gesture_al.data.view.show import show
    from gesture_al.runs.assembly import load_clips, with_found_bones

    ids = [word for word in typed if "=" not in word]
    settings = compose_settings([word for word in typed if "=" in word])
    clips = load_clips(settings.dataset)
    clips = with_found_bones(clips, np.arange(len(clips)), RandomStreams(settings.seed))
    written = show(clips, ids[0] if ids else None, out, build_part(VIEWS, "view", settings.view))
    return f"picture: {written}" if written else "closed"
