"""`gesture-al labels`: labels out of a run, and into one."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.cli.usage.base import DONE, Commands, command

_EPILOG = """\
The file's name says the format: .csv and .jsonl with the columns clip, class, kind, annotator, time, seconds; .json as Label
Studio writes and reads it (export JSON or JSON-MIN). A folder (a name without an ending) gets the labelled clips themselves as
<class>/<number>/<frame>.npy, copied; the folder that the run's own clips come from (dataset=clips) gets them moved out of
`unlabelled` into their classes. What is brought in starts a run: the clips need not be asked about.

examples:
  gesture-al labels runs/2026-01-31_12-00-00-000000_clips-lstm-margin --to labels.csv
  gesture-al labels runs/2026-01-31_12-00-00-000000_clips-lstm-margin --to MP_Data
  gesture-al labels last --to data/landmarks
  gesture-al labels runs/2026-01-31_12-00-00-000000_clips-lstm-margin --from labels.json
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al labels`."""
    parser = command(commands, "labels", "labels out of a run, or into one, as CSV, JSONL or Label Studio JSON", _EPILOG)
    parser.add_argument("folder", type=Path, help="of the run; last: the newest in runs/")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--to", type=Path, metavar="file", help="write the labels there; a folder gets the clips")
    way.add_argument("--from", dest="source", type=Path, metavar="file", help="bring the labels in from there")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    from gesture_al.cli.commands.labels import bring_labels, give_labels
    from gesture_al.cli.commands.last_run import named_run

    folder = named_run(str(args.folder))
    print(give_labels(folder, args.to) if args.to else bring_labels(folder, args.source))
    return DONE
