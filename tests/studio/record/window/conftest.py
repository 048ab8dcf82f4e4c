"""A keeper in memory, an extractor that sees what it is told, and a file that stands in for the camera."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from gesture_al.capture.video.base import Frame
from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import SKELETONS
from gesture_al.data.track import FrameJoints
from gesture_al.studio.record.plan import UNLABELLED, RecordingPlan, targets_of
from gesture_al.studio.record.session import RecordSession

FPS = 10


def picture(value: int = 0) -> np.ndarray:
    image = np.full((48, 64, 3), 128, np.uint8)
    image[:, : value % 64] = 30
    return image


def hand(left: bool = False, right: bool = True) -> FrameJoints:
    positions = np.full((42, 3), np.nan, np.float32)
    for there, start in ((left, 0), (right, 21)):
        if there:
            positions[start : start + 21] = np.linspace(0.2, 0.8, 63, dtype=np.float32).reshape(21, 3)
    return FrameJoints(positions, np.where([left, right], 0.9, np.nan).astype(np.float32))


class Memory:
    """Keeps takes in a list; refuses with `refuse` where that is set."""

    def __init__(self) -> None:
        self.clips: list[tuple[str, int]] = []
        self.written = 0
        self.drops = 0
        self.refuse = ""

    def counts(self):
        names = [name.partition("/")[0] for name, _ in self.clips]
        return {name: names.count(name) for name in names}

    def begin(self):
        self.written = 0
        if self.refuse == "begin":
            raise UserError("only 1 MB free")

    def write(self, frame):
        if self.refuse == "write":
            raise UserError("cannot be written")
        self.written += 1

    def keep(self, take):
        if self.refuse == "keep":
            raise UserError("disk full")
        name = f"{take.label or UNLABELLED}/{len(self.clips):03d}"
        self.clips.append((name, len(take)))
        return name

    def drop(self):
        self.drops += 1

    def undo(self):
        return self.clips.pop()[0] if self.clips else None


class Person:
    """Sits before a session: frames come at FPS, `sees` says whether there is a hand."""

    def __init__(self, plan: RecordingPlan) -> None:
        self.keeper = Memory()
        self.session = RecordSession(plan, self.keeper)
        self.now = 0.0
        self.sees = True
        self.skip = 0
        self.dropped = 0
        self.wait(0)

    def wait(self, seconds: float, key: str | None = None) -> None:
        """Frames for so long, at least one; the key comes with the first."""
        for _ in range(max(1, round(seconds * FPS))):
            self.now += 1 / FPS
            self.session.step(Frame(picture(), self.now), hand() if self.sees else hand(right=False), key, self.dropped)
            key = None

    def press(self, *keys: str) -> None:
        for key in keys:
            self.wait(0, key)

    def take(self) -> None:
        """Count-in and take, to the review."""
        self.wait(self.session.plan.count_in + self.session.plan.seconds)


def plan_of(**told) -> RecordingPlan:
    settings = {
        "targets": targets_of(["Like", "Heart"], 2),
        "subject": "ann",
        "session": "one",
        "seconds": 1.0,
        "count_in": 0.5,
        "takes": 3,
    }
    return RecordingPlan(**{**settings, **told})


@pytest.fixture
def plan():
    return plan_of()


@pytest.fixture
def make_plan():
    return plan_of


@pytest.fixture
def person(plan):
    return Person(plan)


@pytest.fixture
def make_person():
    return lambda **told: Person(plan_of(**told))


class FakeExtractor:
    """Sees a right hand, but for the frames (counted from 0) that `blind` names; None: never."""

    def __init__(self, blind=lambda number: False) -> None:
        self.skeleton = SKELETONS["hands"]
        self.settings = {"name": "fake"}
        self.blind = blind
        self.opened = 0
        self.images: list[np.ndarray] = []

    @contextmanager
    def track(self):
        self.opened += 1
        yield self

    def see(self, frame: Frame) -> FrameJoints:
        self.images.append(frame.image)
        return hand(right=not self.blind(len(self.images) - 1))


@pytest.fixture
def extractor():
    return FakeExtractor()


@pytest.fixture
def make_extractor():
    return FakeExtractor


@pytest.fixture(scope="session")
def film(tmp_path_factory) -> Path:
    """Two seconds of video, 64 x 48, left half dark at its end."""
    import cv2

    path = tmp_path_factory.mktemp("film") / "film.mp4"
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 20, (64, 48))
    for number in range(40):
        writer.write(picture(number))
    writer.release()
    return path


@pytest.fixture
def tools():
    """The parts of this file, for tests that put them together themselves."""
    from types import SimpleNamespace

    return SimpleNamespace(picture=picture, hand=hand, Memory=Memory, FakeExtractor=FakeExtractor, Frame=Frame, FPS=FPS)
