"""A clip is on disk whole or not at all, and plays as fast as it was."""

from __future__ import annotations

import subprocess
import sys

import av
import numpy as np
import pytest
from capture.video.small_videos import bar, picture
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.reading import open_video
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.core.errors import UserError

NAMES = pytest.mark.parametrize("name", ["clip.webm", "clip.mp4"])


def write(path, times, fps=30.0):
    with ClipWriter(path, fps) as clip:
        for number, seconds in enumerate(times):
            clip.write(Frame(picture(number % 30), seconds))
    with open_video(path) as video:
        return video, list(video)


@NAMES
def test_uneven_frames_keep_their_moments(tmp_path, name, capfd):
    video, frames = write(tmp_path / "new" / name, [5.0, 5.1, 5.3, 5.32, 5.6], fps=10)
    assert [bar(frame.image) for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.seconds for frame in frames] == pytest.approx([0, 0.1, 0.3, 0.32, 0.6], abs=0.0006)
    assert video.duration == pytest.approx(0.7, abs=0.002)
    assert video.loss == ""
    assert frames[0].image[10, 100].argmax() == 0, "RGB"
    assert [path.name for path in (tmp_path / "new").iterdir()] == [name]
    assert capfd.readouterr().err == ""


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["clip.webm", "clip.mp4"]),
    gaps=st.lists(st.sampled_from([0.0002, 0.001, 0.0167, 0.04, 0.7, 20.0]), max_size=15),
    fps=st.sampled_from([1.0, 25.0, 1000.0]),
)
def test_all_frames_come_back_at_their_times(tmp_path, name, gaps, fps):
    times = np.cumsum([3.0, *gaps])
    video, frames = write(tmp_path / name, times, fps)
    assert [bar(frame.image) for frame in frames] == list(range(len(times)))
    # Those within a thousandth follow each other in thousandths.
    assert [frame.seconds for frame in frames] == pytest.approx(list(times - 3), abs=0.0006 + 0.001 * gaps.count(0.0002))
    assert video.duration == pytest.approx(times[-1] - 3 + 1 / fps, abs=0.03)
    assert video.loss == ""


@pytest.mark.parametrize("fps", [12.5, 29.97, 30, 60])
def test_a_webm_says_the_rate_it_was_asked_for(tmp_path, fps):
    video, frames = write(tmp_path / "clip.webm", [number / fps for number in range(70)], fps)
    assert video.fps == pytest.approx(fps, rel=1e-3)
    assert video.duration == pytest.approx(70 / fps, abs=0.002)
    # A file's clock ticks in thousandths.
    assert [frame.seconds for frame in frames] == pytest.approx([number / fps for number in range(70)], abs=6e-4)


@NAMES
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (161, 121)])
def test_odd_sizes_are_written(tmp_path, name, size):
    with ClipWriter(tmp_path / name) as clip:
        clip.write(Frame(np.full((size[1], size[0], 3), 200, np.uint8), 0.0))
    with open_video(tmp_path / name) as video:
        (frame,) = video
    assert np.abs(frame.image[: size[1], : size[0]].astype(int) - 200).max() < 10
    assert max(video.width - size[0], video.height - size[1]) <= 1


@NAMES
@pytest.mark.parametrize("lost", ["the end", "the middle", "the head"])
def test_a_file_of_which_the_disk_took_only_a_part_is_refused(tmp_path, monkeypatch, name, lost):
    close = ClipWriter._close

    def close_on_a_full_disk(clip, told):
        there = clip._file is not None
        close(clip, told)
        if there:
            whole = clip._half.read_bytes()
            parts = {"the end": whole[:-2000], "the middle": whole[:900] + whole[1500:], "the head": whole[200:]}
            clip._half.write_bytes(parts[lost])

    monkeypatch.setattr(ClipWriter, "_close", close_on_a_full_disk)
    with pytest.raises(UserError, match="was not written whole; is the disk full"):
        write(tmp_path / name, np.arange(40) / 30)
    assert list(tmp_path.iterdir()) == []


@NAMES
def test_a_disk_that_is_full_is_told_and_leaves_nothing(tmp_path, name):
    program = f"""
import resource, sys
import numpy as np
from pathlib import Path
from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.core.errors import UserError
noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    with ClipWriter(Path({str(tmp_path / name)!r})) as clip:
        for number in range(60):
            clip.write(Frame(np.roll(noise, number, 1), number / 30))
except UserError as err:
    print(err)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False)
    assert "was not written whole" in done.stdout, done.stderr
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_a_frame_of_another_size_is_refused(tmp_path):
    with ClipWriter(tmp_path / "clip.webm") as clip:
        clip.write(Frame(picture(0), 0.0))
        with pytest.raises(ValueError, match="a frame of"):
            clip.write(Frame(picture(0)[1:], 0.1))
    with open_video(tmp_path / "clip.webm") as video:
        assert len(list(video)) == 1, "of the one that was right there is a clip"


@NAMES
def test_nothing_is_left_of_a_clip_that_failed(tmp_path, name):
    def record() -> None:
        with ClipWriter(tmp_path / name) as clip:
            clip.write(Frame(picture(0), 0.0))
            clip.write(Frame(picture(1), 0.1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record()
    assert list(tmp_path.iterdir()) == []


def test_a_clip_without_a_frame_is_no_file(tmp_path):
    with ClipWriter(tmp_path / "clip.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_only_webm_and_mp4_are_written(tmp_path):
    with pytest.raises(UserError, match=r"choose a name that ends in \.webm or \.mp4"):
        ClipWriter(tmp_path / "clip.avi")


def test_an_ffmpeg_without_h264_writes_the_older_mpeg4(tmp_path, monkeypatch):
    monkeypatch.setattr(av, "codecs_available", av.codecs_available - {"libx264"})
    _, frames = write(tmp_path / "clip.mp4", [0, 0.1, 0.2])
    assert [bar(frame.image) for frame in frames] == [0, 1, 2]
    with av.open(str(tmp_path / "clip.mp4")) as file:
        assert file.streams.video[0].codec_context.name == "mpeg4"


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(UserError, match=r"file/clip\.webm: cannot be written there \(.*\); choose another folder"),
        ClipWriter(tmp_path / "file" / "clip.webm") as clip,
    ):
        clip.write(Frame(picture(0), 0.0))


def test_a_name_that_cannot_be_written_is_told(tmp_path):
    with (
        pytest.raises(UserError, match=r"cannot be written as webm \(File name too long\)"),
        ClipWriter(tmp_path / f"{'x' * 300}.webm") as clip,
    ):
        clip.write(Frame(picture(0), 0.0))
