"""What a landmark extractor gives, and the shelf of extractors."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gesture_al.registry import Registry
from gesture_al.skeleton import Skeleton
from gesture_al.video.base import Frame

LEFT, RIGHT = 0, 1


@dataclass(frozen=True)
class Seen:
    """The joints of one frame.

    Args:
        positions: float32 (J, 3): x, y in fractions of the picture (y down), z in the extractor's unit; NaN where not seen.
        handedness: float32 (2,): how sure the extractor is of the left hand and of the right one, 0 to 1; NaN where not seen.
        flags: What is doubtful: `small_hand`, `cut_hand`, `several_people`, `same_side_twice`.
    """

    positions: NDArray[np.float32]
    handedness: NDArray[np.float32]
    flags: tuple[str, ...] = ()


class Tracker(Protocol):
    """Follows one person through one video; frames come in the order of their times."""

    def see(self, frame: Frame) -> Seen:
        """The joints of the next frame."""


class Extractor(Protocol):
    """Opens trackers. Nothing heavy is loaded before the first `track`."""

    @property
    def skeleton(self) -> Skeleton: ...  # noqa: D102  the layout of what its trackers see

    @property
    def settings(self) -> dict[str, Any]: ...  # noqa: D102  all that the numbers depend on, as JSON; keys the cache

    def track(self) -> AbstractContextManager[Tracker]:
        """A new tracker for one video, closed at the end of the `with`."""


LANDMARKS: Registry[Extractor] = Registry("landmarks", "gesture_al.landmarks.base:LANDMARKS")
