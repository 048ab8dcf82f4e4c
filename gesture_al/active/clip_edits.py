"""Clips whose ends were moved by an answer, cut anew out of their recordings."""

from __future__ import annotations

from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.datasets.recordings import cut_anew
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
        self._cuts: dict[int, Stretch] = {}
        self.clips: dict[int, ClipSet] = {}

    def move(self, row: int, cut: Stretch | None) -> bool:
        """The clip is that stretch from now on; None: as the set has it. Gives whether it was another one before.

        Raises:
            UserError: Its recording is not there any more.
        """
        if cut == self._cuts.get(row):
            return False
        if cut is None:
            del self._cuts[row], self.clips[row]
        else:
            self.clips[row] = cut_anew(self._set, row, cut)
            self._cuts[row] = cut
        return True
