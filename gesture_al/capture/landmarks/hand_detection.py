"""Hands that a detector finds in the frames of a video, whosever they are, and when to look for more than two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import dist
from typing import Protocol

import numpy as np

from gesture_al.capture.landmarks.base import RIGHT
from gesture_al.capture.video.frame import Frame
from gesture_al.core.arrays import Float32
from gesture_al.data.skeleton import MIDDLE_MCP, WRIST

INDEX_MCP, PINKY_MCP = 5, 17
_PALM = (WRIST, INDEX_MCP, PINKY_MCP)
# The palm is about 0.75 times as wide (index to little knuckle) as it is long (wrist to middle knuckle).
_WIDE_TO_LONG = 1.3
_SAME_PLACE, _SAME_SIZE = 0.5, 1.6
# In frames: how long two hands are followed before a look for more, and how long a look for more goes on after the last find.
_CALM, _ALERT = 90, 60
_PAIR = 2


@dataclass(frozen=True)
class Candidate:
    """A detected hand, with a guess at its side.

    Args:
        joints: float32 (21, 3), fractions of the picture.
        side: LEFT or RIGHT, as the detector guesses.
        score: How sure it is of the side, 0.5 to 1.
        aspect: Width / height of the picture.
    """

    joints: Float32
    side: int
    score: float
    aspect: float

    @cached_property
    def centre(self) -> tuple[float, float]:
        """Middle of the palm in heights of the picture."""
        # Plain numbers: for a handful of them NumPy takes longer to start than to compute, and this is done for every frame.
        points = [self._point(joint) for joint in _PALM]
        return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)

    @cached_property
    def size(self) -> float:
        """Length of the palm in heights of the picture; a palm seen from its edge is measured along the other side."""
        long = dist(self._point(MIDDLE_MCP), self._point(WRIST))
        wide = dist(self._point(PINKY_MCP), self._point(INDEX_MCP))
        return max(long, _WIDE_TO_LONG * wide, 1e-6)

    @cached_property
    def cut(self) -> bool:
        """Whether a joint lies outside the picture, where it can only be guessed."""
        flat = self.joints[:, :2]
        return bool(flat.min() < 0 or flat.max() > 1)

    @property
    def guess(self) -> float:
        """The detector's view of the side: `score` for the right hand, `-score` for the left one."""
        return self.score if self.side == RIGHT else -self.score

    def _point(self, joint: int) -> tuple[float, float]:
        return self.joints.item(joint, 0) * self.aspect, self.joints.item(joint, 1)


def distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that lie on a hand which another one describes better; best first.

    A detector that is asked for many hands sometimes finds the same one twice.
    """
    hands: list[Candidate] = []
    for one in sorted(candidates, key=lambda candidate: -candidate.score):
        if not any(_same_hand(one, other) for other in hands):
            hands.append(one)
    return hands


def _same_hand(one: Candidate, other: Candidate) -> bool:
    smaller, larger = sorted((one.size, other.size))
    if dist(one.centre, other.centre) >= _SAME_PLACE * smaller or larger >= _SAME_SIZE * smaller:
        return False
    # Folded or clapped hands are near each other too, but not joint by joint.
    apart = (one.joints[:, :2] - other.joints[:, :2]) * np.array([one.aspect, 1], dtype=np.float32)
    return float(np.hypot(apart[:, 0], apart[:, 1]).mean()) < _SAME_PLACE * smaller


class Detector(Protocol):
    """Detects hands in the frames of one video."""

    def see(self, frame: Frame, milliseconds: int) -> list[Candidate]:
        """The hands of the next frame."""

    def close(self) -> None:
        """Give its nets back."""


class HandDetector:
    """Detects two hands at the price of two hands, and the hands of several people where there are several.

    A detector that is asked for two hands rests while it follows two, which saves a third of the cost, but it may follow
    two of different people. One that is asked for more never rests. So a glance for more is taken where two hands are first
    seen and every ninety frames with two hands since; where it finds more than two, or two of one side, all are followed for a
    while.

    Args:
        open_detector: Opens a detector: of at most so many hands, following them or (False) taking each frame by itself.
        most: Hands to look for in a glance; 2: no glances.
    """

    def __init__(self, open_detector: Callable[[int, bool], Detector], most: int) -> None:
        self._open, self._most = open_detector, most
        # Opened at once, so that a bad model is reported before the first frame.
        self._narrow: Detector | None = open_detector(_PAIR, True)
        self._wide: Detector | None = None
        self._glance: Detector | None = None
        self._since_glance = _CALM
        self._alert = 0

    def see(self, frame: Frame, milliseconds: int) -> list[Candidate]:
        """The hands of the next frame, at most `most`."""
        if self._alert:
            return self._follow_all(frame, milliseconds)
        if self._narrow is None:
            self._narrow = self._open(_PAIR, True)
        hands = self._narrow.see(frame, milliseconds)
        if self._most <= _PAIR or len(hands) < _PAIR:
            return hands
        self._since_glance += 1
        if self._since_glance < _CALM and not _doubtful(hands):
            return hands
        self._since_glance = 0
        if self._glance is None:
            self._glance = self._open(self._most, False)
        wider = self._glance.see(frame, milliseconds)
        if not _doubtful(wider):
            return hands
        # A detector that has not been asked for a while would look for hands where they no longer are: each starts anew.
        _close(self._narrow)
        self._narrow, self._alert = None, _ALERT
        return wider

    def close(self) -> None:
        """Give the nets back."""
        _close(self._narrow, self._wide, self._glance)
        self._narrow = self._wide = self._glance = None

    def _follow_all(self, frame: Frame, milliseconds: int) -> list[Candidate]:
        if self._wide is None:
            self._wide = self._open(self._most, True)
        hands = self._wide.see(frame, milliseconds)
        self._alert = _ALERT if _doubtful(hands) else self._alert - 1
        if not self._alert:
            _close(self._wide)
            self._wide = None
        return hands


def _doubtful(hands: Sequence[Candidate]) -> bool:
    """Whether these cannot be the left and the right hand of one person."""
    return len(hands) > len({hand.side for hand in hands})


def _close(*detectors: Detector | None) -> None:
    for detector in detectors:
        if detector is not None:
            detector.close()
