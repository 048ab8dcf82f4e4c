"""Recognising gestures while they are made."""

from gesture_al.live.events import Event
from gesture_al.live.operating_point import OperatingPoint
from gesture_al.live.recogniser import Recogniser

__all__ = ["Event", "OperatingPoint", "Recogniser"]
