"""A recorder's server as a browser finds it, with eyes that see what they are told."""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from recorded_world import finished_take
from starlette.testclient import TestClient

from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.data.skeleton import SKELETONS
from gesture_al.data.track import FrameJoints, Track
from gesture_al.studio.record.board import RecordBoard, SessionEnd, TargetClasses
from gesture_al.studio.record.clip_store import ClipStore, FinishedTake, KeptTake
from gesture_al.studio.record.plan import RecordingPlan, targets_of
from gesture_al.studio.record.routes import STATIC, routes
from gesture_al.studio.record.take_review import TakeReviewer
from gesture_al.studio.record.takes import Takes
from gesture_al.studio.server.address import Address
from gesture_al.studio.server.application import application
from gesture_al.studio.server.guard import Guard
from gesture_al.studio.server.lease import Lease

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


_OF_THE_SERVER = ("lock", "page.json", ".recorded.jsonl.head")


@pytest.fixture
def plan():
    return plan_of()


@pytest.fixture
def make_plan():
    return plan_of


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


class StoreWriter:
    """Puts takes that a fake extractor has seen into a clip store, as the page does."""

    def __init__(self, folder: Path, plan: RecordingPlan, video: bool = True) -> None:
        self.store, self.plan, self.video = ClipStore(folder), plan, video
        self._kept: list[KeptTake] = []

    def __enter__(self):
        self.store.__enter__()
        return self

    def __exit__(self, *error):
        self.store.__exit__(*error)

    def counts(self):
        return self.store.counts()

    def take(self, label="Like", frames=10, joints=lambda number: hand(right=number > 1), rate=FPS) -> FinishedTake:
        """A finished take, its video in the workshop where pictures are kept."""
        self.store.check_room(self.video)
        frames = [(Frame(picture(number), number / rate), joints(number)) for number in range(frames)]
        return finished_take(self.store, self.plan, label, frames, self.video)

    def keep(self, take: FinishedTake) -> str:
        self._kept.append(self.store.put(take))
        return self._kept[-1].name

    def undo(self) -> str:
        self.store.take_back(self._kept[-1])
        return self._kept.pop().name


@pytest.fixture
def make_store(tmp_path, plan):
    return lambda video=True, plan=plan: StoreWriter(tmp_path / "data", plan, video)


@pytest.fixture
def tools():
    """The parts of this file, for tests that put them together themselves."""
    return SimpleNamespace(picture=picture, hand=hand, StoreWriter=StoreWriter, FakeExtractor=FakeExtractor, Frame=Frame, FPS=FPS)


HERE = Address("127.0.0.1", 8123, "secret")


@dataclass
class Page:
    """What a browser could do, without one."""

    client: TestClient
    board: RecordBoard
    clip: bytes
    now: list[float] = field(default_factory=lambda: [0.0])

    @property
    def folder(self):
        return self.board.takes.store.folder

    def hold(self, tab="tab", **more):
        return self.post("/hold", tab=tab, **more).json()

    def post(self, path, tab="tab", **fields):
        return self.client.post(path, json={"tab": tab, **fields})

    def send(self, name=None, content=None, kind="video/webm", tab="tab", free=False, **told):
        """Upload a take; its name and the server's word."""
        content = self.clip if content is None else content
        name = name or str(uuid.uuid4())
        fields = {"subject": "ann", "session": "one", "prompt": "Faster", "seconds": 0.5, "size": len(content), "tab": tab}
        fields |= {} if free else {"label": "Like"}
        return name, self.client.post(f"/take/{name}", params={**fields, **told}, content=content, headers={"Content-Type": kind})

    def looked(self, name):
        """What is seen in a take, once it is."""
        for _ in range(1000):
            state = self.client.get(f"/take/{name}").json()
            if state["state"] != "looking":
                return state
            time.sleep(0.01)
        raise AssertionError("nobody looks at it")

    def kept(self, **told):
        """A take that was kept: its name on the page, and on the disk."""
        name, _ = self.send(**told)
        assert self.looked(name)["state"] == "looked"
        return name, self.post("/keep", uuid=name).json()["take"]["name"]

    def files(self):
        """All but what belongs to the server."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and path.name not in _OF_THE_SERVER)
        return sorted(path.relative_to(self.folder).as_posix() for path in found)


@pytest.fixture(scope="session")
def webm_of(tmp_path_factory):
    """Makes a video of so many small pictures, 30 a second."""

    def make(count):
        path = tmp_path_factory.mktemp("clip") / "clip.webm"
        with ClipWriter(path) as writer:
            for number in range(count):
                image = np.full((48, 64, 3), 100, np.uint8)
                image[:, : 4 * (number % 16)] = 200
                writer.write(Frame(image, number / 30))
        return path.read_bytes()

    return make


@pytest.fixture(scope="session")
def webm(webm_of):
    """Half a second."""
    return webm_of(15)


@pytest.fixture
def open_page(tmp_path, plan, tools, webm):
    """Opens a recorder's server, as often as it is asked to; what it gives works inside a `with`."""

    @contextmanager
    def open_(video=True, plan=plan, extractor=None, labels=True, clip=webm):
        extractor = extractor or tools.FakeExtractor()
        reviewer, now = TakeReviewer(extractor), [0.0]
        with ClipStore(tmp_path / "data") as store:
            takes = Takes(store, reviewer, extractor.settings, plan.gate, video)
            board = RecordBoard(
                plan,
                TargetClasses(plan.targets, 5),
                takes,
                reviewer,
                SessionEnd(),
                extractor.skeleton,
                video=video,
                labels=labels,
            )
            app = application(routes(board, Lease("the recorder is open in another tab", clock=lambda: now[0])), STATIC)
            with takes.open():
                client = TestClient(Guard(app, HERE), base_url=f"http://{HERE.host}:{HERE.port}")
                assert client.get("/?token=secret").status_code == 200
                yield Page(client, board, clip, now)

    return open_


@pytest.fixture
def page(open_page):
    with open_page() as page:
        yield page


@pytest.fixture
def slow_eyes(tools):
    """An extractor that waits before every frame of a take that comes later than `until` seconds, until it is let go."""

    class Slow(tools.FakeExtractor):
        def __init__(self):
            super().__init__()
            self.go = threading.Event()
            self.until = 0.0

        def see(self, frame):
            if frame.image.shape[1] == 64 and frame.seconds > self.until:
                assert self.go.wait(20)
            return super().see(frame)

    return Slow()
