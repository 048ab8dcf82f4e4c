"""The two hands of one person, 42 joints."""

from __future__ import annotations

from gesture_al.capture.landmarks.base import LANDMARKS
from gesture_al.capture.landmarks.composed import Composed
from gesture_al.capture.landmarks.two_hands import Confidences, HandCount
from gesture_al.core.parameters import Share


@LANDMARKS.register("hands")
class Hands(Composed):
    """Left hand in joints 0 to 20, right hand in 21 to 41.

    Args:
        detection_confidence: How sure it must be of a palm, 0 to 1.
        presence_confidence: How sure it must be that what it follows is still there, 0 to 1.
        tracking_confidence: How much a place must overlap the last one to be the same, 0 to 1.
        max_hands: Hands to look for where other people may be in the picture, 2 to 10; 2: whoever comes first.
        hand_model: A hand_landmarker.task of your own; None: the one that `gesture-al models` shows.

    Raises:
        UserError: A value outside its range.
    """

    layout = "hands"

    def __init__(
        self,
        detection_confidence: Share = 0.5,
        presence_confidence: Share = 0.5,
        tracking_confidence: Share = 0.5,
        max_hands: HandCount = 4,
        hand_model: str | None = None,
    ) -> None:
        confidences = Confidences(detection_confidence, presence_confidence, tracking_confidence)
        super().__init__(confidences, max_hands, {"hand": hand_model})
