"""Features: from joints' positions to the numbers a net reads."""

from gesture_al.features.base import FEATURES, Features, channel_statistics
from gesture_al.features.resample import resample, square

__all__ = ["FEATURES", "Features", "channel_statistics", "resample", "square"]
