"""Where joints come from while a recogniser runs: a camera, a file, or another program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.capture.landmarks.base import Extractor
from gesture_al.capture.video.base import Frame
from gesture_al.core.errors import UserError
from gesture_al.data.track import FrameJoints

Float = NDArray[np.float32]
Joints = Iterable[tuple[float, Any]]


@dataclass(frozen=True)
class StreamFrame:
    """The joints of one frame.

    Args:
        seconds: Of the stream.
        seen: The joints, and what is doubtful about them.
        frame: The picture; None where joints came without one.
        cost: Seconds that the extractor took.
    """

    seconds: float
    seen: FrameJoints
    frame: Frame | None = None
    cost: float = 0.0


@dataclass(frozen=True)
class Opened:
    """A source that is running.

    Args:
        name: For people.
        aspect: Width / height of its picture.
        size: Width and height in pixels; where there is no picture, any of that aspect.
        fps: What it claims; 0 where it claims nothing.
        sights: Its frames, once.
        live: Whether frames come at their own pace and the picture is the person's own (a camera).
        pictures: Whether there are pictures, in which an extractor finds the joints.
    """

    name: str
    aspect: float
    size: tuple[int, int]
    fps: float
    sights: Iterator[StreamFrame]
    live: bool = False
    pictures: bool = True


@contextmanager
def open_source(source: int | str | Path, extractor: Extractor) -> Iterator[Opened]:
    """A camera by its number, anything else as a video file or a folder of pictures.

    Args:
        source: `0`, `"0"`, `"camera"` or `/dev/video0` for a camera; a path.
        extractor: Finds the joints.

    Raises:
        UserError: No such camera or file, busy, unplugged, or no video.
    """
    text = "0" if source == "camera" else str(source).strip()
    live = text.isdecimal() or text.startswith("/dev/")
    with ExitStack() as stack:
        opened = _open(text, live)
        frames: Any = stack.enter_context(opened)
        tracker = stack.enter_context(extractor.track())

        def sights() -> Iterator[StreamFrame]:
            for frame in frames:
                began = perf_counter()
                seen = tracker.see(frame)
                yield StreamFrame(frame.seconds, seen, frame, perf_counter() - began)

        size = (frames.width, frames.height)
        yield Opened(frames.name, size[0] / size[1], size, float(frames.fps) or 30.0, sights(), live)


def _open(text: str, live: bool) -> AbstractContextManager[Any]:
    if live:
        from gesture_al.capture.video.camera import open_camera

        return open_camera(text)
    from gesture_al.capture.video.reading import open_video

    return open_video(text)


def given(joints: Joints, count: int, aspect: float) -> Opened:
    """Joints that another program found.

    Args:
        joints: Pairs of seconds and positions (J, 2 or 3), NaN where not seen, in order of time.
        count: J of the recogniser.
        aspect: Width / height of the picture that the positions are fractions of.
    """
    if not 0 < aspect < float("inf"):
        raise UserError(f"stream: aspect is {aspect}; give the width of the picture / its height")
    return Opened("joints", aspect, (round(480 * aspect), 480), 0.0, _sights(joints, count), pictures=False)


def _sights(joints: Joints, count: int) -> Iterator[StreamFrame]:
    unknown = np.full(2, np.nan, dtype=np.float32)
    for number, pair in enumerate(joints):
        try:
            seconds, positions = float(pair[0]), np.asarray(pair[1], dtype=np.float32)
        except (TypeError, ValueError, IndexError) as err:
            raise UserError(f"stream: item {number} is no pair of seconds and positions; give (seconds, array)") from err
        if positions.ndim != 2 or len(positions) != count or positions.shape[1] not in (2, 3):
            raise UserError(f"stream: item {number} has positions of shape {positions.shape}; this recogniser takes ({count}, 3)")
        yield StreamFrame(seconds, FrameJoints(positions, unknown))
