"""The whole way but for the window: a camera, an extractor, keys, clips on the disk."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError
from gesture_al.data.track import read_track
from gesture_al.studio.record.base import State
from gesture_al.studio.record.booth import Scripted, run_session
from gesture_al.studio.record.feed import CameraLost, LoopedFile
from gesture_al.studio.record.keys import Script
from gesture_al.studio.record.session import RecordSession
from gesture_al.studio.record.take_writer import TakeWriter


class Booth:
    def __init__(self, folder, plan, extractor, film) -> None:
        self.shelf = TakeWriter(folder, plan, "hands", {"name": "fake"})
        self.plan, self.extractor, self.folder = plan, extractor, folder
        self.open_source = lambda: LoopedFile(film)

    def run(self, keys: str) -> RecordSession:
        with self.shelf:
            session = RecordSession(self.plan, self.shelf)
            run_session(session, self.extractor, self.open_source, Scripted(Script(keys.split())))
        return session

    @property
    def clips(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.glob("[!.]*/*.npz"))


@pytest.fixture
def booth(tmp_path, plan, extractor, film):
    return Booth(tmp_path / "data", plan, extractor, film)


class Unplugged:
    """Gives frames for so long and no more."""

    fps, keep_all, behind, dropped = 10.0, False, False, 0

    def __init__(self, tools, seconds: float) -> None:
        self._frames = [tools.Frame(tools.picture(), number / 10) for number in range(round(seconds * 10))]

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        pass

    def __iter__(self):
        yield None
        yield from self._frames
        raise CameraLost("camera 0: unplugged")


def test_a_take_a_series_and_a_free_recording_come_to_the_disk(booth):
    session = booth.run("2 space enter 3 s f +2 enter enter")
    assert session.state is State.OVER
    assert session.kept == 5
    assert booth.clips[:-1] == [*(f"Heart/ann_one_00{number}.npz" for number in (2, 3, 4)), "Like/ann_one_001.npz"]
    assert booth.clips[-1].startswith("unlabelled/ann_one_005_")
    assert (booth.folder / "unlabelled" / "ann_one_005.webm").exists()
    track = read_track(booth.folder / "Like" / "ann_one_001.npz")
    assert len(track) == 20
    assert track.seconds[0] == 0
    assert 0.9 < track.seconds[-1] < 1


def test_the_extractor_sees_the_picture_as_the_camera_took_it(booth, film):
    booth.run("q")
    with open_video(film) as video:
        first = next(iter(video)).image
    np.testing.assert_array_equal(booth.extractor.images[0], first)


def test_the_kept_video_is_not_mirrored(booth):
    booth.run("2 space enter")
    with open_video(booth.folder / "Like" / "ann_one_001.webm") as video:
        bright = [frame.image[:, :8].mean() < frame.image[:, -8:].mean() for frame in video]
    assert sum(bright) > len(bright) / 2


def test_a_take_on_which_nobody_decides_is_not_kept(booth, make_extractor):
    booth.extractor = make_extractor(blind=lambda number: True)
    session = booth.run("2 space")
    assert session.unkept
    assert booth.clips == []


def test_a_camera_that_is_missing_to_begin_with_is_an_error(booth):
    def missing():
        raise UserError("camera 0: not found")

    booth.open_source = missing
    with pytest.raises(UserError, match="not found"):
        booth.run("q")


def test_unplugged_midway_loses_the_running_take_only(booth, tools):
    booth.open_source = lambda: Unplugged(tools, 3.0)
    session = booth.run("2 space enter space")
    assert session.camera_lost == "camera 0: unplugged"
    assert session.kept == 1
    assert booth.clips == ["Like/ann_one_001.npz"]
    assert len(list(booth.folder.rglob("*.webm"))) == 1


def test_a_camera_that_comes_back_records_on(booth, tools):
    booth.open_source = lambda: Unplugged(tools, 3.0)
    session = booth.run("2 space enter space r space enter q")
    assert session.kept == 2
    assert session.camera_lost == ""
    # A tracker follows one stream of frames.
    assert booth.extractor.opened == 2


def test_a_camera_that_does_not_come_back_can_be_asked_for_again(booth, tools):
    sources = [Unplugged(tools, 3.0), None, Unplugged(tools, 3.0)]

    def open_source():
        source = sources.pop(0)
        if source is None:
            raise UserError("camera 0: in use by another program")
        return source

    booth.open_source = open_source
    session = booth.run("2 space enter space r r space enter q")
    assert session.kept == 2
    assert sources == []
