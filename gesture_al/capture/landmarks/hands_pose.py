"""Body and hands of one person, 75 joints."""

from __future__ import annotations

from gesture_al.capture.landmarks.base import LANDMARKS
from gesture_al.capture.landmarks.composed import Composed
from gesture_al.capture.landmarks.two_hands import Confidences, HandCount
from gesture_al.core.parameters import Share


@LANDMARKS.register("hands_pose")
class HandsPose(Composed):
    """33 joints of the body, then the left and the right hand.

    Args:
        detection_confidence: How sure it must be of a palm or a body, 0 to 1.
        presence_confidence: How sure it must be that what it follows is still there, 0 to 1.
        tracking_confidence: How much a place must overlap the last one to be the same, 0 to 1.
        max_hands: Hands to look for where other people may be in the picture, 2 to 10; 2: whoever comes first.
        hand_model: A hand_landmarker.task of your own; None: the one that `gesture-al models` shows.
        pose_model: A pose_landmarker_full.task of your own; None: the one that `gesture-al models` shows.

    Raises:
        UserError: A value outside its range.
    """

    layout = "hands_pose"

    def __init__(
        self,
        detection_confidence: Share = 0.5,
        presence_confidence: Share = 0.5,
        tracking_confidence: Share = 0.5,
        max_hands: HandCount = 4,
        hand_model: str | None = None,
        pose_model: str | None = None,
    ) -> None:
        confidences = Confidences(detection_confidence, presence_confidence, tracking_confidence)
        super().__init__(confidences, max_hands, {"hand": hand_model, "pose": pose_model})
