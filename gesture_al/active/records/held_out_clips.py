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

_BLOCK = "block"
COLUMNS = ("clip", "class", "subject", "group", _BLOCK)


@dataclass(frozen=True)
class TestClips:
    """The test clips in the order of their predictions.

    Args:
        ids: (n,)
        classes: (n,) names of the true classes.
        subjects: (n,) who is seen; empty where unknown.
        groups: (n,) the recording; empty where unknown.
        blocks: (n,) the block of the stream, where clips overlap in time; empty where they do not.
    """

    ids: Strings
    classes: Strings
    subjects: Strings
    groups: Strings
    blocks: Strings

    @property
    def overlapping(self) -> bool:
        """Whether clips overlap in time, so that they must not be taken for independent ones."""
        return bool((self.blocks != "").any())


def write_test_clips(path: Path, clips: ClipSet, rows: Int64, blocks: Strings | None = None) -> None:
    """Write a line a test clip; `blocks` are of all clips of the set."""
    unknown = np.full(len(clips), "")
    table = zip(
        clips.ids[rows].tolist(),
        [clips.classes[label] for label in clips.labels[rows]],
        (unknown if clips.subjects is None else clips.subjects)[rows].tolist(),
        (unknown if clips.groups is None else clips.groups)[rows].tolist(),
        (unknown if blocks is None else blocks)[rows].tolist(),
        strict=True,
    )
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *table])
    write_sealed(path, text.getvalue().encode())


def read_test_clips(path: Path) -> TestClips | None:
    """The test clips of a run; None where its folder is from before they were written down.

    Of a folder from before blocks were written down all are empty.

    Raises:
        DamagedFileError: It is not as it was written.
    """
    if not path.exists():
        return None
    try:
        lines = list(csv.DictReader(io.StringIO(read_sealed(path).decode(), newline="")))
        columns = {name: [line[name] if name != _BLOCK else line.get(name, "") for line in lines] for name in COLUMNS}
    except (ValueError, KeyError, csv.Error) as err:
        raise DamagedFileError(path, f"no table of clips ({err})") from err
    return TestClips(*(np.array(column, dtype=np.str_) for column in columns.values()))
