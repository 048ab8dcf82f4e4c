"""A small folder of videos, and a cache of its own for each test."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from capture.video.small_videos import make_video


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_CACHE", str(tmp_path_factory.mktemp("cache")))


def plain_video(path, value, frames=8):
    """Pictures of one grey."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 25, (160, 120))
    for _ in range(frames):
        writer.write(np.full((120, 160, 3), value, np.uint8))
    writer.release()


@pytest.fixture
def clips(tmp_path):
    """Two classes of two clips; one video without a hand, one that is none."""
    folder = tmp_path / "clips"
    for name in ("Like/ann_1_001.mp4", "Like/bob_1_001.avi", "Heart/ann_1_001.mp4", "Heart/bob_1_002.mov"):
        make_video(folder / name, frames=12 + len(name))
    plain_video(folder / "Heart" / "ann_1_003.mp4", 0)
    (folder / "Like" / "ann_1_004.mp4").write_text("no video")
    return folder
