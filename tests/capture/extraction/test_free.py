"""A long recording becomes a pool of unlabelled clips, cut anew without a second look at the video."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from capture.video.small_videos import make_video
from fake_extractor import FakeExtractor

from gesture_al import read_dataset
from gesture_al.capture.extraction.clip_cutter import ClipRules
from gesture_al.capture.extraction.extract import extract
from gesture_al.capture.extraction.manifest import find_orphans
from gesture_al.capture.extraction.sources import find_sources
from gesture_al.data.datasets.recordings import with_ends
from gesture_al.data.track import Stretch, read_track


def recording(path, bursts=3):
    """A bar that comes, wanders and goes, with pauses of black."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 25, (160, 120))
    for _ in range(bursts):
        for width in [0] * 40 + [int(40 + 30 * np.sin(n / 4)) for n in range(40)] + [0] * 20:
            image = np.zeros((120, 160, 3), np.uint8)
            image[:, :width] = 255
            writer.write(image)
    writer.release()


def test_a_recording_is_cut_where_hands_move_and_each_clip_knows_its_place(tmp_path):
    video, out = tmp_path / "clips" / "unlabelled" / "monday.mp4", tmp_path / "out"
    recording(video)
    sources = find_sources(tmp_path / "clips")
    result = extract(sources, out, FakeExtractor(), ClipRules(), 1)
    paths = sorted((out / "unlabelled").glob("*.npz"))
    assert len(paths) == result.rows[0].clips == 3
    for number, path in enumerate(paths):
        about = read_track(path).about
        middle = (about["start"] + about["end"]) / 2
        assert abs(middle - (4.0 * number + 2.4)) < 0.3
        assert about["recording"] == "monday"
        assert "class" not in about
        assert path.stem == f"monday_{round(about['start'] * 100):06d}"
    again = extract(sources, out, FakeExtractor(), ClipRules(cut="windows", window=4.0), 1)
    assert again.extracted == 0
    assert len(list((out / "unlabelled").glob("*.npz"))) == again.rows[0].clips == 5
    whole = extract(sources, out, FakeExtractor(), ClipRules(cut="whole"), 1)
    assert whole.rows[0].paths == ["unlabelled/monday.npz"]
    assert read_track(out / "unlabelled" / "monday.npz").about["end"] > 11


def test_a_proposal_that_was_moved_into_a_class_is_not_proposed_again(tmp_path):
    out = tmp_path / "out"
    recording(tmp_path / "clips" / "monday.mp4")
    sources = find_sources(tmp_path / "clips", free=True)
    extract(sources, out, FakeExtractor(), ClipRules(), 1)
    first = sorted((out / "unlabelled").glob("*.npz"))[0]
    (out / "Like").mkdir()
    (out / "Heart").mkdir()
    first.rename(out / "Like" / first.name)
    result = extract(sources, out, FakeExtractor(), ClipRules(), 1)
    assert result.changed_rows == []
    assert not first.exists()
    other = sorted((out / "unlabelled").glob("*.npz"))[0]
    other.rename(out / "Heart" / other.name)
    clips = read_dataset("clips", path=str(out))
    assert clips.classes == ("Heart", "Like")
    assert sorted(clips.labels.tolist()) == [-1, 0, 1]
    assert set(clips.groups) == {"recording monday"}


def test_a_recording_without_hands_gives_a_reason_and_no_clip(tmp_path):
    recording(tmp_path / "clips" / "monday.mp4", bursts=1)
    (tmp_path / "none").mkdir()
    from capture.extraction.conftest import plain_video

    plain_video(tmp_path / "none" / "dark.mp4", 0, frames=50)
    result = extract(find_sources(tmp_path / "none", free=True), tmp_path / "out", FakeExtractor(), ClipRules(), 1)
    assert [(row.state, row.reason) for row in result.rows] == [
        ("left out", "no movement of hands was found in it (a hand in 0% of 50 frames)")
    ]


def again(root, out, rules, **options):
    """A second extraction, as the command does it."""
    orphans = find_orphans(root, out, FakeExtractor().settings)
    return extract(find_sources(root, orphans=orphans, **options), out, FakeExtractor(), rules, 1)


@pytest.mark.parametrize("removed", ["the video", "its folder"])
def test_a_recording_is_cut_anew_when_its_video_is_gone(tmp_path, removed):
    root, out = tmp_path / "clips", tmp_path / "out"
    recording(root / "monday.mp4")
    extract(find_sources(root, free=True), out, FakeExtractor(), ClipRules(), 1)
    before = {path.name: path.read_bytes() for path in (out / "unlabelled").iterdir()}
    (root / "monday.mp4").unlink()
    if removed == "its folder":
        root.rmdir()
    # Without --free too: that it was a free recording is known.
    windows = again(root, out, ClipRules(cut="windows", window=4.0))
    assert windows.extracted == 0
    assert len(list((out / "unlabelled").glob("*.npz"))) == windows.rows[0].clips == 5
    whole = again(root, out, ClipRules(cut="whole"), free=True)
    assert whole.rows[0].paths == ["unlabelled/monday.npz"]
    again(root, out, ClipRules())
    assert {path.name: path.read_bytes() for path in (out / "unlabelled").iterdir()} == before
    # A file can be named as well as its folder.
    assert len(again(root / "monday.mp4", out, ClipRules(cut="windows", window=4.0)).rows[0].paths) == 5


def test_rules_that_leave_no_clip_do_not_cost_the_landmarks_of_a_video_that_is_gone(tmp_path):
    root, out = tmp_path / "clips", tmp_path / "out"
    recording(root / "monday.mp4")
    make_video(tmp_path / "other" / "Like" / "a.mp4", frames=10)
    extract(find_sources(root, free=True), out, FakeExtractor(), ClipRules(), 1)
    (root / "monday.mp4").unlink()
    assert [row.state for row in again(root, out, ClipRules(at_least=1.0, cut="whole")).rows] == ["left out"]
    assert again(tmp_path / "other", out, ClipRules()).extracted == 1
    assert next(row for row in again(root, out, ClipRules()).rows if "monday" in row.video).clips == 3


def test_a_video_that_was_moved_is_not_taken_for_one_that_is_gone(tmp_path):
    root, out = tmp_path / "clips", tmp_path / "out"
    recording(root / "monday.mp4")
    extract(find_sources(root, free=True), out, FakeExtractor(), ClipRules(), 1)
    (root / "monday.mp4").rename(root / "tuesday.mp4")
    result = again(root, out, ClipRules(), free=True)
    assert [row.video for row in result.rows] == [str(root / "tuesday.mp4")]
    assert len(list((out / "unlabelled").glob("*.npz"))) == 3


def test_landmarks_of_another_extractor_stay_as_they_are(tmp_path):
    root, out = tmp_path / "clips", tmp_path / "out"
    recording(root / "monday.mp4")
    extract(find_sources(root, free=True), out, FakeExtractor(), ClipRules(), 1)
    (root / "monday.mp4").unlink()
    assert find_orphans(root, out, {"name": "hands_pose"}) == []
    assert find_orphans(tmp_path / "elsewhere", out, FakeExtractor().settings) == []


def test_what_was_removed_with_its_clips_does_not_come_back(tmp_path):
    root, out = tmp_path / "clips", tmp_path / "out"
    recording(root / "monday.mp4")
    extract(find_sources(root, free=True), out, FakeExtractor(), ClipRules(), 1)
    for path in (root / "monday.mp4", *(out / "unlabelled").iterdir()):
        path.unlink()
    assert find_orphans(root, out, FakeExtractor().settings) == []


def test_what_was_cut_from_a_recording_can_be_cut_anew_from_it(tmp_path):
    out = tmp_path / "out"
    recording(tmp_path / "clips" / "monday.mp4")
    extract(find_sources(tmp_path / "clips", free=True), out, FakeExtractor(), ClipRules(), 1)
    clips = read_dataset("clips", path=str(out), classes=["Like", "Heart"])
    assert len(clips) == 3
    for row in range(3):
        start, end = float(clips.start[row]) - 0.4, float(clips.end[row])
        anew = with_ends(clips, row, Stretch(start, end))
        assert anew.lengths[0] == clips.lengths[row] + 10
        assert np.array_equal(anew.positions[0, 10:], clips.positions[row, : clips.lengths[row]], equal_nan=True)
