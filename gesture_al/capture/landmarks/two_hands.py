"""What all extractors with hands share: how the hands are looked for, and the two of one person out of all that are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from gesture_al.capture.landmarks.detectors import HandDetector
from gesture_al.capture.landmarks.model_files import Found
from gesture_al.capture.landmarks.sides import Sides
from gesture_al.capture.landmarks.tasks import HandTask
from gesture_al.capture.video.base import Frame
from gesture_al.data.track import FrameJoints

HandCount = Annotated[int, Ge(2), Le(10)]
"""Hands to look for; 2: whoever comes first."""


@dataclass(frozen=True)
class Confidences:
    """How sure MediaPipe must be, each 0 to 1.

    Args:
        detection: That there is a hand, body or face.
        presence: That what it follows is still there.
        tracking: That what it sees is what it followed.
    """

    detection: float
    presence: float
    tracking: float


class TwoHands:
    """The hands of one person in one video.

    Args:
        bundle: The hand bundle.
        confidences: How sure the detector must be.
        max_hands: Hands to look for where other people may be in the picture; 2: whoever comes first.
    """

    def __init__(self, bundle: Found, confidences: Confidences, max_hands: int) -> None:
        self._lookout = HandDetector(
            lambda hands, follows: HandTask(
                bundle, hands, confidences.detection, confidences.presence, confidences.tracking, follows
            ),
            max_hands,
        )
        self._sides = Sides()

    def see(self, frame: Frame, milliseconds: int) -> FrameJoints:
        """The 42 joints of the next frame."""
        height, width = frame.image.shape[:2]
        return self._sides.place(self._lookout.see(frame, milliseconds), milliseconds / 1000, width, height)

    def close(self) -> None:
        """Give the nets back."""
        self._lookout.close()
