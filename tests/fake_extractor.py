"""An extractor that sees the white bar of a test video as a right hand: no MediaPipe, and as fast as reading."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from gesture_al.capture.video.frame import Frame
from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import SKELETONS, Skeleton
from gesture_al.data.track import FrameJoints


@dataclass(frozen=True)
class FakeExtractor:
    """Picklable, as real ones are.

    Args:
        wait: Seconds a frame.
        crash: End the whole process at a picture that is all white, as a bug in a library would.
        killed: End the process at such a picture as the system does when memory runs out.
        closed: It cannot be opened.
    """

    wait: float = 0.0
    crash: bool = True
    killed: bool = False
    closed: bool = False

    @property
    def skeleton(self) -> Skeleton:
        return SKELETONS["hands"]

    @property
    def settings(self) -> dict[str, Any]:
        return {"name": "fake", "version": 1}

    @contextmanager
    def track(self) -> Iterator[FakeExtractor]:
        if self.closed:
            raise UserError("no model file; run gesture-al models --fetch")
        yield self

    def see(self, frame: Frame) -> FrameJoints:
        time.sleep(self.wait)
        if self.crash and frame.image.min() > 240:
            if self.killed:
                os.kill(os.getpid(), signal.SIGKILL)
            os._exit(11)
        positions = np.full((42, 3), np.nan, dtype=np.float32)
        handedness = np.full(2, np.nan, dtype=np.float32)
        white = (frame.image > 128).all(axis=2).any(axis=0).mean()
        if white > 0:
            hand = np.linspace(0, 0.1, 21)
            positions[21:] = np.stack([white + hand, 0.5 - hand, 0 * hand], axis=1)
            handedness[1] = 0.9
        return FrameJoints(positions, handedness, ("small_hand",) if 0 < white < 0.1 else ())
