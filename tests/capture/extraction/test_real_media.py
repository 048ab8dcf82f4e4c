"""The whole way with the real extractor on real hands: a photo, a clip, a video without hands, a phone's video, 4K."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from capture.extraction.conftest import plain_video
from capture.video.small_videos import cut_off, turn

from gesture_al import read_dataset
from gesture_al.capture.extraction.clip_cutter import ClipRules
from gesture_al.capture.extraction.extract import extract
from gesture_al.capture.extraction.sources import find_sources
from gesture_al.capture.extraction.tracks import extract_track
from gesture_al.cli.extract import chosen_extractor
from gesture_al.data.track import read_track


def film(path, pictures, fps=25):
    path.parent.mkdir(parents=True, exist_ok=True)
    code = "MJPG" if path.suffix == ".avi" else "mp4v"
    size = pictures[0].shape[1::-1]
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), fps, size)
    for picture in pictures:
        writer.write(np.ascontiguousarray(picture))
    writer.release()


def test_real_hands_come_out_upright_whatever_the_video(hand_model, shared_media, tmp_path):
    extractor = chosen_extractor([f"landmarks.params.hand_model='{hand_model}'"])
    photo = cv2.imread(str(shared_media / "hand_thumb_up.jpg"))
    clips, out = tmp_path / "clips", tmp_path / "out"
    film(clips / "Like" / "plain.mp4", [photo[:520]] * 3)
    film(clips / "Like" / "4k.mp4", [cv2.resize(photo, (3840, 2160))] * 2)
    film(clips / "Like" / "one.mp4", [photo[:520]])
    # A phone's sensor lies on its side, and the file says so.
    film(clips / "Like" / "phone.mp4", [cv2.rotate(photo[:520], cv2.ROTATE_90_COUNTERCLOCKWISE)] * 3)
    turn(clips / "Like" / "phone.mp4")
    film(clips / "Like" / "cut.avi", [photo[:520]] * 12)
    cut_off(clips / "Like" / "cut.avi")
    film(clips / "Heart" / "both.mp4", [np.hstack([photo[:520], photo[:520, ::-1]])] * 3)
    plain_video(clips / "Heart" / "dark.mp4", 30)
    result = extract(find_sources(clips), out, extractor, ClipRules(), 1)
    states = {row.video.rsplit("/", 1)[1]: row.state for row in result.rows}
    assert states == dict.fromkeys(states, "taken") | {"dark.mp4": "left out"}
    plain = read_track(out / "Like" / "plain.npz")
    for name in ("phone", "one", "4k", "cut"):
        other = read_track(out / "Like" / f"{name}.npz")
        assert np.isfinite(other.positions[-1]).any(axis=(-1, -2)).any()
        apart = np.nanmax(np.abs(other.positions[-1, :, :2] - plain.positions[-1, :, :2]))
        assert apart < 0.04, f"{name}: the same hand in the same place of the upright picture"
    both = read_track(out / "Heart" / "both.npz")
    assert np.isfinite(both.positions[-1]).all(), "two thumbs, a left one and a right one"
    set_of = read_dataset("clips", path=str(out))
    assert (set_of.classes, len(set_of), set_of.skeleton.name) == (("Heart", "Like"), 6, "hands")


@pytest.mark.parametrize("name", ["upright", "matrix_mirrored", "pixels_64_45", "damaged_midway"])
def test_the_same_hand_comes_out_however_the_file_stores_it(hand_model, shared_cases, name):
    extractor = chosen_extractor([f"landmarks.params.hand_model='{hand_model}'"])
    track = extract_track(shared_cases / "video" / f"{name}.mp4", extractor, {})
    left, right = track.positions[:, :21], track.positions[:, 21:]
    assert np.isnan(left).all(), "a right hand"
    aspect = track.width / track.height
    assert aspect == pytest.approx(1.78, abs=0.01)
    assert np.nanmedian(right[:, 0, :2], axis=0) == pytest.approx((0.38, 0.25), abs=0.02)
    shape = right[..., :2] * (aspect, 1)
    width, length = (np.linalg.norm(shape[:, a] - shape[:, b], axis=-1) for a, b in ((5, 17), (0, 9)))
    assert np.nanmedian(width / length) == pytest.approx(0.556, abs=0.01)
    assert ("ended_early" in track.about) == (name == "damaged_midway")
