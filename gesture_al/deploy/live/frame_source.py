"""Frame sources of a live recogniser: a camera, a video file, a network stream, or joints of another program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from gesture_al.capture.landmarks.base import Extractor
from gesture_al.capture.video.frame import Frame
from gesture_al.core.errors import UserError
from gesture_al.data.track import FrameJoints

Joints = Iterable[tuple[float, Any]]


@dataclass(frozen=True)
class StreamFrame:
    """The joints of one frame.

    Args:
        seconds: Of the stream.
        joints: Positions, and what is doubtful about them.
        picture: None where joints came without one.
        cost: Seconds that the extractor took.
    """

    seconds: float
    joints: FrameJoints
    picture: Frame | None = None
    cost: float = 0.0


@dataclass(frozen=True)
class OpenSource:
    """A frame source that is open.

    Args:
        name: For people.
        aspect: Width / height of its picture.
        size: Width and height in pixels; where there is no picture, any of that aspect.
        fps: What it claims; 0 where it claims nothing.
        frames: To be read once.
        live: Whether frames come at their own pace and the picture is the person's own (a camera).
        pictures: Whether there are pictures, in which an extractor finds the joints.
    """

    name: str
    aspect: float
    size: tuple[int, int]
    fps: float
    frames: Iterator[StreamFrame]
    live: bool = False
    pictures: bool = True


@contextmanager
def open_source(source: int | str | Path, extractor: Extractor) -> Iterator[OpenSource]:
    """A camera by its number, anything else as a video file, a folder of pictures or a network stream.

    Args:
        source: `0`, `"0"`, `"camera"` or `/dev/video0` for a camera; a path; an address such as `rtsp://camera/stream`.
        extractor: Finds the joints.

    Raises:
        UserError: No such camera, file or stream, busy, unplugged, or no video.
    """
    text = "0" if source == "camera" else str(source).strip()
    live = text.isdecimal() or text.startswith("/dev/")
    with ExitStack() as stack:
        opened = _open(text, live)
        video: Any = stack.enter_context(opened)
        tracker = stack.enter_context(extractor.track())

        def frames() -> Iterator[StreamFrame]:
            for frame in video:
                began = perf_counter()
                joints = tracker.see(frame)
                yield StreamFrame(frame.seconds, joints, frame, perf_counter() - began)

        size = (video.width, video.height)
        yield OpenSource(video.name, size[0] / size[1], size, float(video.fps) or 30.0, frames(), live)


def _open(text: str, live: bool) -> AbstractContextManager[Any]:
    if live:
        from gesture_al.capture.video.camera import open_camera

        return open_camera(text)
    from gesture_al.capture.video.addresses import is_address
    from gesture_al.capture.video.reading import open_video

    video = open_video(text)
    if is_address(text) and video.duration is None:
        from gesture_al.capture.video.camera import stream_camera

        return stream_camera(video)
    return video


def joints_source(joints: Joints, count: int, aspect: float) -> OpenSource:
    """A frame source of joints that another program computed.

    Args:
        joints: Pairs of seconds and positions (J, 2 or 3), NaN where not seen, in order of time.
        count: J of the recogniser.
        aspect: Width / height of the picture that the positions are fractions of.
    """
    if not 0 < aspect < float("inf"):
        raise UserError(f"stream: aspect is {aspect}; give the width of the picture / its height")
    return OpenSource("joints", aspect, (round(480 * aspect), 480), 0.0, _joint_frames(joints, count), pictures=False)


def _joint_frames(joints: Joints, count: int) -> Iterator[StreamFrame]:
    unknown = np.full(2, np.nan, dtype=np.float32)
    for number, pair in enumerate(joints):
        try:
            seconds, positions = float(pair[0]), np.asarray(pair[1], dtype=np.float32)
        except (TypeError, ValueError, IndexError) as err:
            raise UserError(f"stream: item {number} is no pair of seconds and positions; give (seconds, array)") from err
        if positions.ndim != 2 or len(positions) != count or positions.shape[1] not in (2, 3):
            raise UserError(f"stream: item {number} has positions of shape {positions.shape}; this recogniser takes ({count}, 3)")
        yield StreamFrame(seconds, FrameJoints(positions, unknown))
