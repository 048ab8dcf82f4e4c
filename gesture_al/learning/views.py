"""Several weakly changed copies of each clip, over which a prediction is averaged."""

from __future__ import annotations

import numpy as np

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.errors import UserError
from gesture_al.core.seeds import RandomStreams
from gesture_al.data.clip_set import ClipSet
from gesture_al.learning.augmentation.base import Augment, HasWeaker
from gesture_al.learning.labelled_clips import changes
from gesture_al.learning.preparation import ClipOverrides, Preparation


def view_change(views: int, augment: Augment | None, clips: ClipSet) -> Augment | None:
    """What makes views of clips: the weaker form of an augmentation; None where none are wanted.

    Args:
        views: How many are wanted.
        augment: Of the run; None for none.
        clips: The clip set.

    Raises:
        UserError: Views are wanted, and the augmentation changes nothing or has no weaker form.
    """
    if not views:
        return None
    if not isinstance(augment, HasWeaker) or not changes(augment, clips):
        raise UserError(
            f"prediction_views={views}: views are made by the weaker form of an augmentation, and this run's has none; "
            "choose augment=standard, or prediction_views=0"
        )
    return augment.weaker()


class ChangedViews:
    """Features of V changed copies of a clip, one after the other.

    A clip's copies are the same whenever it is asked for and whatever is asked for beside it, so a resumed run predicts the same.

    Args:
        clips: The clip set.
        preparation: With statistics of the pool.
        augment: Makes the copies, e.g. the weak form of a run's augmentation.
        count: V, 1 or more.
        random_streams: Of the run.
        overrides: Clips whose ends are elsewhere.
    """

    def __init__(
        self,
        clips: ClipSet,
        preparation: Preparation,
        augment: Augment,
        count: int,
        random_streams: RandomStreams,
        overrides: ClipOverrides | None = None,
    ) -> None:
        self.count = count
        self._clips, self._preparation, self._augment = clips, preparation, augment
        self._random_streams, self._overrides = random_streams, overrides

    def __call__(self, rows: Int64) -> tuple[Float32, Int64]:
        """Features (n * V, T, F) and lengths (n * V,); the V copies of a clip stand together."""
        positions, lengths = self._preparation.positions(self._clips, rows, self._overrides)
        copies = [
            self._augment(
                np.repeat(positions[place : place + 1], self.count, axis=0),
                self._clips.skeleton,
                self._random_streams.generator("views", row),
            )
            for place, row in enumerate(rows.tolist())
        ]
        lengths = np.repeat(lengths, self.count)
        changed = np.concatenate(copies) if copies else positions
        return self._preparation.features_of_positions(changed, lengths, self._clips.skeleton), lengths
