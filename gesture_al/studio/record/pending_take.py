"""The video of a take while nobody knows yet whether it will be kept."""

from __future__ import annotations

from pathlib import Path

from gesture_al.capture.video.base import Frame
from gesture_al.capture.video.reading import open_video
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.core.errors import UserError

# Less than this share of what was recorded can be read again: the disk has swallowed some of it, which OpenCV does not tell.
_WHOLE = 0.9


class PendingTake:
    """A video on its way.

    Args:
        path: Where it stands until it is kept.
        fps: Frames a second of the file.
    """

    def __init__(self, path: Path, fps: float) -> None:
        self._path, self._fps = path, fps
        self._writer = ClipWriter(path, fps)
        self._finished = False

    def write(self, frame: Frame) -> None:
        """The next frame, its time counted from the take's start.

        Raises:
            UserError: The file cannot be begun.
        """
        self._writer.write(frame)

    def finish(self, seconds: float) -> Path:
        """End the file and see that it is whole; a second call only tells where it is.

        Args:
            seconds: From the take's first frame to its last.

        Raises:
            UserError: Not all of it has reached the disk: this take's video is lost.
        """
        if not self._finished:
            lost = f"the video of this take did not reach the disk whole, so it cannot be kept: make room on {self._path.anchor}"
            try:
                self._writer.__exit__(None, None, None)
                with open_video(self._path) as video:
                    whole = video.duration is not None and video.duration >= _WHOLE * seconds
            except (UserError, OSError) as err:
                raise UserError(f"{lost} and record it again") from err
            if not whole:
                raise UserError(f"{lost} and record it again")
            self._finished = True
        return self._path

    def drop(self) -> None:
        """Leave nothing behind."""
        if not self._finished:
            self._writer.__exit__(GeneratorExit, None, None)
        self._path.unlink(missing_ok=True)
