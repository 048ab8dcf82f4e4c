"""What a score means whose clips come from the same sittings as those that were learned from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.datasets.split_units import Splits


def shared_sittings(clips: ClipSet, splits: Splits) -> str:
    """A note for the person; empty where every sitting stands on one side, or sittings are unknown.

    Args:
        clips: The set.
        splits: Its division.
    """
    if clips.groups is None:
        return ""
    learned = clips.groups[splits.train]
    shared = [name for name, side in (("test", splits.test), ("validation", splits.validation)) if _share(clips, learned, side)]
    if not shared:
        return ""
    return (
        f"the {' and '.join(shared)} clips are other moments of the sittings that are learned from: the score may be too good "
        "for another day, place or person; record one more session for a fair one"
    )


def _share(clips: ClipSet, learned: NDArray[np.str_], side: NDArray[np.int64]) -> bool:
    assert clips.groups is not None
    return bool(np.isin(clips.groups[side], learned).any())
