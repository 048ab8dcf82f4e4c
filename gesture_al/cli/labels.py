"""`gesture-al labels`: labels out of a run, and into one."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.active.annotation.exchange.formats import read_labels, write_labels
from gesture_al.active.annotation.exchange.run_labels import import_labels, run_labels
from gesture_al.cli.command import DONE, named_run
from gesture_al.core.errors import UserError

EPILOG = """\
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


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al labels`."""
    parser.add_argument("folder", type=Path, help="of the run; last: the newest in runs/")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--to", type=Path, metavar="file", help="write the labels there; a folder gets the clips")
    way.add_argument("--from", dest="source", type=Path, metavar="file", help="bring the labels in from there")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    folder = named_run(str(args.folder))
    print(give_labels(folder, args.to) if args.to else bring_labels(folder, args.source))
    return DONE


def give_labels(folder: Path, target: Path) -> str:
    """Write a run's labels into a file, or its labelled clips into folders by class; says what was written.

    Where the folder is the one that the run's own clips come from, they are moved out of `unlabelled` there.

    Raises:
        UserError: No run folder, nothing answered, an ending that is no format, or joints that have no such folders.
    """
    given = run_labels(folder)
    if target.suffix:
        write_labels(target, given)
        return f"{target}: {sum(one.name is not None for one in given)} labels, {len(given)} answers"
    from gesture_al.active.annotation.exchange.folders import move_labelled, write_folders
    from gesture_al.runs.assembly import load_clips
    from gesture_al.runs.runner import read_settings

    part = read_settings(folder).dataset
    if part.name == "clips" and Path(str(part.params.get("path"))).resolve() == target.resolve():
        moved = move_labelled(target, given)
        return f"{target}: {moved} clips moved from unlabelled to their classes; train with: gesture-al run experiment=live"
    written = write_folders(target, given, load_clips(part))
    return f"{target}: {written} clips copied; train with dataset=keypoint_folder dataset.params.path={target}"


def bring_labels(folder: Path, source: Path) -> str:
    """Bring labels into the session of an interactive run; says how many are new, and how to go on.

    Raises:
        UserError: No file of labels, a run that no person answers or that works just now, or no clip of the file is known.
    """
    from gesture_al.active.records.status import only_writer
    from gesture_al.runs.assembly import load_clips
    from gesture_al.runs.runner import read_settings

    given, settings = read_labels(source), read_settings(folder)
    if settings.oracle.name != "interactive":
        raise UserError(f"{folder}: oracle={settings.oracle.name} answers there; labels are brought into oracle=interactive runs")
    clips = load_clips(settings.dataset)
    with only_writer(folder):
        new, strange = import_labels(folder, given, clips)
    if strange and not new:
        raise UserError(f"{source}: no clip of it is in the data set, first {strange[0]}; clips are named by their ids")
    unknown = f"; {len(strange)} clips are not in the data set, e.g. {strange[0]}" if strange else ""
    return f"{source}: {new} new labels{unknown}. Go on with: gesture-al resume {folder}"
