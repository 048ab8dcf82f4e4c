"""OpenCV, loaded when the first picture is looked at and told to keep its log off the terminal."""

from __future__ import annotations

import os
from functools import cache
from types import ModuleType

MOST_PIXELS = 1 << 26
"""Of a picture: 8192 x 8192."""


@cache
def opencv() -> ModuleType:
    """The module `cv2`.

    FFmpeg reads its log level once, before the first file is opened; -8 is its word for silence. What goes wrong with a
    file reaches the user as one line from here instead.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    # A picture of a few kilobytes may claim to be of gigabytes; OpenCV, too, looks once.
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PIXELS))
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    module: ModuleType = cv2
    return module
