"""Fixtures for the whole suite."""

from __future__ import annotations

import functools
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from gesture_al.capture.landmarks.bundles import BUNDLES
from gesture_al.capture.landmarks.model_files import find_model, models_folder
from gesture_al.core.errors import UserError
from gesture_al.core.opencv import MOST_PIXELS

# FFmpeg reads this once in a process, and some tests write their videos without the package.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PIXELS))
# A shell that starts the suite behind its back has it ignore Ctrl-C, which every program that a test starts would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)
ROOT = Path(__file__).resolve().parents[1]
# As it was before a test has named one of its own.
CACHE = os.environ.get("GESTURE_AL_CACHE")

# What a test file needs is read from its text, so that a new file is marked without being listed anywhere.
MARKS = {
    "browser": r"playwright|browser_world|live_page_world",
    "wheel": r"pip.{1,20}install|-m.{1,5}build\b",
    "kill": r"SIGKILL|SIGINT|os\.kill|recorder_world|fake_extractor|kill_after|repair_run",
    "training": r"trainer\.params|exported_runs|\bTrainer\(|\.fit\(|run\(assembl",
    "subprocess": r"\bsubprocess\b|multiprocessing|joblib|\bwandb\b|socket_world",
    "drawing": r"write_report\(|write_benchmark\(",
    "models": r"\b(hand|pose|face)_model\b",
}


@functools.cache
def marks_of(path: Path) -> tuple[str, ...]:
    """The marks of a test file; none of what is no test file."""
    text = path.read_text() if path.name.startswith("test_") and path.suffix == ".py" else ""
    return tuple(mark for mark, pattern in MARKS.items() if re.search(pattern, text))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick", action="store_true", help="do not even import the test files that have one of the marks in conftest.py"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if config.getoption("quick") and marks_of(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in marks_of(item.path):
            item.add_marker(mark)


def _folder(name: str, variable: str | None) -> Path:
    named = os.environ.get(variable) if variable else None
    folder = Path(named) if named else ROOT.parent / "shared" / name
    if not folder.is_dir():
        pytest.skip(f"no real {name}: neither {variable or 'a variable'} nor ../shared/{name} is a folder")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with natops.npz, hello3.npz, point_history.npz and the archives they were made from."""
    return _folder("data", "GESTURE_AL_DATA")


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder with photos and landmark files of real hands."""
    return _folder("media", None)


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """The folder with small inputs of the kinds that people reported."""
    return _folder("cases", None)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, bytes]], Any]]:
    """Serve files on this machine; `cut` files are announced whole and end in the middle. Gives the address and the requests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    servers: list[ThreadingHTTPServer] = []

    def start(files: dict[str, bytes], cut: bool = False) -> tuple[str, list[str]]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                content = files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if cut else content)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _model(name: str) -> Path:
    """A real model, brought once into the cache that survives the tests."""
    with pytest.MonkeyPatch.context() as patch:
        if CACHE is None:
            patch.delenv("GESTURE_AL_CACHE", raising=False)
        else:
            patch.setenv("GESTURE_AL_CACHE", CACHE)
        models_folder().mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(models_folder() / ".tests.lock"):
                return find_model(BUNDLES[name]).path
        except UserError as err:
            pytest.skip(str(err))


@pytest.fixture(scope="session")
def hand_model() -> Path:
    """MediaPipe's hand bundle, for `hand_model=`."""
    return _model("hand")


@pytest.fixture(scope="session")
def pose_model() -> Path:
    """MediaPipe's pose bundle, for `pose_model=`."""
    return _model("pose")


@pytest.fixture(scope="session")
def face_model() -> Path:
    """MediaPipe's face bundle, for `face_model=`."""
    return _model("face")
