"""A film for the webcam that Chromium makes believe: painted hands that rest, rise, and rest again."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from painted_hands import painted

from gesture_al.data.synthesis.hand_model import BONES_5_3, PALM_6_3, SHAPE_ANGLES, SHAPES, pose_hand

WIDTH, HEIGHT, FPS = 640, 480, 20
_PALM = 0.2


def arguments(film: Path) -> list[str]:
    """What Chromium is started with."""
    return [
        "--use-fake-ui-for-media-stream",
        f"--use-fake-device-for-media-stream=fps={FPS}",
        f"--use-file-for-fake-video-capture={film}",
    ]


def film(path: Path, seconds: float = 4.0, shape: str = "open") -> Path:
    """Write it: JPEGs one after the other, which Chromium plays over and over.

    Args:
        path: Ends in `.mjpeg`.
        seconds: Of one turn, in which the right hand rises once.
        shape: Of the hand.
    """
    count = round(seconds * FPS)
    # One still picture for all of the rest, since painting takes longer than anything else here.
    rest = _jpeg(shape, 0.0)
    with path.open("wb") as file:
        for number in range(count):
            share = number / count
            lift = np.sin(np.pi * (share - 0.35) / 0.3) if 0.35 < share < 0.65 else 0.0
            file.write(_jpeg(shape, float(lift)) if lift else rest)
    return path


def _jpeg(shape: str, lift: float) -> bytes:
    hand = (
        pose_hand(SHAPE_ANGLES[SHAPES.index(shape)], PALM_6_3, BONES_5_3)
        * [1, -1, -1]
        * _PALM
        * [HEIGHT / WIDTH, 1, HEIGHT / WIDTH]
    )
    joints = np.full((42, 3), np.nan, dtype=np.float32)
    joints[21:] = hand + np.array([0.4, 0.9 - 0.38 * lift, 0])
    picture = painted(joints, WIDTH // 2, HEIGHT // 2)
    large = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    fine, data = cv2.imencode(".jpg", cv2.cvtColor(large, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    assert fine
    return data.tobytes()
