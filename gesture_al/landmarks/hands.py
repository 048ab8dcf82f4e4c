"""The two hands of one person, 42 joints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from importlib.metadata import version
from typing import Any

from gesture_al.landmarks.base import LANDMARKS, Seen, Tracker
from gesture_al.landmarks.bundles import BUNDLES
from gesture_al.landmarks.model_files import Found, find
from gesture_al.landmarks.tasks import Clock
from gesture_al.landmarks.two_hands import Confidences, TwoHands, check_max_hands
from gesture_al.skeleton import SKELETONS
from gesture_al.video.base import Frame

# Raise it when the same frames give other numbers: it is a part of the settings by which extracted clips are found again.
_FORMAT = 1


@LANDMARKS.register("hands")
class Hands:
    """MediaPipe's hand landmarker; left hand in joints 0 to 20, right hand in 21 to 41.

    Args:
        detection_confidence: How sure it must be of a palm, 0 to 1.
        presence_confidence: How sure it must be that a hand it follows is still one, 0 to 1.
        tracking_confidence: How much a hand's place must overlap its last one, 0 to 1.
        max_hands: Hands to look for where other people may be in the picture, 2 to 10; 2: whoever comes first.
        hand_model: A hand_landmarker.task of your own; None: the one that `gesture-al models` shows.

    Raises:
        UserError: A value outside its range.
    """

    skeleton = SKELETONS["hands"]

    def __init__(
        self,
        detection_confidence: float = 0.5,
        presence_confidence: float = 0.5,
        tracking_confidence: float = 0.5,
        max_hands: int = 4,
        hand_model: str | None = None,
    ) -> None:
        self._confidences = Confidences(detection_confidence, presence_confidence, tracking_confidence)
        check_max_hands(max_hands)
        self._max_hands, self._path = max_hands, hand_model

    @property
    def settings(self) -> dict[str, Any]:
        """All that the numbers depend on; finds the model, so that this may take a download."""
        return {
            "extractor": "hands",
            "format": _FORMAT,
            "mediapipe": version("mediapipe"),
            **vars(self._confidences),
            "max_hands": self._max_hands,
            "hand_model": self._bundle.sha256,
        }

    @cached_property
    def _bundle(self) -> Found:
        return find(BUNDLES["hand"], self._path)

    @contextmanager
    def track(self) -> Iterator[Tracker]:
        """A new tracker for one video.

        Raises:
            UserError: The model is not to be had.
        """
        with closing(TwoHands(self._bundle, self._confidences, self._max_hands)) as hands:
            yield _Tracker(hands)


class _Tracker:
    def __init__(self, hands: TwoHands) -> None:
        self._hands, self._clock = hands, Clock()

    def see(self, frame: Frame) -> Seen:
        return self._hands.see(frame, self._clock.tick(frame.seconds))
