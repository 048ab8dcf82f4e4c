"""One camera of one tab, followed from its first picture to its last."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.capture.video.base import Frame
from gesture_al.data.track import FrameJoints
from gesture_al.deploy.live.collecting import UNSURE, WRONG, Collector, Doubt
from gesture_al.deploy.live.operating_point import OperatingPoint
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.running import Options
from gesture_al.deploy.live.session import LiveSession, WindowPrediction


@dataclass(frozen=True)
class Glance:
    """What one picture showed.

    Args:
        seen: Its joints.
        look: What the recogniser made of the last seconds; None where it was not time to look.
        unsure: The clip of the last seconds, where they were kept because it hesitated.
        extractor: Seconds that finding the joints took.
        beyond: Seconds of everything after it.
    """

    seen: FrameJoints
    look: WindowPrediction | None
    unsure: Path | None
    extractor: float
    beyond: float


class Following:
    """A tracker, a session and the last seconds, for pictures of one size.

    Args:
        recogniser: What recognises.
        point: When it fires.
        options: What is kept, and where.
        size: Width and height of the pictures.

    Raises:
        UserError: The landmark model is not to be had.
    """

    def __init__(self, recogniser: Recogniser, point: OperatingPoint, options: Options, size: tuple[int, int]) -> None:
        self.size = size
        self._collect = options.collect
        self._session = LiveSession(recogniser.model, point, size[0] / size[1])
        self._doubt = Doubt()
        about: dict[str, Any] = {} if options.subject is None else {"subject": options.subject}
        about["extractor"] = recogniser.extractor.settings
        self._collector = Collector(options.folder, recogniser.model.layout, size, about)
        self._stack = ExitStack()
        self._tracker = self._stack.enter_context(recogniser.extractor.track())

    def close(self) -> None:
        """No more pictures come."""
        self._stack.close()

    def see(self, seconds: float, image: NDArray[np.uint8]) -> Glance:
        """Take the next picture.

        Args:
            seconds: Later than that of the one before.
            image: uint8 (H, W, 3), RGB, unmirrored.
        """
        began = perf_counter()
        seen = self._tracker.see(Frame(image, seconds))
        found = perf_counter()
        self._collector.see(seconds, seen)
        look = self._session.feed(seconds, seen.positions)
        hesitated = look is not None and self._collect and self._doubt.over(look)
        unsure = self._collector.keep(UNSURE) if hesitated else None
        return Glance(seen, look, unsure, found - began, perf_counter() - found)

    def hold_against(self, point: OperatingPoint) -> None:
        """From now on these thresholds."""
        self._session.hold_against(point)

    def keep_wrong(self) -> Path | None:
        """Put the last seconds at the head of the pool; None where there is nothing yet."""
        return self._collector.keep(WRONG)
