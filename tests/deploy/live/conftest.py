"""A recogniser whose answers are known: bright frames are a Like."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.data.skeleton import SKELETONS
from gesture_al.data.track import FrameJoints
from gesture_al.deploy.live.recogniser import Recogniser

CLASSES = ("Like", "Heart", "none")


class FakeModel:
    """Like where the last tenth of the window has joint 0 right of the middle; unsure where it is in the middle."""

    classes = CLASSES
    skeleton = SKELETONS["hands"]
    layout = "hands"
    clip_seconds = None
    description = SimpleNamespace(trained_on={"synthetic": True})
    operating_point: ClassVar = {"window": 0.8, "hop": 0.1, "smoothing": 0.0, "threshold": 0.6, "agree": 2, "of": 3}

    def __init__(self) -> None:
        self.aspects: set[float] = set()

    def probs(self, positions, seconds, aspect):
        assert positions.shape[1:] == (42, 3)
        assert len(seconds) == len(positions)
        self.aspects.add(round(aspect, 3))
        # Of what was seen: a machine so busy that pictures stay away for a while does not make it forget the last ones.
        seen = positions[np.isfinite(positions[:, 0, 0]), 0, 0][-3:]
        x = float(seen.mean()) if len(seen) else 0.0
        like = float(np.clip((x - 0.3) / 0.4, 0.02, 0.98))
        return np.array([like * 0.98, like * 0.02, 1 - like], dtype=np.float32)

    def probs_many(self, clips, aspect):
        return np.stack([self.probs(positions, seconds, aspect) for positions, seconds in clips])


class FakeTracker:
    def see(self, frame: Frame) -> FrameJoints:
        positions = np.full((42, 3), 0.5, dtype=np.float32)
        positions[:, 0] = frame.image.mean() / 255
        return FrameJoints(positions, np.array([0.9, 0.9], np.float32))


class FakeExtractor:
    """Joints whose x is the brightness of the frame."""

    skeleton = SKELETONS["hands"]
    settings: ClassVar = {"extractor": "fake"}

    def __init__(self) -> None:
        self.open = 0

    @contextmanager
    def track(self) -> Iterator[FakeTracker]:
        self.open += 1
        try:
            yield FakeTracker()
        finally:
            self.open -= 1


@pytest.fixture
def fake():
    return Recogniser(FakeModel(), extractor=FakeExtractor())


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    """A video of 4 seconds, bright from 1 s to 2 s and from 3 s to 3.5 s."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with ClipWriter(path, 20.0) as writer:
        for number in range(80):
            bright = 20 <= number < 40 or 60 <= number < 70
            writer.write(Frame(np.full((120, 160, 3), 250 if bright else 5, np.uint8), number / 20))
    return path
