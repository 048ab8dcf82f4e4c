"""Labelled clips in folders by class: copied for the webcam tutorials, or moved within one's own folder."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gesture_al.active.annotation.exchange.records import LabelRecord
from gesture_al.core.arrays import Float32, Float64
from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.recordings import with_ends
from gesture_al.data.track import UNLABELLED

_BODY = 33


def write_folders(root: Path, records: Sequence[LabelRecord], clips: ClipSet) -> int:
    """Copy every labelled clip to `<class>/<number>/<frame>.npy`.

    A clip that is in the folder already, by `clips.csv`, is not written again.

    Args:
        root: Where the class folders are made. What is there stays as it is; new clips get the next numbers.
        records: The labels; those without a class are passed over.
        clips: Where positions come from: hands (126 numbers a frame), hands and pose (258) or holistic (1662).

    Returns:
        How many clips were written.

    Raises:
        UserError: The joints are of no layout that these folders have, a clip is not in the set, or the recording is gone from
            which one was cut anew.
    """
    rows = {clip: row for row, clip in enumerate(clips.ids.tolist())}
    lost = next((one.clip for one in records if one.clip not in rows), None)
    if lost is not None:
        raise UserError(f"clip {lost} is not in this data set; name the one that the run was made with")
    if clips.skeleton.name not in ("hands", "hands_pose", "holistic"):
        raise UserError(f"clips of {clips.skeleton.name!r} joints have no such folders; export them as CSV, JSONL or JSON")
    index = root / "clips.csv"
    exported = _listed(index)
    written = 0
    root.mkdir(parents=True, exist_ok=True)
    for one in records:
        if one.name is None or one.clip in exported:
            continue
        row = rows[one.clip]
        # As it was cut last; a recording that is gone is said before anything of the clip is written.
        source, at = (clips, row) if one.ends is None else (with_ends(clips, row, one.ends), 0)
        frames = _numbers(source.positions[at, : source.lengths[at]], clips.skeleton.name)
        place = _next(root / _safe(one.name))
        pending = Path(tempfile.mkdtemp(prefix=".draft-", dir=root))
        try:
            for number, frame in enumerate(frames):
                buffer = io.BytesIO()
                np.save(buffer, frame)
                (pending / f"{number}.npy").write_bytes(buffer.getvalue())
            place.parent.mkdir(exist_ok=True)
            pending.rename(place)
        except BaseException:
            shutil.rmtree(pending, ignore_errors=True)
            raise
        place.chmod(0o755)
        with index.open("a", newline="") as file:
            lines = [] if file.tell() else [("folder", "clip")]
            csv.writer(file, lineterminator="\n").writerows([*lines, (place.relative_to(root).as_posix(), one.clip)])
        written += 1
    return written


def _listed(index: Path) -> set[str]:
    """The clips that were written before."""
    if not index.exists():
        return set()
    with index.open(newline="") as file:
        return {line["clip"] for line in csv.DictReader(file)}


def _numbers(positions_T_J_C: Float32, layout: str) -> Float64:
    """Frames as MediaPipe tutorials flatten them: what was not seen is 0; visibility is 1 where a body joint was seen."""
    count, joints, coordinates = positions_T_J_C.shape
    filled = np.zeros((count, joints, 3))
    filled[..., :coordinates] = np.nan_to_num(positions_T_J_C)
    if layout == "hands":
        return filled.reshape(count, -1)
    visible = np.isfinite(positions_T_J_C[:, :_BODY]).all(axis=2, keepdims=True)
    body = np.concatenate([filled[:, :_BODY], visible], axis=2).reshape(count, -1)
    return np.concatenate([body, filled[:, _BODY:].reshape(count, -1)], axis=1)


def _next(folder: Path) -> Path:
    """The first number that is free in a class's folder."""
    taken = [int(path.name) for path in folder.iterdir() if path.name.isdigit()] if folder.exists() else []
    return folder / str(max(taken, default=-1) + 1)


def _safe(name: str) -> str:
    """A class's name as a folder's: what a path would read otherwise is replaced.

    >>> _safe("../Fire works/")
    '.._Fire works_'
    """
    safe = name.replace("/", "_").replace("\\", "_").strip()
    return f"_{safe}" if safe in ("", ".", "..") else safe


def move_labelled(root: Path, records: Sequence[LabelRecord]) -> int:
    """Move `unlabelled/<clip>.npz` to `<class>/<clip>.npz` for every clip that has a class now; others stay where they are.

    Args:
        root: The folder of tracks that the run was made with.
        records: The labels; clips that have their class already, and those without one, are passed over.

    Returns:
        How many were moved.

    Raises:
        UserError: A class that cannot be a folder's name, or a file that cannot be moved; what was moved before stays moved.
    """
    count = 0
    for one in records:
        kind, _, stem = one.clip.partition("/")
        source = root / kind / f"{stem}.npz"
        if one.name is None or kind != UNLABELLED or not source.exists():
            continue
        if one.name.lower() == UNLABELLED or one.name.startswith(".") or "/" in one.name or "\\" in one.name:
            raise UserError(f"{one.clip}: class {one.name!r} cannot be a folder's name; rename the class in the page (n)")
        target = root / one.name / source.name
        if target.exists():
            raise UserError(f"{target} is there already; rename one of the two clips")
        try:
            target.parent.mkdir(exist_ok=True)
            source.rename(target)
        except OSError as err:
            raise UserError(f"{source} cannot be moved to {target.parent} ({err.strerror}); then type it again") from err
        count += 1
    return count
