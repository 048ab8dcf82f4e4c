"""Features: from joints' positions to the numbers a net reads."""

from gesture_al.learning.features.base import FEATURES, Features, channel_statistics
from gesture_al.learning.features.resample import resample, square

__all__ = ["FEATURES", "Features", "channel_statistics", "resample", "square"]
