"""Frames for a session: from a camera, of which none is lost while a take runs, or from a file over and over."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from gesture_al.capture.video.base import Frame
from gesture_al.capture.video.camera import Camera
from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError

# Frames that may wait while a take runs; 5 s at 30 a second, 140 MB at 640 x 480.
_MOST = 150
_TICK = 0.05


class CameraLost(Exception):  # noqa: N818 - the session goes on without
    """No more frames come; the message says why."""


class Source(Protocol):
    """Frames, for a `with`.

    Attributes:
        fps: As the source claims.
        keep_all: Whether frames that are not taken at once wait, or give way to newer ones.
        behind: Whether more frames wait already: no time to draw.
        dropped: Frames lost so far.
    """

    fps: float
    keep_all: bool

    @property
    def behind(self) -> bool: ...  # noqa: D102

    @property
    def dropped(self) -> int: ...  # noqa: D102

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None: ...

    def __iter__(self) -> Iterator[Frame | None]:
        """Frames; None where none has come for a moment, so that a window can look after its keys.

        Raises:
            CameraLost: No more will come.
        """


class CameraFeed:
    """A camera's frames, taken by a thread of their own, so that a slow moment of the main one costs none.

    Args:
        camera: Open; its own queue holds one frame, which is why it is emptied without delay.
        most: Frames that may wait while all are kept; more are lost, and counted.
    """

    def __init__(self, camera: Camera, most: int = _MOST) -> None:
        self.fps, self.keep_all = camera.fps, False
        self._camera, self._most = camera, most
        self._lost = 0
        self._waiting: deque[Frame] = deque()
        self._news = threading.Condition()
        self._end: str | None = None
        self._leaving = False

    @property
    def behind(self) -> bool:  # noqa: D102  the protocol says it
        return len(self._waiting) > 1

    @property
    def dropped(self) -> int:  # noqa: D102  the protocol says it
        return self._lost + self._camera.dropped

    def __enter__(self) -> Self:
        self._camera.__enter__()
        self._thread = threading.Thread(target=self._take, name="feed", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        self._leaving = True
        self._camera.__exit__(kind, err, trace)
        self._thread.join(1.0)

    def _take(self) -> None:
        end = f"{self._camera.name}: is at its end"
        try:
            for frame in self._camera:
                if self._leaving:
                    return
                self._put(frame)
        except UserError as err:
            end = str(err)
        with self._news:
            self._end = end
            self._news.notify()

    def _put(self, frame: Frame) -> None:
        with self._news:
            if not self.keep_all:
                self._waiting.clear()
            if len(self._waiting) >= self._most:
                self._lost += 1
            else:
                self._waiting.append(frame)
            self._news.notify()

    def __iter__(self) -> Iterator[Frame | None]:
        """Frames, the newest only unless all are kept.

        Raises:
            CameraLost: The camera is gone, or the file that stands in for it at its end.
        """
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._end is not None, _TICK)
                frame = self._waiting.popleft() if self._waiting else None
                end = self._end
            if frame is None and end is not None:
                raise CameraLost(end)
            yield frame


class LoopedFile:
    """A video file over and over, every frame, as fast as they are taken; its times go on from turn to turn.

    Args:
        path: What `open_video` takes.

    Raises:
        UserError: No video.
    """

    behind, dropped = False, 0

    def __init__(self, path: Path) -> None:
        with open_video(path) as video:
            self.fps = video.fps
        self.keep_all = True
        self._path = path
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()

    def __iter__(self) -> Iterator[Frame | None]:
        """Frames without an end.

        Raises:
            CameraLost: The file has gone away.
        """
        start = last = 0.0
        while True:
            try:
                video = self._open.enter_context(open_video(self._path))
                for frame in video:
                    last = start + frame.seconds
                    yield Frame(frame.image, last)
            except UserError as err:
                raise CameraLost(str(err)) from err
            self._open.close()
            start = last + 1 / self.fps
