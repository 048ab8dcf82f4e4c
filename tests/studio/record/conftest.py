"""A recorder's server as a browser finds it, with eyes that see what they are told."""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest
from starlette.testclient import TestClient
from studio.record.window.conftest import extractor, film, make_extractor, make_plan, plan, tools

from gesture_al.capture.video.base import Frame
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.studio.record.board import RecordBoard
from gesture_al.studio.record.classes import Classes
from gesture_al.studio.record.clip_store import ClipStore
from gesture_al.studio.record.ending import Ending
from gesture_al.studio.record.lease import RecordLease
from gesture_al.studio.record.looking import TakeReviewer
from gesture_al.studio.record.routes import STATIC, routes
from gesture_al.studio.record.takes import Takes
from gesture_al.studio.server.address import Address
from gesture_al.studio.server.application import application
from gesture_al.studio.server.guard import Guard

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
        return self.board.takes.stock.folder

    def sit(self, tab="tab", **more):
        return self.post("/sit", tab=tab, **more).json()

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
        found = (path for path in self.folder.rglob("*") if path.is_file() and path.name not in ("lock", "page.json"))
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
        looker, now = TakeReviewer(extractor), [0.0]
        with ClipStore(tmp_path / "data") as stock:
            takes = Takes(stock, looker, extractor.settings, plan.gate, video)
            board = RecordBoard(
                plan, Classes(plan.targets, 5), takes, looker, Ending(), extractor.skeleton, video=video, labels=labels
            )
            app = application(routes(board, RecordLease(clock=lambda: now[0])), STATIC)
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
