"""Clips whose ends were moved by an answer, cut anew out of their recordings."""

from __future__ import annotations

from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.recordings import with_ends
from gesture_al.data.track import Stretch


class ClipEdits:
    """The clips of a set with moved ends.

    Args:
        clips: The data set; it stays as it is.

    Attributes:
        clips: By row, the clips whose ends were moved, each as a set of its own.
    """

    def __init__(self, clips: ClipSet) -> None:
        self._set = clips
        self._ends: dict[int, Stretch] = {}
        self.clips: dict[int, ClipSet] = {}

    def move(self, row: int, ends: Stretch | None) -> bool:
        """The clip is that stretch from now on; None: as the set has it. Gives whether it was another one before.

        Raises:
            UserError: Its recording is not there any more.
        """
        if ends == self._ends.get(row):
            return False
        if ends is None:
            del self._ends[row], self.clips[row]
        else:
            self.clips[row] = with_ends(self._set, row, ends)
            self._ends[row] = ends
        return True
