"""Cameras: the newest picture of one, or of a file that stands in for it."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from gesture_al.capture.video.frame import Frame, Image
from gesture_al.capture.video.reading import Video, open_video
from gesture_al.core.errors import UserError
from gesture_al.core.opencv import opencv

# A camera that has said nothing for so long is gone; a driver itself waits 10 s before it gives up, and so does a stream.
_PATIENCE, _STREAM_PATIENCE = 5.0, 15.0


class FrameSource(Protocol):
    """A camera's pictures, or a file's in their stead; each is waited for."""

    fps: float

    def next(self) -> Image | None:
        """uint8 (H, W, 3), RGB; None where there are no more because a file is at its end.

        Raises:
            UserError: The camera stopped.
        """

    def close(self) -> None:
        """Give the camera back."""


class Camera:
    """An open camera: a context manager whose frames go on until it is left.

    A thread of its own keeps taking pictures and only the newest waits, so that a slow consumer sees the present and not a
    growing queue of the past; `dropped` counts what it missed.

    Attributes:
        name: For messages.
        width: Of the picture, in pixels.
        height: Likewise.
        fps: What the camera claims; the frames' times are the truth.
        dropped: Pictures that nobody took.
    """

    def __init__(self, name: str, source: FrameSource, patience: float = _PATIENCE) -> None:
        self.name = name
        self.fps = source.fps
        self.dropped = 0
        self._source, self._patience = source, patience
        self._update = threading.Condition()
        self._newest: Frame | None = None
        self._ended = False
        self._failure: UserError | None = None
        self._closing = False
        first = source.next()
        if first is None:
            raise UserError(f"{name}: gives no picture")
        self._start = time.monotonic()
        self._newest = Frame(first, 0.0)
        self.height, self.width = first.shape[:2]
        self._thread = threading.Thread(target=self._take, name="camera", daemon=True)
        self._thread.start()

    def _take(self) -> None:
        while not self._closing:
            try:
                image = self._source.next()
            except UserError as err:
                self._stop(err)
                return
            if image is None:
                self._stop(None)
                return
            with self._update:
                self.dropped += self._newest is not None
                self._newest = Frame(image, time.monotonic() - self._start)
                self._update.notify()

    def _stop(self, failure: UserError | None) -> None:
        with self._update:
            self._failure, self._ended = failure, True
            self._update.notify()

    def __iter__(self) -> Iterator[Frame]:
        """The newest frame, whenever there is one that was not given yet; seconds since the camera was opened.

        Raises:
            UserError: The camera was unplugged or gives nothing any more.
        """
        while True:
            with self._update:
                arrived = self._update.wait_for(lambda: self._newest is not None or self._ended, self._patience)
                frame, self._newest = self._newest, None
            if frame is not None:
                yield frame
            elif self._failure is not None:
                raise self._failure
            elif self._ended:
                return
            elif not arrived:
                raise UserError(_lost_camera(self.name, f"no picture for {self._patience:g} s"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        self._closing = True
        # A driver that hangs must not hang the program: its thread dies with the process.
        self._thread.join(self._patience)
        if not self._thread.is_alive():
            self._source.close()


def open_camera(which: int | str | Path = 0) -> Camera:
    """Open a camera, or a video that stands in for one and plays at its own speed.

    Args:
        which: Number of a camera (0 is the first), a device such as `/dev/video2`, or what `open_video` takes.

    Raises:
        UserError: No such camera, it is busy or may not be used, or the file is no video.
    """
    text = str(which).strip()
    if text.isdecimal() or text.startswith("/dev/"):
        number = int(text) if text.isdecimal() else text
        return Camera(f"camera {text}", Device(number))
    video = open_video(text)
    return Camera(video.name, VideoCamera(video, paced=True))


def stream_camera(video: Video) -> Camera:
    """A network stream as a camera: whoever is slower than it sees its present."""
    return Camera(video.name, VideoCamera(video, paced=False), _STREAM_PATIENCE)


class Device:
    """A camera of this machine.

    Args:
        which: Number or device file.
        capture: Makes OpenCV's capture of a number; replaced where there is no camera.

    Raises:
        UserError: Missing, busy or forbidden.
    """

    def __init__(self, which: int | str, capture: Callable[..., Any] | None = None) -> None:
        cv2 = opencv()
        self._name = f"camera {which}"
        if capture is None:
            _check_device(which)
        self._capture = (capture or cv2.VideoCapture)(which)
        if not self._capture.isOpened():
            self._capture.release()
            raise UserError(f"{self._name}: cannot be opened; is it plugged in, allowed, and not in use by another program?")
        # One picture in the driver's queue, where the driver lets us choose: the rest would be the past.
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self.fps = float(self._capture.get(cv2.CAP_PROP_FPS)) or 30.0
        self._begun = False

    def next(self) -> Image | None:
        """The next picture.

        Raises:
            UserError: None came: busy if there never was one, unplugged if there was.
        """
        fine, image = self._capture.read()
        if not fine:
            if self._begun:
                raise UserError(_lost_camera(self._name, "no more pictures"))
            raise UserError(f"{self._name}: gives no picture; another program may be using it: close it and start again")
        self._begun = True
        upright: Image = opencv().cvtColor(image, opencv().COLOR_BGR2RGB)
        return upright

    def close(self) -> None:
        """Give the camera back."""
        self._capture.release()


class VideoCamera:
    """A video in a camera's stead; its end is the end of the pictures, and no failure.

    Args:
        video: Open; closed with this.
        paced: Whether each picture is held back until its time has come, as of a file; a live stream comes at its own speed.
    """

    def __init__(self, video: Video, paced: bool) -> None:
        self._video, self._paced = video, paced
        self.fps = video.fps
        self._frames = iter(video)
        self._start: float | None = None

    def next(self) -> Image | None:
        """The next picture, when its time has come."""
        frame = next(self._frames, None)
        if frame is None or not self._paced:
            return None if frame is None else frame.image
        if self._start is None:
            self._start = time.monotonic() - frame.seconds
        time.sleep(max(0.0, self._start + frame.seconds - time.monotonic()))
        return frame.image

    def close(self) -> None:
        """Give the file back."""
        self._video.__exit__(None, None, None)


def _lost_camera(name: str, what: str) -> str:
    return f"{name}: {what}; it was unplugged, or another program took it: plug it in and start again"


def _check_device(which: int | str) -> None:
    """Refuse a camera that is missing, busy or forbidden, where Linux can tell beforehand what OpenCV does not say."""
    if not sys.platform.startswith("linux"):
        return
    device = Path(f"/dev/video{which}") if isinstance(which, int) else Path(which)
    if not device.exists():
        numbers = sorted(path.name.removeprefix("video") for path in Path("/dev").glob("video*"))
        choice = f"there are: {', '.join(numbers)}" if numbers else "no camera is plugged in"
        raise UserError(f"camera {which}: not found; {choice}")
    try:
        os.close(os.open(device, os.O_RDWR | os.O_NONBLOCK))
    except OSError as err:
        if err.errno == errno.EBUSY:
            raise UserError(f"camera {which}: in use by another program; close it and start again") from err
        raise UserError(f"camera {which}: may not be used ({err.strerror}); join the group `video` or allow the program") from err
