"""The test clips of a run (test_clips.csv): the rows that `test_predicted` of each round refers to."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gesture_al.core.arrays import Int64, Strings
from gesture_al.core.errors import DamagedFileError
from gesture_al.core.line_file import read_sealed, write_sealed
from gesture_al.data.clip_set import ClipSet

COLUMNS = ("clip", "class", "subject", "group")


@dataclass(frozen=True)
class TestClips:
    """The test clips in the order of their predictions.

    Args:
        ids: (n,)
        classes: (n,) names of the true classes.
        subjects: (n,) who is seen; empty where unknown.
        groups: (n,) the recording; empty where unknown.
    """

    ids: Strings
    classes: Strings
    subjects: Strings
    groups: Strings


def write_test_clips(path: Path, clips: ClipSet, rows: Int64) -> None:
    """Write a line a test clip."""
    unknown = np.full(len(clips), "")
    table = zip(
        clips.ids[rows].tolist(),
        [clips.classes[label] for label in clips.labels[rows]],
        (unknown if clips.subjects is None else clips.subjects)[rows].tolist(),
        (unknown if clips.groups is None else clips.groups)[rows].tolist(),
        strict=True,
    )
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *table])
    write_sealed(path, text.getvalue().encode())


def read_test_clips(path: Path) -> TestClips | None:
    """The test clips of a run; None where its folder is from before they were written down.

    Raises:
        DamagedFileError: It is not as it was written.
    """
    if not path.exists():
        return None
    try:
        lines = list(csv.DictReader(io.StringIO(read_sealed(path).decode(), newline="")))
        return TestClips(*(np.array([line[name] for line in lines], dtype=np.str_) for name in COLUMNS))
    except (ValueError, KeyError, csv.Error) as err:
        raise DamagedFileError(path, f"no table of clips ({err})") from err
