"""One take: frames and what was seen in them, from the first frame to the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesture_al.capture.video.base import Frame
from gesture_al.data.track import FrameJoints, Track
from gesture_al.studio.record.replay import Replay
from gesture_al.studio.record.verdict import TakeVerdict

# Frames do not come to the millisecond; from here on one is missing between two.
_GAP = 1.6


class Take:
    """What is being recorded, or has been and is looked at.

    Args:
        label: Class; None for a free recording, which has none.
        prompt: What the person was asked to vary; may be empty.

    Attributes:
        size: Width and height of the picture.
        dropped: Frames that the camera's reader counted as lost.
    """

    def __init__(self, label: str | None, prompt: str = "") -> None:
        self.label, self.prompt = label, prompt
        self.replay = Replay()
        self.size = (0, 0)
        self.dropped = 0
        self._began = 0.0
        self._seen: list[tuple[float, FrameJoints]] = []

    def add(self, frame: Frame, seen: FrameJoints) -> Frame:
        """Add the next frame; returns it with its time from the take's start, which a clip's file counts from too."""
        if not self._seen:
            self._began = frame.seconds
            self.size = (frame.image.shape[1], frame.image.shape[0])
        seconds = frame.seconds - self._began
        self._seen.append((seconds, seen))
        self.replay.add(frame, seen, seconds)
        return Frame(frame.image, seconds)

    def __len__(self) -> int:
        return len(self._seen)

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return self._seen[-1][0] if self._seen else 0.0

    @property
    def turn(self) -> float:
        """Seconds that one turn of the replay lasts, the last frame as long as the others; a long take runs faster."""
        return min(self.seconds * len(self) / max(1, len(self) - 1), 10.0)

    @property
    def hands(self) -> NDArray[np.bool_]:
        """Whether the left hand and the right one were seen, shape (frames, 2)."""
        if not self._seen:
            return np.zeros((0, 2), dtype=np.bool_)
        return np.isfinite(np.stack([seen.handedness for _, seen in self._seen]))

    @property
    def seen(self) -> int:
        """Frames in which a hand was seen."""
        return int(self.hands.any(axis=1).sum())

    @property
    def lost(self) -> int:
        """Frames that are missing: by the reader's count or by the gaps between the others, whichever is more."""
        return max(self.dropped, missing([seconds for seconds, _ in self._seen]))

    def verdict(self, gate: float) -> TakeVerdict:
        """What is to be thought of it, where a hand must be seen in this share of the frames."""
        return TakeVerdict(self.label, len(self), self.seen, self.lost, gate)

    def good(self, gate: float) -> bool:
        """Whether a hand was seen often enough."""
        return self.verdict(gate).good

    def track(self, layout: str, about: Mapping[str, Any]) -> Track:
        """The landmarks, as they are written."""
        return Track.of(self._seen, self.size, layout, about)


def missing(seconds: Sequence[float]) -> int:
    """Frames that a camera's times show to be missing: gaps much longer than the usual one.

    >>> missing([0.0, 0.1, 0.2, 0.5, 0.6])
    2
    """
    if len(seconds) < 3:
        return 0
    gaps = np.diff(seconds)
    usual = float(np.median(gaps))
    if usual <= 0:
        return 0
    long = gaps[gaps > _GAP * usual]
    return int((np.round(long / usual) - 1).sum())
