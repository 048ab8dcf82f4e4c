"""A camera gives the present, and says what is wrong with it; a fake stands in for the device."""

from __future__ import annotations

import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np
import pytest
from capture.video.small_videos import bar, make_video, picture

from gesture_al.capture.video.camera import Camera, Device, open_camera, stream_camera
from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError


class FakeCapture:
    """OpenCV's capture, with so many pictures before the cable is pulled."""

    def __init__(self, pictures: int = 3, opens: bool = True) -> None:
        self.left, self.opens, self.released = pictures, opens, False

    def isOpened(self) -> bool:
        return self.opens

    def set(self, key, value) -> bool:
        return True

    def get(self, key) -> float:
        return 0.0

    def read(self):
        self.left -= 1
        return (False, None) if self.left < 0 else (True, picture(5)[..., ::-1].copy())

    def release(self) -> None:
        self.released = True


class Stepper:
    """A source whose pictures the test releases one by one."""

    fps = 30.0

    def __init__(self) -> None:
        self.number, self.gate, self.requests = -1, threading.Semaphore(1), threading.Semaphore(0)

    def next(self):
        self.gate.acquire()
        self.number += 1
        self.requests.release()
        return None if self.number == 9 else picture(self.number)

    def close(self) -> None:
        pass


def test_a_slow_consumer_sees_the_newest_picture_and_not_the_queue():
    source = Stepper()
    camera = Camera("camera", source)
    frames = iter(camera)
    first = next(frames)
    source.gate.release(8)
    for _ in range(9):
        source.requests.acquire()
    source.gate.release()
    source.requests.acquire()
    rest = list(frames)
    assert bar(first.image) == 0
    assert [bar(frame.image) for frame in rest] == [8], "eight came while nobody looked"
    assert camera.dropped == 7
    assert rest[0].seconds > first.seconds


def test_a_camera_that_is_unplugged_says_so_and_is_given_back():
    capture = FakeCapture(pictures=3)
    source = Device(0, capture=lambda which: capture)
    with Camera("camera 0", source) as camera:
        frames = iter(camera)
        frame = next(frames)
        assert bar(frame.image) == 5
        assert frame.image[10, 100].argmax() == 0, "RGB"
        with pytest.raises(UserError, match="camera 0: no more pictures; it was unplugged"):
            list(frames)
    assert capture.released


def test_a_camera_that_falls_silent_is_not_waited_for_for_ever():
    source = Stepper()
    camera = Camera("camera 3", source, patience=0.05)
    with pytest.raises(UserError, match=r"camera 3: no picture for 0\.05 s"):
        list(camera)
    source.gate.release(20)


def test_a_busy_camera_is_told_from_one_that_went_away():
    with pytest.raises(UserError, match="camera 0: gives no picture; another program may be using it"):
        Camera("camera 0", Device(0, capture=lambda which: FakeCapture(pictures=0)))
    with pytest.raises(UserError, match="camera 1: cannot be opened"):
        Device(1, capture=lambda which: FakeCapture(opens=False))


def test_a_camera_that_is_not_there_is_refused():
    with pytest.raises(UserError, match="camera 93: "):
        open_camera(93)


def test_a_video_stands_in_for_a_camera_at_its_own_speed(tmp_path):
    with open_camera(make_video(tmp_path / "a.mp4", frames=6, fps=50)) as camera:
        frames = list(camera)
    assert (camera.width, camera.height, camera.name) == (160, 120, "a.mp4")
    assert len(frames) + camera.dropped == 6
    assert np.all(np.diff([frame.seconds for frame in frames]) > 0)
    assert frames[-1].seconds >= 0.08, "six frames at 50 a second last as long"
    with pytest.raises(UserError, match="no such video"):
        open_camera(tmp_path / "b.mp4")


def test_a_network_camera_shows_the_present(monkeypatch):
    """Motion JPEG as network cameras send it: without a length, one picture behind the other."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            for number in range(60):
                jpeg = cv2.imencode(".jpg", picture(number % 30)[..., ::-1])[1].tobytes()
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                self.wfile.write(head.encode() + jpeg + b"\r\n")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    frames = []
    try:
        video = open_video(f"http://127.0.0.1:{server.server_port}/video")
        assert video.duration is None, "which tells a live stream"
        with stream_camera(video) as camera, pytest.raises(UserError, match="the connection was lost"):
            deque(map(frames.append, camera), maxlen=0)
    finally:
        server.shutdown()
        server.server_close()
    assert (camera.width, camera.height) == (160, 120)
    assert len(frames) + camera.dropped == 60
    assert np.all(np.diff([frame.seconds for frame in frames]) > 0)
    assert bar(frames[-1].image) == 29
