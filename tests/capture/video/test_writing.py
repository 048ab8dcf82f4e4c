"""A clip is on disk whole or not at all, and plays as fast as it was."""

from __future__ import annotations

import pytest
from capture.video.small_videos import bar, picture

from gesture_al.capture.video.frame import Frame
from gesture_al.capture.video.reading import open_video
from gesture_al.capture.video.writing import ClipWriter
from gesture_al.core.errors import UserError


@pytest.mark.parametrize("name", ["clip.webm", "clip.mp4"])
def test_uneven_frames_keep_their_moments(tmp_path, name, capfd):
    times = [5.0, 5.1, 5.3, 5.32, 5.6]
    with ClipWriter(tmp_path / "new" / name, fps=10) as clip:
        for number, seconds in enumerate(times):
            clip.write(Frame(picture(number), seconds))
    with open_video(tmp_path / "new" / name) as video:
        frames = list(video)
        assert (video.fps, video.duration) == (10, pytest.approx(0.7))
    assert [bar(frame.image) for frame in frames] == [0, 1, 1, 3, 3, 3, 4]
    assert frames[0].image[10, 100].argmax() == 0, "RGB"
    assert [frame.seconds for frame in frames] == pytest.approx([number / 10 for number in range(7)])
    assert [path.name for path in (tmp_path / "new").iterdir()] == [name]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("fps", [12.5, 29.97, 30, 60])
def test_a_webm_has_the_rate_it_was_asked_for(tmp_path, fps):
    with ClipWriter(tmp_path / "clip.webm", fps=fps) as clip:
        for number in range(70):
            clip.write(Frame(picture(number % 10), number / fps))
    with open_video(tmp_path / "clip.webm") as video:
        assert video.fps == pytest.approx(fps, rel=1e-3)
        assert video.duration == pytest.approx(70 / fps, rel=1e-3)
        # A file's clock ticks in whole nanoseconds of a thousandth of a picture.
        assert [frame.seconds for frame in video] == pytest.approx([number / fps for number in range(70)], abs=2e-4)


@pytest.mark.parametrize("lost", ["the end", "the middle", "the head"])
def test_a_webm_of_which_the_disk_took_only_a_part_is_refused(tmp_path, lost):
    clip = ClipWriter(tmp_path / "clip.webm")
    for number in range(40):
        clip.write(Frame(picture(number % 10), number / 30))
    clip._encoder.close()
    (half,) = tmp_path.iterdir()
    whole = half.read_bytes()
    parts = {"the end": whole[:-700], "the middle": whole[:900] + whole[1500:], "the head": whole[200:]}
    half.write_bytes(parts[lost])
    with pytest.raises(UserError, match="was not written whole"):
        clip.__exit__(None, None, None)
    assert list(tmp_path.iterdir()) == []


def test_what_the_encoder_could_not_do_is_told_at_the_end(tmp_path):
    clip = ClipWriter(tmp_path / "clip.webm")
    for number in range(3):
        clip.write(Frame(picture(0)[..., :2], number / 30))
    with pytest.raises(Exception, match="number of channels"):
        clip.__exit__(None, None, None)
    assert list(tmp_path.iterdir()) == []


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


def test_only_webm_and_mp4_are_written(tmp_path):
    with pytest.raises(UserError, match=r"choose a name that ends in \.webm or \.mp4"):
        ClipWriter(tmp_path / "clip.avi")


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(UserError, match=r"file/clip\.webm: cannot be written there \(.*\); choose another folder"),
        ClipWriter(tmp_path / "file" / "clip.webm") as clip,
    ):
        clip.write(Frame(picture(0), 0.0))
