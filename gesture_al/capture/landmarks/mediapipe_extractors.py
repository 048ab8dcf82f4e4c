"""The extractors over MediaPipe's landmarkers: hands, hands and body, and hands, body and face, in the order of their layouts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le

from gesture_al.capture.landmarks.base import LANDMARKS, HandTracker
from gesture_al.capture.landmarks.bundles import BUNDLES
from gesture_al.capture.landmarks.hand_detection import HandDetector
from gesture_al.capture.landmarks.model_files import ModelFile, find_model
from gesture_al.capture.landmarks.sides import Sides
from gesture_al.capture.landmarks.tasks import Clock, FaceTask, HandTask, PoseTask
from gesture_al.capture.video.frame import Frame
from gesture_al.core.parameters import Share
from gesture_al.data.skeleton import SKELETONS, Skeleton
from gesture_al.data.track import FrameJoints

# Raise it when the same frames give other numbers: it is a part of the settings by which extracted clips are found again.
_FORMAT = 1
# In a layout they come before the hands, in this order.
_BODY_AND_FACE: dict[str, type[PoseTask] | type[FaceTask]] = {"pose": PoseTask, "face": FaceTask}


@LANDMARKS.register("hands")
@dataclass(eq=False)
class Hands:
    """The two hands of one person, 42 joints: the left hand in joints 0 to 20, the right one in 21 to 41.

    Args:
        detection_confidence: How sure it must be of a palm (or body, or face), 0 to 1.
        presence_confidence: How sure it must be that what it follows is still there, 0 to 1.
        tracking_confidence: How much a place must overlap the last one to be the same, 0 to 1.
        max_hands: Hands to look for where other people may be in the picture, 2 to 10; 2: whoever comes first.
        hand_model: A hand_landmarker.task of your own; None: the one that `gesture-al models` shows.
    """

    detection_confidence: Share = 0.5
    presence_confidence: Share = 0.5
    tracking_confidence: Share = 0.5
    max_hands: Annotated[int, Ge(2), Le(10)] = 4
    hand_model: str | None = None

    layout: ClassVar[str] = "hands"
    bundles: ClassVar[tuple[str, ...]] = ("hand",)

    @property
    def skeleton(self) -> Skeleton:
        """The layout of the joints that its trackers give."""
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
            **self._confidences,
            "max_hands": self.max_hands,
            **{f"{name}_model": model.sha256 for name, model in self._models.items()},
        }

    @property
    def _confidences(self) -> dict[str, float]:
        return {
            "detection": self.detection_confidence,
            "presence": self.presence_confidence,
            "tracking": self.tracking_confidence,
        }

    @cached_property
    def _models(self) -> dict[str, ModelFile]:
        return {name: find_model(BUNDLES[name], getattr(self, f"{name}_model")) for name in self.bundles}

    @contextmanager
    def track(self) -> Iterator[HandTracker]:
        """A new tracker for one video.

        Raises:
            UserError: A model is not to be had, or not one that MediaPipe takes.
        """

        def open_detector(hands: int, follows: bool) -> HandTask:
            return HandTask(self._models["hand"], hands, **self._confidences, follows=follows)

        with ExitStack() as stack:
            detector = stack.enter_context(closing(HandDetector(open_detector, self.max_hands)))
            parts: list[tuple[PoseTask | FaceTask, int]] = []
            for name, task in _BODY_AND_FACE.items():
                if name in self.bundles:
                    part = stack.enter_context(closing(task(self._models[name], **self._confidences)))
                    parts.append((part, len(self.skeleton.parts[name])))
            yield _Tracker(detector, parts)


@LANDMARKS.register("hands_pose")
@dataclass(eq=False)
class HandsPose(Hands):
    """Body and hands of one person, 75 joints: 33 of the body, then the left and the right hand.

    Args:
        pose_model: A pose_landmarker_full.task of your own; None: the one that `gesture-al models` shows. The others are those
            of `hands`.
    """

    pose_model: str | None = None

    layout = "hands_pose"
    bundles: ClassVar[tuple[str, ...]] = ("hand", "pose")


@LANDMARKS.register("holistic")
@dataclass(eq=False)
class Holistic(HandsPose):
    """Body, face and hands of one person, 543 joints: 33 of the body, 468 of the face, then the left and the right hand.

    These are the points that MediaPipe's holistic solution gave. The published face bundle and the one that is put together from
    the wheel hold different nets of them: the wheel's is the older one, which that solution ran with.

    Args:
        face_model: A face_landmarker.task of your own; None: the one that `gesture-al models` shows. The others are those of
            `hands_pose`.
    """

    face_model: str | None = None

    layout = "holistic"
    bundles = ("hand", "pose", "face")


class _Tracker:
    """Follows one person through one video: the two of all hands that are theirs, behind body and face."""

    def __init__(self, detector: HandDetector, parts: list[tuple[PoseTask | FaceTask, int]]) -> None:
        self._detector, self._parts = detector, parts
        self._sides, self._clock = Sides(), Clock()

    def see(self, frame: Frame) -> FrameJoints:
        now = self._clock.tick(frame.seconds)
        height, width = frame.image.shape[:2]
        hands = self._sides.place(self._detector.see(frame, now), now / 1000, width, height)
        if not self._parts:
            return hands
        positions = []
        for part, joints in self._parts:
            points = part.see(frame, now)
            positions.append(np.full((joints, 3), np.nan, dtype=np.float32) if points is None else points)
        return FrameJoints(np.concatenate([*positions, hands.positions]), hands.handedness, hands.flags)
