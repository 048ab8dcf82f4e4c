"""Whatever holds moving pictures gives upright frames with their times, or one line that says why not."""

from __future__ import annotations

import os

import cv2
import numpy as np
import pytest
from capture.video.small_videos import bar, cut_off, make_video, picture, space, turn
from PIL import Image

from gesture_al.capture.video.finding import find_videos
from gesture_al.capture.video.reading import open_video
from gesture_al.core.errors import UserError


def read(path, fps=None):
    with open_video(path, fps) as video:
        frames = list(video)
    return video, frames


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".avi"])
def test_a_video_gives_its_frames_in_rgb_with_their_times(tmp_path, suffix):
    video, frames = read(make_video(tmp_path / f"clip{suffix}"))
    assert (video.name, video.width, video.height, video.fps) == (f"clip{suffix}", 160, 120, 25.0)
    assert video.duration == pytest.approx(0.8)
    assert [bar(frame.image) for frame in frames] == list(range(20))
    assert np.allclose([frame.seconds for frame in frames], np.arange(20) / 25, atol=0.001)
    top = frames[0].image[10, 100]
    assert top[0] > 180
    assert top[2] < 60
    assert frames[0].image.dtype == np.uint8
    assert not video.loss


def test_a_gif_keeps_the_time_that_each_picture_stands(tmp_path):
    pictures = [Image.fromarray(picture(number)) for number in range(5)]
    pictures[0].save(tmp_path / "a.gif", save_all=True, append_images=pictures[1:], duration=[40, 40, 100, 200, 40])
    _, frames = read(tmp_path / "a.gif")
    assert [round(frame.seconds, 2) for frame in frames] == [0, 0.04, 0.08, 0.18, 0.38]
    assert [bar(frame.image) for frame in frames] == [0, 1, 2, 3, 4]


def test_a_variable_frame_rate_is_told_by_the_times_of_the_frames(tmp_path):
    ticks = [1, 1, 5, 2, 10, 1]
    path = make_video(tmp_path / "v.mp4", frames=6)
    space(path, ticks)
    _, frames = read(path)
    assert np.allclose([frame.seconds for frame in frames], np.cumsum([0, *ticks[:-1]]) / 25)


def test_a_phone_video_comes_upright(tmp_path):
    path = make_video(tmp_path / "phone.mp4")
    turn(path)
    video, frames = read(path)
    assert (video.width, video.height) == (120, 160)
    assert frames[0].image.shape == (160, 120, 3)
    red, blue = frames[0].image[80, 110], frames[0].image[80, 10]
    assert red[0] > 180, "a quarter turn clockwise brings the top to the right"
    assert blue[2] > 180


def test_a_truncated_file_gives_what_it_has_and_says_so(tmp_path):
    video, frames = read(cut_off(make_video(tmp_path / "cut.avi")))
    assert 5 < len(frames) < 18
    assert f"ends after {len(frames)} of 20 frames" in video.loss


def test_pictures_follow_each_other_as_a_person_counts(tmp_path):
    folder = tmp_path / "wave"
    folder.mkdir()
    for number in (1, 2, 10):
        Image.fromarray(picture(number)).save(folder / f"frame{number}.png")
    (folder / ".DS_Store").write_text("x")
    video, frames = read(folder, fps=10)
    assert [bar(frame.image) for frame in frames] == [1, 2, 10]
    assert [frame.seconds for frame in frames] == [0, 0.1, 0.2]
    assert (video.name, video.fps, video.duration) == ("wave", 10, 0.3)


def test_one_picture_is_a_video_of_one_frame(tmp_path):
    Image.fromarray(picture(3)).save(tmp_path / "a.png")
    _, frames = read(tmp_path / "a.png")
    assert [(bar(frame.image), frame.seconds) for frame in frames] == [(3, 0.0)]
    _, frames = read(make_video(tmp_path / "a.mp4", frames=1))
    assert [(bar(frame.image), frame.seconds) for frame in frames] == [(0, 0.0)]


def test_a_4k_video_is_read(tmp_path):
    video, frames = read(make_video(tmp_path / "4k.mp4", frames=2, size=(3840, 2160)))
    assert (video.width, video.height, len(frames), frames[1].image.shape) == (3840, 2160, 2, (2160, 3840, 3))


def test_what_is_no_video_is_refused_in_one_line(tmp_path, capfd):
    (tmp_path / "text.mp4").write_text("no video " * 200)
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8 torn")
    make_video(tmp_path / "none.mp4", frames=0)
    cut_off(make_video(tmp_path / "cut.mp4"))
    for name in ("missing.mp4", "text.mp4", "empty.mp4", "folder", "broken.jpg", "none.mp4", "cut.mp4"):
        with pytest.raises(UserError) as refusal:
            read(tmp_path / name)
        assert str(refusal.value).startswith(str(tmp_path / name) + ": ")
        assert "\n" not in str(refusal.value)
    assert capfd.readouterr().err == "", "what OpenCV thinks of it stays off the terminal"


def test_pictures_of_two_sizes_are_no_clip(tmp_path):
    Image.fromarray(picture(0)).save(tmp_path / "0.png")
    Image.fromarray(picture(0, (80, 60))).save(tmp_path / "1.png")
    with pytest.raises(UserError, match=r"1\.png: is 80 x 60, the pictures before it 160 x 120"):
        read(tmp_path)


def test_videos_are_found_at_any_depth(tmp_path):
    make_video(tmp_path / "Like" / "ann" / "1.mp4", frames=1)
    cv2.imwrite(str(tmp_path / "Like" / "0.png"), picture(0))
    (tmp_path / "Heart" / "series").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "Heart" / "series" / "0.jpg"), picture(0))
    (tmp_path / "notes.txt").touch()
    (tmp_path / ".trash").mkdir()
    make_video(tmp_path / ".trash" / "1.mp4", frames=1)
    assert [str(path.relative_to(tmp_path)) for path in find_videos(tmp_path).videos] == ["Heart/series", "Like/ann/1.mp4"]


def test_the_real_clip_is_read_whole(shared_media):
    video, frames = read(shared_media / "test_video.mp4")
    assert (video.width, video.height, len(frames), video.loss) == (640, 360, 202, "")
    assert np.all(np.diff([frame.seconds for frame in frames]) > 0)


def test_a_pipe_and_a_device_are_no_video(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "zero.mp4").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(UserError, match="cannot be read"):
            open_video(tmp_path / f"{name}.mp4")


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf"), 1e308])
def test_a_rate_that_is_none_is_refused(tmp_path, rate):
    (tmp_path / "pictures").mkdir()
    with pytest.raises(UserError, match="is no rate"):
        open_video(tmp_path / "pictures", rate)
