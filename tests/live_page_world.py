"""The live page without a browser: pictures of a known brightness, and the page's server in a thread."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from starlette.testclient import TestClient

from gesture_al.deploy.live.events import Event
from gesture_al.deploy.live.recogniser import Recogniser
from gesture_al.deploy.live.running import Options, Tally
from gesture_al.studio.live.live_page import LivePage
from gesture_al.studio.live.routes import STATIC, routes
from gesture_al.studio.live.server import run_in_browser
from gesture_al.studio.server.address import Address
from gesture_al.studio.server.application import application
from gesture_al.studio.server.guard import Guard
from gesture_al.studio.server.opening import Opening

HERE = Address("127.0.0.1", 8124, "secret")
BRIGHT, GREY, DARK = 250, 130, 5


def jpeg(image: np.ndarray | int, size: tuple[int, int] = (160, 120)) -> bytes:
    """A picture, or one of a single brightness, width x height."""
    if isinstance(image, int):
        image = np.full((size[1], size[0], 3), image, np.uint8)
    return cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def film(path: Path, pictures: Sequence[bytes], each: int = 1) -> Path:
    """A file that chromium takes for a camera of 30 pictures a second."""
    path.write_bytes(b"".join(picture for picture in pictures for _ in range(each)))
    return path


@dataclass
class Tab:
    """What a tab of a browser does."""

    live_page: LivePage
    client: TestClient
    name: str = "tab"
    camera: str = "1"
    seconds: float = 100.0
    events: list[Event] = field(default_factory=list)

    def frame(self, picture: bytes | int = DARK, after: float = 0.05, kind: str = "image/jpeg"):
        self.seconds += after
        where = {"tab": self.name, "camera": self.camera, "seconds": self.seconds}
        body = jpeg(picture) if isinstance(picture, int) else picture
        return self.client.post("/frame", params=where, content=body, headers={"content-type": kind})

    def frames(self, picture: int, seconds: float) -> list[dict]:
        return [self.frame(picture).json() for _ in range(round(seconds / 0.05))]

    def post(self, path: str, **fields):
        return self.client.post(path, json=fields)


def tab_of(recogniser: Recogniser, folder: Path, **options) -> Tab:
    """A tab that came in with the token."""
    events: list[Event] = []
    live_page = LivePage(recogniser, Options(window=False, folder=folder, **options), events.append)
    guarded = Guard(application(routes(live_page, "mine", True), STATIC), HERE)
    client = TestClient(guarded, base_url=f"http://{HERE.host}:{HERE.port}", raise_server_exceptions=False)
    assert client.get("/?token=secret").status_code == 200
    return Tab(live_page, client, events=events)


@dataclass
class RunningPage:
    """The page's server in a thread."""

    address: str
    events: list[Event]
    thread: threading.Thread
    tally: Tally | None = None


@contextlib.contextmanager
def running(recogniser: Recogniser, folder: Path, pool: Path, **options) -> Iterator[RunningPage]:
    """Until the page ends it, which it must."""
    said, there = [], threading.Event()

    def say(line: str) -> None:
        said.append(line)
        there.set()

    events: list[Event] = []

    def run() -> None:
        told = Options(window=False, folder=pool, **options)
        now.tally = run_in_browser(recogniser, told, events.append, "mine", folder, Opening(browser=False, say=say))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert there.wait(30)
    now = RunningPage(said[0].split()[-1], events, thread)
    yield now
    thread.join(20)
    assert not thread.is_alive(), "nobody ended it"
