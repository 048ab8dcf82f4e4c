"""An extractor put together from MediaPipe's landmarkers: body, face and hands, in the order of the layouts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any, ClassVar, Protocol

import numpy as np

from gesture_al.capture.landmarks.base import HandTracker
from gesture_al.capture.landmarks.bundles import BUNDLES
from gesture_al.capture.landmarks.hand_candidates import Float
from gesture_al.capture.landmarks.model_files import Found, find
from gesture_al.capture.landmarks.tasks import Clock, FaceTask, PoseTask
from gesture_al.capture.landmarks.two_hands import Confidences, TwoHands
from gesture_al.capture.video.base import Frame
from gesture_al.data.skeleton import SKELETONS, Skeleton
from gesture_al.data.track import FrameJoints

# Raise it when the same frames give other numbers: it is a part of the settings by which extracted clips are found again.
_FORMAT = 1
_PARTS: dict[str, type[PoseTask] | type[FaceTask]] = {"pose": PoseTask, "face": FaceTask}


class Composed:
    """An extractor over one or more landmarkers; what is registered fills in which.

    Args:
        confidences: How sure MediaPipe must be, of every part.
        max_hands: Hands to look for where other people may be in the picture, 2 to 10; 2: whoever comes first.
        models: A bundle's file by its name (`hand`, `pose`, `face`) where the user has one of their own, else None.
    """

    layout: ClassVar[str]

    def __init__(self, confidences: Confidences, max_hands: int, models: Mapping[str, str | None]) -> None:
        self._confidences, self._max_hands, self._models = confidences, max_hands, dict(models)

    @property
    def skeleton(self) -> Skeleton:
        """The layout of what its trackers see."""
        return SKELETONS[self.layout]

    @property
    def settings(self) -> dict[str, Any]:
        """All that the numbers depend on; finds the models, so that this may take a download.

        Raises:
            UserError: A model is not to be had.
        """
        return {
            "extractor": self.layout,
            "format": _FORMAT,
            "mediapipe": version("mediapipe"),
            **vars(self._confidences),
            "max_hands": self._max_hands,
            **{f"{name}_model": found.sha256 for name, found in self._found.items()},
        }

    @cached_property
    def _found(self) -> dict[str, Found]:
        return {name: find(BUNDLES[name], path) for name, path in self._models.items()}

    @contextmanager
    def track(self) -> Iterator[HandTracker]:
        """A new tracker for one video.

        Raises:
            UserError: A model is not to be had, or not one that MediaPipe takes.
        """
        sure = self._confidences
        with ExitStack() as stack:
            hands = stack.enter_context(closing(TwoHands(self._found["hand"], sure, self._max_hands)))
            others: list[tuple[_Part, int]] = []
            for name, task in _PARTS.items():
                if name in self._models:
                    part = task(self._found[name], sure.detection, sure.presence, sure.tracking)
                    others.append((stack.enter_context(closing(part)), len(self.skeleton.parts[name])))
            yield _Tracker(hands, others)


class _Part(Protocol):
    def see(self, frame: Frame, milliseconds: int) -> Float | None: ...


@dataclass
class _Tracker:
    hands: TwoHands
    others: list[tuple[_Part, int]]

    def __post_init__(self) -> None:
        self._clock = Clock()

    def see(self, frame: Frame) -> FrameJoints:
        now = self._clock.tick(frame.seconds)
        hands = self.hands.see(frame, now)
        if not self.others:
            return hands
        parts = []
        for part, joints in self.others:
            seen = part.see(frame, now)
            parts.append(np.full((joints, 3), np.nan, dtype=np.float32) if seen is None else seen)
        return FrameJoints(np.concatenate([*parts, hands.positions]), hands.handedness, hands.flags)
