"""A clip is on disk whole or not at all, and plays as fast as it was."""

from __future__ import annotations

import pytest
from video.making import bar, picture

from gesture_al.errors import UserError
from gesture_al.video.base import Frame
from gesture_al.video.reading import open_video
from gesture_al.video.writing import ClipWriter


def test_uneven_frames_keep_their_moments(tmp_path):
    times = [5.0, 5.1, 5.3, 5.32, 5.6]
    with ClipWriter(tmp_path / "new" / "clip.mp4", fps=10) as clip:
        for number, seconds in enumerate(times):
            clip.write(Frame(picture(number), seconds))
    with open_video(tmp_path / "new" / "clip.mp4") as video:
        frames = list(video)
    assert [bar(frame.image) for frame in frames] == [0, 1, 1, 3, 3, 3, 4]
    assert frames[0].image[10, 100].argmax() == 0, "RGB"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["clip.mp4"]


def test_nothing_is_left_of_a_clip_that_failed(tmp_path):
    def record() -> None:
        with ClipWriter(tmp_path / "clip.mp4") as clip:
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


def test_only_mp4_is_written(tmp_path):
    with pytest.raises(UserError, match=r"choose a name that ends in \.mp4"):
        ClipWriter(tmp_path / "clip.avi")
