"""Landmark extractors: their contract and their registry."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from gesture_al.capture.video.frame import Frame
from gesture_al.core.registry import Registry
from gesture_al.data.skeleton import Skeleton
from gesture_al.data.track import FrameJoints

LEFT, RIGHT = 0, 1


class HandTracker(Protocol):
    """Follows one person through one video; frames come in the order of their times."""

    def see(self, frame: Frame) -> FrameJoints:
        """The joints of the next frame."""


class Extractor(Protocol):
    """Opens trackers. Nothing heavy is loaded before the first `track`."""

    @property
    def skeleton(self) -> Skeleton: ...  # noqa: D102  the layout of what its trackers see

    @property
    def settings(self) -> dict[str, Any]: ...  # noqa: D102  all that the numbers depend on, as JSON; keys the cache

    def track(self) -> AbstractContextManager[HandTracker]:
        """A new tracker for one video, closed at the end of the `with`."""


LANDMARKS: Registry[Extractor] = Registry("landmarks", "gesture_al.capture.landmarks.base:LANDMARKS")
