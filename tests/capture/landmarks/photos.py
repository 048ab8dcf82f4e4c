"""The photos and the clip of real hands as frames, and the landmarks that MediaPipe expects of its own photos."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np

from gesture_al.capture.video.frame import Frame

GESTURES = ("thumb_up", "fist", "victory", "pointing_up")


def photo(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def still(image: np.ndarray, frames: int = 3) -> list[Frame]:
    """A video in which nothing moves."""
    return [Frame(image, n / 30) for n in range(frames)]


def clip(path: Path, step: int) -> list[Frame]:
    """Every `step`-th frame of a video."""
    video = cv2.VideoCapture(str(path))
    fps, frames = video.get(cv2.CAP_PROP_FPS), []
    while True:
        success, image = video.read()
        if not success:
            video.release()
            return [Frame(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), n * step / fps) for n, image in enumerate(frames[::step])]
        frames.append(image)


def expected(media: Path, name: str) -> np.ndarray:
    """The 21 joints that MediaPipe expects of its photo of a gesture, (21, 3), fractions of a square picture."""
    text = (media / f"{name}_landmarks.pbtxt").read_text().partition("world_landmarks")[0]
    return np.array([[float(v) for v in point] for point in re.findall(r"x: (\S+)\s+y: (\S+)\s+z: (\S+)", text)])


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance of two hands' joints once laid over each other (moved, turned, scaled), in radii of the hand."""
    a, b = (hand[:, 0] + 1j * hand[:, 1] - np.mean(hand[:, 0] + 1j * hand[:, 1]) for hand in (one, other))
    return float(np.abs(a * (np.vdot(a, b) / np.vdot(a, a)) - b).mean() / np.sqrt((np.abs(b) ** 2).mean()))
