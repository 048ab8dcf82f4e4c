"""Labelled clips of one's own folder put where their class says: `unlabelled/<clip>.npz` becomes `<class>/<clip>.npz`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gesture_al.active.annotation.exchange.label_record import Given
from gesture_al.core.errors import UserError
from gesture_al.data.track import UNLABELLED


def file_away(root: Path, given: Sequence[Given]) -> int:
    """Move the track of every clip of the pool that was given a class; one that is filed already stays where it is.

    Args:
        root: The folder of tracks that the run was made with.
        given: The labels; clips that have their class already, and those without one, are passed over.

    Returns:
        How many were moved.

    Raises:
        UserError: A class that cannot be a folder's name, or a file that cannot be moved; what was moved before stays moved.
    """
    moved = 0
    for one in given:
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
        moved += 1
    return moved
