"""Which clips of a set have other ends by now: what was answered about them, applied to their recordings."""

from __future__ import annotations

from gesture_al.active.questions import Cut
from gesture_al.data.datasets.base import ClipSet
from gesture_al.data.datasets.recordings import recut


class ClipEdits:
    """None at first.

    Args:
        clips: The data set; it stays as it is.

    Attributes:
        clips: By row, the clips whose ends were moved, each as a set of its own.
    """

    def __init__(self, clips: ClipSet) -> None:
        self._set = clips
        self._cuts: dict[int, Cut] = {}
        self.clips: dict[int, ClipSet] = {}

    def move(self, row: int, cut: Cut | None) -> bool:
        """The clip is that stretch from now on; None: as the set has it. Gives whether it was another one before.

        Raises:
            UserError: Its recording is not there any more.
        """
        if cut == self._cuts.get(row):
            return False
        if cut is None:
            del self._cuts[row], self.clips[row]
        else:
            self.clips[row] = recut(self._set, row, *cut)
            self._cuts[row] = cut
        return True
