from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from gesture_al.core.errors import UserError
from gesture_al.studio.record.feed import CameraFeed, CameraLost, LoopedFile


class Still:
    """A camera whose frames come when the test lets them."""

    name, fps, dropped = "camera 0", 30.0, 0

    def __init__(self, tools, count: int, failure: str = "") -> None:
        self._tools, self._count, self._failure = tools, count, failure
        self.given = threading.Semaphore(0)
        self.taken = threading.Semaphore(0)

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        self.given.release()

    def __iter__(self):
        for number in range(self._count):
            self.given.acquire()
            yield self._tools.Frame(self._tools.picture(), float(number))
            # Only reached when the feed asks for the next one, so it has put this one away.
            self.taken.release()
        if self._failure:
            raise UserError(self._failure)

    def let(self, count: int) -> None:
        for _ in range(count):
            self.given.release()
            self.taken.acquire()


def rest_of(frames) -> list[float]:
    seconds = []
    while True:
        try:
            frame = next(frames)
        except CameraLost:
            return seconds
        if frame is not None:
            seconds.append(frame.seconds)


def test_only_the_newest_frame_waits_before_a_take(tools):
    camera = Still(tools, 5)
    with CameraFeed(camera) as feed:
        camera.let(5)
        assert rest_of(iter(feed)) == [4.0]
        assert feed.dropped == 0


def test_every_frame_waits_during_a_take(tools):
    camera = Still(tools, 5)
    with CameraFeed(camera) as feed:
        feed.keep_all = True
        camera.let(5)
        assert feed.behind
        assert rest_of(iter(feed)) == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert feed.dropped == 0


def test_what_finds_no_room_is_counted(tools):
    camera = Still(tools, 5)
    with CameraFeed(camera, most=3) as feed:
        feed.keep_all = True
        camera.let(5)
        assert rest_of(iter(feed)) == [0.0, 1.0, 2.0]
        assert feed.dropped == 2


def test_the_reason_for_the_end_is_told_after_the_last_frame(tools):
    camera = Still(tools, 1, "camera 0: unplugged")
    with CameraFeed(camera) as feed:
        camera.let(1)
        with pytest.raises(CameraLost, match="unplugged"):
            list(feed)


def test_nothing_is_given_while_no_frame_comes(tools):
    with CameraFeed(Still(tools, 1)) as feed:
        assert next(iter(feed)) is None


def test_a_file_goes_round_and_its_time_goes_on(film):
    with LoopedFile(film) as source:
        frames = iter(source)
        seconds = [next(frames).seconds for _ in range(100)]
    assert len({round(b - a, 3) for a, b in pairwise(seconds)}) == 1
    assert seconds[-1] == pytest.approx(99 / 20)


def test_a_file_that_goes_away_is_a_camera_that_is_lost(film, tmp_path):
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(film.read_bytes())
    with LoopedFile(copy) as source:
        copy.unlink()
        with pytest.raises(CameraLost, match="no such video"):
            next(iter(source))
