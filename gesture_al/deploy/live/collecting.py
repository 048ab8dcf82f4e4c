"""Clips that a live recogniser gives back to the pool: moments that it got wrong, or was unsure of."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gesture_al.data.track import UNLABELLED, FrameJoints, Track, read_track, write_track
from gesture_al.deploy.live.session import WindowPrediction

WRONG, UNSURE = 2, 1
"""The key `priority` of a clip: the higher, the sooner it is asked about; clips without the key have 0."""

_REASONS = {WRONG: "wrong", UNSURE: "unsure"}


class Collector:
    """Keeps the last seconds of joints and writes them to the pool as clips without a class. No picture is kept.

    Args:
        folder: Of the landmark data set; clips go to `unlabelled` in it.
        layout: Name of the skeleton.
        size: Width and height of the picture.
        about: Metadata of every clip (`extractor`, `subject`, ...).
        seconds: Length of a clip.
    """

    def __init__(self, folder: Path, layout: str, size: tuple[int, int], about: Mapping[str, Any], seconds: float = 3.0) -> None:
        self._folder = folder / UNLABELLED
        self._layout, self._size, self._about = layout, size, dict(about)
        self._seconds = seconds
        self._recording = f"live-{datetime.now():%Y-%m-%d_%H-%M-%S-%f}"
        self._kept: deque[tuple[float, FrameJoints]] = deque()
        self.written: list[Path] = []

    def add(self, seconds: float, joints: FrameJoints) -> None:
        """Add the joints of a frame; older ones than the clip is long are dropped."""
        self._kept.append((seconds, joints))
        while self._kept[0][0] < seconds - self._seconds:
            self._kept.popleft()

    def keep(self, priority: int) -> Path | None:
        """Write the last seconds; None where there is nothing yet.

        Args:
            priority: `WRONG` or `UNSURE`.
        """
        if len(self._kept) < 2:
            return None
        start, end = self._kept[0][0], self._kept[-1][0]
        about = {
            **self._about,
            "recording": self._recording,
            "start": start,
            "end": end,
            "priority": priority,
            "reason": _REASONS[priority],
        }
        path = self._folder / f"{self._recording}_{len(self.written):03d}.npz"
        write_track(path, Track.of(self._kept, self._size, self._layout, about))
        self.written.append(path)
        return path


def name_clip(path: Path, name: str) -> Path:
    """Move a clip that was kept without a class to the folder of the class that a person names.

    Args:
        path: From `Collector.keep`.
        name: The class.

    Returns:
        Where it is now.

    Raises:
        UserError: It cannot be read any more.
    """
    track = read_track(path)
    about = {key: value for key, value in track.about.items() if key not in ("priority", "reason")}
    named = path.parents[1] / name / path.name
    write_track(named, replace(track, about={**about, "class": name}))
    path.unlink()
    return named


class Doubt:
    """Detector of unsure moments: the recogniser hesitated, and what it hesitated about is over.

    Args:
        below: It hesitates while its likeliest class has a smoothed probability below this, 0 to 1.
        least: Predictions in a row that count as hesitating.
        after: Seconds after the last of them, so that the clip shows how it went on.
        pause: Seconds between two such moments at the least, so that one unusual posture does not fill the pool.
    """

    def __init__(self, below: float = 0.6, least: int = 3, after: float = 0.6, pause: float = 10.0) -> None:
        self._below, self._least, self._after, self._pause = below, least, after, pause
        self._row = 0
        self._since: float | None = None
        self._last = float("-inf")

    def over(self, prediction: WindowPrediction) -> bool:
        """Take the next prediction; returns whether to keep the last seconds now."""
        self._row = self._row + 1 if float(prediction.smoothed.max()) < self._below else 0
        if self._row >= self._least:
            self._since = prediction.seconds
        if self._since is None or prediction.seconds - self._since < self._after:
            return False
        self._since = None
        if prediction.seconds - self._last < self._pause:
            return False
        self._last = prediction.seconds
        return True
