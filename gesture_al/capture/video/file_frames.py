"""The frames of one video file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gesture_al.capture.video.base import Frame
from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv

Image = NDArray[np.uint8]
# Containers count their frames only roughly; what is missing below this share is no loss that anybody sees.
_ENOUGH = 0.95
# Where a file repeats a time, or has none, the frame is placed this far behind the last one.
_USUAL_STEP = 1 / 30


class FileFrames:
    """What OpenCV's FFmpeg reads of a file, upright and in RGB.

    One thread decodes: clips are read by several processes side by side, which would only take cores from one another.

    Raises:
        UserError: Not a video, or cut off so early that nothing can be read.
    """

    def __init__(self, path: Path) -> None:
        cv2 = opencv()
        self._path = path
        self._capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        if not self._capture.isOpened():
            raise UserError(
                f"{path}: no video that can be read (not a video, cut short, or without a frame); record or copy it again"
            )
        self.width = int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        self.height = int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        rate, count = self._capture.get(cv2.CAP_PROP_FPS), self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        self.fps = rate if math.isfinite(rate) and rate > 0 else 1 / _USUAL_STEP
        # A browser's recording has no length in its head: the count is negative or absurd then.
        self._promised = int(count) if 0 < count < 1e8 else 0
        self.duration: float | None = self._promised / self.fps if self._promised else None
        self.ended_early = ""

    def __iter__(self) -> Iterator[Frame]:
        cv2 = opencv()
        first, last, got = None, -math.inf, 0
        while self._capture.grab():
            now = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            fine, image = self._capture.retrieve()
            if not fine:
                break
            first = now if first is None else first
            seconds = now - first
            if not math.isfinite(seconds) or seconds <= last:
                seconds = last + (min(1 / self.fps, _USUAL_STEP) if got else 0)
            last, got = seconds, got + 1
            yield Frame(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), seconds)
        self.ended_early = self._loss(got, last)

    def _loss(self, got: int, last: float) -> str:
        """Both the count and the time must fall short: of a variable rate, the container guesses the count."""
        if not got or got >= _ENOUGH * self._promised or self.duration is None:
            return ""
        if last + 1 / self.fps >= _ENOUGH * self.duration:
            return ""
        return (
            f"ends after {got} of {self._promised} frames ({last:.1f} of {self.duration:.1f} s): the file is cut short or damaged"
        )

    def close(self) -> None:
        """Give the file back."""
        self._capture.release()
