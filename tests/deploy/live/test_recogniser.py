from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import SKELETONS
from gesture_al.deploy.live.recogniser import Recogniser


def joints(*parts, fps=25.0):
    seconds = 0.0
    for x, length in parts:
        for _ in range(round(length * fps)):
            yield seconds, np.full((42, 3), x, np.float32)
            seconds += 1 / fps


def test_each_gesture_of_an_iterable_is_one_event(fake):
    events = list(fake.stream(joints((0.1, 1), (0.9, 2), (0.1, 1), (0.9, 1))))
    assert [event.name for event in events] == ["Like", "Like"]
    assert [event.seconds for event in events] == pytest.approx([1.2, 4.2], abs=0.15)


@pytest.mark.parametrize("fps", [12, 15, 30, 60])
def test_events_do_not_depend_on_the_frame_rate(fake, fps):
    events = list(fake.stream(joints((0.1, 1), (0.9, 1), (0.1, 1), fps=fps)))
    assert [event.name for event in events] == ["Like"]
    assert events[0].seconds == pytest.approx(1.2, abs=0.12)


def test_events_come_while_the_source_still_runs(fake):
    def endless():
        yield from joints((0.1, 1), (0.9, 1000))

    assert next(fake.stream(endless())).name == "Like"


def test_a_video_file_is_followed_and_its_aspect_told(fake, film):
    events = list(fake.stream(film))
    assert [event.name for event in events] == ["Like", "Like"]
    assert [event.seconds for event in events] == pytest.approx([1.2, 3.2], abs=0.16)
    assert fake.model.aspects == {1.333}
    assert fake.extractor.open == 0


def test_a_stream_that_is_left_early_closes_its_tracker(fake, film):
    stream = fake.stream(str(film))
    next(stream)
    assert fake.extractor.open == 1
    stream.close()
    assert fake.extractor.open == 0


def test_no_such_file_is_one_line(fake, tmp_path):
    with pytest.raises(UserError, match=r"nothing\.mp4") as err:
        list(fake.stream(tmp_path / "nothing.mp4"))
    assert "\n" not in str(err.value)


def test_no_such_camera_is_one_line(fake):
    with pytest.raises(UserError, match="camera 77") as err:
        list(fake.stream(77))
    assert "\n" not in str(err.value)


@pytest.mark.parametrize("item", [(0.0, np.zeros((3, 3))), (0.0, np.zeros((42, 5))), (0.0, "abc"), 7, ("x", np.zeros((42, 3)))])
def test_what_is_no_pair_of_seconds_and_joints_is_refused(fake, item):
    with pytest.raises(UserError, match="item 0"):
        list(fake.stream([item]))


def test_a_layout_without_an_extractor_says_what_can_be_given_instead(fake):
    fake.model.layout = "natops"
    fake.model.skeleton = SKELETONS["natops"]
    with pytest.raises(UserError, match="pairs of seconds and positions"):
        list(Recogniser(fake.model).stream("clip.mp4"))


def test_the_live_path_imports_no_torch():
    code = """
import sys
import numpy as np
import gesture_al.deploy.live.running, gesture_al.cli.live
from gesture_al.deploy.export import example_folder
from gesture_al.deploy.live import Recogniser
joints = ((frame / 25, np.full((42, 3), 0.5, np.float32)) for frame in range(50))
list(Recogniser.load(example_folder()).stream(joints))
heavy = {"torch", "pytorch_lightning", "hydra", "sklearn", "mediapipe"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy else 0)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def test_before_it_is_tuned_a_window_is_as_long_as_the_clips_that_were_learned(fake):
    fake.model.operating_point = {}
    fake.model.clip_seconds = {"low": 1.0, "median": 1.7, "high": 3.0}
    assert Recogniser(fake.model).point.window == 1.7
    fake.model.operating_point = {"window": 0.9}
    assert Recogniser(fake.model).point.window == 0.9
