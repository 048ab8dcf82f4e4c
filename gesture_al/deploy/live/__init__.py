"""Live recognition: gestures recognised while they are made."""

from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.recogniser import Recogniser

__all__ = ["Event", "OperatingPoint", "Recogniser"]
