"""`gesture-al label`: a person names the clips, in the browser or in the terminal."""

from __future__ import annotations

import argparse

from gesture_al.cli.usage.base import DONE, Commands, command

_EPILOG = """\
The page asks clip after clip, one key each; the model learns from the answers and chooses the next clips. Every answer
is on disk before the next clip is shown. Ctrl-C here, or Esc twice in the page, ends it for now (exit code 3); the same
command goes on where it was.

examples:
  gesture-al label                                                 try it: clips that were made up
  gesture-al label natops k=5                                      a public data set; any keys of `gesture-al run`
  gesture-al label dataset=clips                                   your own gestures: records them first where there are none
  gesture-al label dataset=keypoint_folder dataset.params.path=MP_Data
  gesture-al label runs/2026-01-31_12-00-00-000000_MP_Data-lstm-entropy    go on with a run
  gesture-al label --terminal dataset=natops                       over SSH, without a browser

The last line on stdout is `run: <folder>`; its report.html tells how it went.
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al label`."""
    parser = command(commands, "label", "name clips yourself, and train on the answers", _EPILOG)
    parser.add_argument("overrides", nargs="*", metavar="what", help="a data set, settings key=value, or a run's folder")
    parser.add_argument("--terminal", action="store_true", help="ask here instead of in the browser")
    parser.add_argument("--browser-off", action="store_true", help="print the address and open no browser")
    parser.add_argument("--host", help="listen there instead of on this machine only; lets others in who have the address")
    parser.add_argument("--annotator", default="", metavar="NAME", help="who answers, for the log")
    parser.add_argument("--new", action="store_true", help="start a new run even if there is an unfinished one like it")
    parser.add_argument("--record", action="store_true", help="record (more) clips first, then label them (dataset=clips)")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.label import LabelOptions, label

    seat = LabelOptions(args.terminal, not args.browser_off, args.host, args.annotator, args.new, args.record)
    print(f"run: {label(args.overrides, seat)}")
    return DONE
