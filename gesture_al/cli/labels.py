"""`gesture-al labels`: labels out of a run, and into one."""

from __future__ import annotations

import argparse
from pathlib import Path

from gesture_al.active.annotation.exchange.clip_names import UNKNOWN_CLIP
from gesture_al.active.annotation.exchange.formats import read_labels, write_labels
from gesture_al.active.annotation.exchange.matching import OnConflict
from gesture_al.active.annotation.exchange.names import listed
from gesture_al.active.annotation.exchange.run_labels import Imported, import_labels, run_labels
from gesture_al.cli.command import DONE, counted, named_run
from gesture_al.core.errors import UserError
from gesture_al.core.messages import in_shell
from gesture_al.data.left_out import told

EPILOG = """\
The file's name says the format: .csv, .tsv and .jsonl with the columns clip, class, kind, annotator, time, seconds; .json as
Label Studio writes and reads it. Also read: Label Studio's CSV and JSON-MIN, JSON lines of doccano and Prodigy, JSON in the style
of COCO, and segments of recordings from ELAN (.eaf) and VIA 3 (project or CSV). A folder (a name without an ending) gets the
labelled clips themselves as <class>/<number>/<frame>.npy, copied; the folder that the run's own clips come from (dataset=clips)
gets them moved out of `unlabelled` into their classes. What is brought in starts a run: the clips need not be asked about.

examples:
  gesture-al labels runs/2026-01-31_12-00-00-000000_clips-lstm-margin --to labels.csv
  gesture-al labels runs/2026-01-31_12-00-00-000000_clips-lstm-margin --to MP_Data
  gesture-al labels last --to data/landmarks
  gesture-al labels runs/2026-01-31_12-00-00-000000_clips-lstm-margin --from labels.json
  gesture-al labels last --from exported.csv --on-conflict majority --new-classes
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `gesture-al labels`."""
    parser.add_argument("folder", type=Path, help="of the run; last: the newest in runs/")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--to", type=Path, metavar="file", help="write the labels there; a folder gets the clips")
    way.add_argument("--from", dest="source", type=Path, metavar="file", help="bring the labels in from there")
    parser.add_argument("--new-classes", action="store_true", help="add classes that the run does not have")
    parser.add_argument(
        "--on-conflict",
        choices=[rule.value for rule in OnConflict],
        default=OnConflict.REFUSE.value,
        help="which of several answers for a clip counts; skip: none of them (default: bring nothing in, and list them)",
    )
    parser.add_argument("--field", metavar="name", help="column, key, control, tier or attribute of the file that has the class")


def call(args: argparse.Namespace) -> int:
    """Carry the command out; returns the exit code."""
    folder = named_run(str(args.folder))
    if args.to:
        print(give_labels(folder, args.to))
    else:
        print(bring_labels(folder, args.source, args.field, args.new_classes, OnConflict(args.on_conflict)))
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


def bring_labels(
    folder: Path, source: Path, field: str | None = None, new_classes: bool = False, rule: OnConflict = OnConflict.REFUSE
) -> str:
    """Bring labels into the session of an interactive run; says what was read and left out, and how to go on.

    Args:
        folder: The run's.
        source: The file of labels.
        field: What in the file holds the class, where its usual names do not say.
        new_classes: Whether classes that the run does not have are added.
        rule: What is done where the file has several answers for a clip.

    Raises:
        UserError: No file of labels, a run that no person answers or that works just now, no clip of the file is known, or
            answers that somebody must decide on.
    """
    from gesture_al.active.records.status import only_writer
    from gesture_al.runs.assembly import load_clips
    from gesture_al.runs.runner import read_settings

    file, settings = read_labels(source, field), read_settings(folder)
    if settings.oracle.name != "interactive":
        raise UserError(f"{folder}: oracle={settings.oracle.name} answers there; labels are brought into oracle=interactive runs")
    clips = load_clips(settings.dataset)
    with only_writer(folder):
        try:
            imported = import_labels(folder, file, clips, new_classes, rule)
        except UserError as err:
            raise UserError(f"{source}: {err}") from err
    of_file = imported.of_file
    if of_file.left_out and all(one.reason == UNKNOWN_CLIP for one in of_file.left_out) and not of_file.labels:
        raise UserError(
            f"{source}: no clip of it is in the data set, first {of_file.left_out[0].clip}; clips are named by their ids"
        )
    return f"{source}: {_summary(imported)}. Go on with: {in_shell('resume', folder)}"


def _summary(imported: Imported) -> str:
    of_file = imported.of_file
    items = [counted(of_file.clips, "clip")] if of_file.clips or not of_file.segments else []
    items += [counted(of_file.segments, "segment")] if of_file.segments else []
    words = f"read {counted(len(of_file.labels), 'label')} of {' and '.join(items)}"
    if of_file.left_out:
        words += f"; left out {len(of_file.left_out)}: {told(of_file.left_out)}"
    if of_file.decided:
        more = ", ..." if of_file.decided[1:] else ""
        words += f"; chosen of several answers: {len(of_file.decided)} ({of_file.decided[0]}{more})"
    if of_file.new_classes:
        words += f"; new classes: {listed(of_file.new_classes)}"
    words += f"; {counted(imported.new, 'new label')}"
    return words + (f", {imported.replaced} in the place of another answer" if imported.replaced else "")
