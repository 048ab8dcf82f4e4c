from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from gesture_al import UserError
from gesture_al.data.view.settings import VIEWS, ViewSettings
from gesture_al.data.view.show import show

SMALL = ViewSettings(width=160, height=120)


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize("joints", [1, 5, 42, 75, 543])
def test_every_layout_has_an_overview(joints, tmp_path, make_clips):
    out = show(make_clips(joints), None, tmp_path / "new" / "sheet.png", SMALL)
    assert pixels(out).shape[1] > 600


def test_a_gif_has_a_frame_for_every_frame_of_the_clip(tmp_path, make_clips):
    clips = make_clips()
    with Image.open(show(clips, "clip 2", tmp_path / "clip.gif", SMALL)) as picture:
        assert picture.size == (160, 120)
        assert picture.n_frames == clips.lengths[2]
        assert picture.info["duration"] == 50


def test_a_video_has_a_frame_for_every_frame_of_the_clip(tmp_path, make_clips):
    clips = make_clips(fps=None)
    video = cv2.VideoCapture(str(show(clips, "clip 1", tmp_path / "clip.mp4", SMALL)))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == clips.lengths[1]
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(SMALL.fps)
    video.release()


def test_a_strip_is_frames_side_by_side(tmp_path, make_clips):
    assert pixels(show(make_clips(), "clip 0", tmp_path / "clip.png", SMALL)).shape == (120, 4 * 160, 3)


def test_colours_are_those_of_the_settings_and_unseen_hands_have_none(tmp_path, make_clips):
    settings = ViewSettings(width=160, height=120, left_colour="#00ff00", right_colour="#ff0000")
    frames = pixels(show(make_clips(), "clip 0", tmp_path / "clip.png", settings))
    first, last = frames[50:, :160].reshape(-1, 3), frames[50:, -160:].reshape(-1, 3)

    def has(part, colour):
        return bool((part == colour).all(axis=1).any())

    assert has(first, (0, 255, 0))
    assert not has(first, (255, 0, 0))
    assert has(last, (255, 0, 0))


def test_synthetic_clips_say_so(tmp_path, make_clips):
    made = pixels(show(make_clips(synthetic=True), "clip 0", tmp_path / "a.png", SMALL))
    filmed = pixels(show(make_clips(synthetic=False), "clip 0", tmp_path / "b.png", SMALL))
    assert not np.array_equal(made[:46], filmed[:46])
    assert np.array_equal(made[46:], filmed[46:])


def test_without_a_display_the_way_out_is_named(monkeypatch, make_clips):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(UserError, match="name a file instead"):
        show(make_clips(), "clip 0", None, SMALL)


@pytest.mark.parametrize(
    ("clip", "name", "words"),
    [("clip 0", "x.avi", r"\.gif or \.mp4 or \.png"), (None, "x.gif", r"\.png"), ("nobody", "x.gif", "no clip 'nobody'")],
)
def test_bad_wishes_are_refused_in_one_line(clip, name, words, tmp_path, make_clips):
    with pytest.raises(UserError, match=words) as caught:
        show(make_clips(), clip, tmp_path / name, SMALL)
    assert "\n" not in str(caught.value)


def test_an_empty_set_is_refused(tmp_path, make_clips):
    with pytest.raises(UserError, match="no clips"):
        show(make_clips().take([]), None, tmp_path / "x.png", SMALL)


@pytest.mark.parametrize(
    "params",
    [{"width": 10}, {"height": 480.5}, {"fps": 0}, {"left_colour": "blue"}, {"joint_size": -1}, {"bone_width": 0}],
)
def test_settings_outside_their_range_are_refused(params):
    (key,) = params
    with pytest.raises(UserError, match=f"view 'default': {key}=.*: must be a"):
        VIEWS.build("default", params)


def test_real_hands_are_drawn(shared_data, tmp_path):
    from gesture_al import ClipSet
    from gesture_al.data.skeleton import skeleton_for

    with np.load(shared_data / "hello3.npz") as kept:
        skeleton = skeleton_for(75)
        positions, few = skeleton.mark_missing(kept["X"][:3]), slice(0, 3)
        clips = ClipSet(
            positions,
            kept["lengths"][few],
            np.array(["a", "b", "c"]),
            kept["y"][few],
            tuple(kept["class_names"].tolist()),
            skeleton,
        )
    shades = np.unique(pixels(show(clips, None, tmp_path / "sheet.png", SMALL)).reshape(-1, 3), axis=0)
    assert len(shades) > 50
