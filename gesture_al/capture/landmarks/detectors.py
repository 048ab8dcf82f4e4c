"""Following two hands, with a wider look from time to time for those of other people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from gesture_al.capture.landmarks.hand_candidates import Candidate
from gesture_al.capture.video.base import Frame

# In frames: how long two hands are followed before a look for more, and how long a look for more goes on after the last find.
_CALM, _ALERT = 90, 60
_PAIR = 2


class Detector(Protocol):
    """Detects hands in the frames of one video."""

    def see(self, frame: Frame, milliseconds: int) -> list[Candidate]:
        """The hands of the next frame."""

    def close(self) -> None:
        """Give its nets back."""


class HandDetector:
    """Two hands at the price of two hands, and the hands of several people where there are several.

    A detector that is asked for two hands rests while it follows two, which saves a third of the cost, but it may follow
    two of different people. One that is asked for more never rests. So a glance for more is taken where two hands are first
    seen and every ninety frames with two hands since; where it finds more than two, or two of one side, all are followed for a
    while.

    Args:
        detector: Opens a detector: of at most so many hands, following them or (False) taking each frame by itself.
        most: Hands to look for in a glance; 2: no glances.
    """

    def __init__(self, detector: Callable[[int, bool], Detector], most: int) -> None:
        self._open, self._most = detector, most
        # Opened at once, so that a bad model is told before the first frame.
        self._narrow: Detector | None = detector(_PAIR, True)
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
        seen = self._narrow.see(frame, milliseconds)
        if self._most <= _PAIR or len(seen) < _PAIR:
            return seen
        self._since_glance += 1
        if self._since_glance < _CALM and not doubtful(seen):
            return seen
        self._since_glance = 0
        if self._glance is None:
            self._glance = self._open(self._most, False)
        wider = self._glance.see(frame, milliseconds)
        if not doubtful(wider):
            return seen
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
        seen = self._wide.see(frame, milliseconds)
        self._alert = _ALERT if doubtful(seen) else self._alert - 1
        if not self._alert:
            _close(self._wide)
            self._wide = None
        return seen


def doubtful(seen: Sequence[Candidate]) -> bool:
    """Whether these cannot be the left and the right hand of one person."""
    return len(seen) > len({hand.side for hand in seen})


def _close(*detectors: Detector | None) -> None:
    for detector in detectors:
        if detector is not None:
            detector.close()
