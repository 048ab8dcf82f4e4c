"""Clips that know the recording that they were cut from, and are cut anew from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from cutting_world import FPS, recorded, recording, write_recorded

from gesture_al import UserError, read_dataset
from gesture_al.active.clip_edits import ClipEdits
from gesture_al.data.datasets.recordings import recording_file, whole_track, with_ends
from gesture_al.data.track import Stretch, read_track, write_track


@pytest.fixture
def clips(tmp_path):
    return recorded(tmp_path / "data", people=1)


def test_a_clip_is_cut_anew_with_all_frames_between_its_new_ends(clips):
    whole = read_track(Path(clips.recordings[0]))
    wanted = whole.cut(Stretch(1.0, 3.0))
    clip = with_ends(clips, 0, Stretch(1.0, 3.0))
    assert len(clip) == 1
    assert clip.lengths[0] == len(wanted) == pytest.approx(2 * FPS, abs=1)
    assert np.array_equal(clip.positions[0], wanted.positions)
    assert clip.times[0] == pytest.approx(wanted.seconds - wanted.seconds[0], abs=1e-6)
    assert (clip.start[0], clip.end[0]) == (wanted.seconds[0], wanted.seconds[-1])
    assert (clip.ids[0], clip.aspect[0], clip.labels[0]) == (clips.ids[0], clips.aspect[0], clips.labels[0])
    same = with_ends(clips, 0, Stretch(float(clips.start[0]), float(clips.end[0])))
    assert np.array_equal(same.positions[0], clips.positions[0, : clips.lengths[0]])


def test_moved_ends_are_a_clip_of_their_own_and_leave_the_set_alone(clips):
    before, ends = np.array(clips.positions), ClipEdits(clips)
    assert not ends.move(3, None)
    assert ends.move(3, Stretch(4.0, 5.0))
    assert not ends.move(3, Stretch(4.0, 5.0))
    assert ends.clips[3].ids.tolist() == [clips.ids[3]]
    assert ends.move(3, None)
    assert ends.clips == {}
    assert np.array_equal(before, clips.positions, equal_nan=True)


def test_recordings_change_nothing_of_what_a_set_is(clips, tmp_path):
    shutil.rmtree(tmp_path / "data" / ".whole")
    write_recorded(tmp_path / "bare", people=1)
    shutil.rmtree(tmp_path / "bare" / ".whole")
    bare = read_dataset("clips", path=str(tmp_path / "bare"))
    assert bare.recordings is None
    assert bare.longest is None
    assert bare.fingerprint == clips.fingerprint


def test_a_folder_that_was_moved_has_its_recordings_where_it_is_now(clips, tmp_path):
    # The converted set comes from the cache, where it was put from the other place.
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "data").rename(tmp_path / "elsewhere" / "data")
    moved = read_dataset("clips", path=str(tmp_path / "elsewhere" / "data"))
    assert isinstance(moved.positions, np.memmap)
    assert moved.recordings[0].startswith(str(tmp_path / "elsewhere"))
    assert whole_track(clips, 0) is None
    assert whole_track(moved, 0) is not None


def test_what_extract_keeps_is_found_by_its_content_and_what_record_keeps_by_its_name(tmp_path):
    write_track(tmp_path / ".tracks" / "abc.npz", recording("monday", 0))
    write_track(tmp_path / ".whole" / "tuesday.npz", recording("tuesday", 0))
    assert recording_file(tmp_path, {"recording": "monday", "start": 1.0, "sha256": "abc"}) == ".tracks/abc.npz"
    assert recording_file(tmp_path, {"recording": "tuesday", "start": 1.0, "sha256": "of its video"}) == ".whole/tuesday.npz"
    assert recording_file(tmp_path, {"recording": "../.whole/tuesday", "start": 1.0}) == ".whole/tuesday.npz"
    assert recording_file(tmp_path, {"recording": "wednesday", "start": 1.0}) == ""
    assert recording_file(tmp_path, {"sha256": "abc"}) == "", "a clip that was recorded by itself"


@pytest.mark.parametrize("how", ["gone", "changed", "broken"])
def test_a_recording_that_is_not_what_the_clip_was_cut_from_is_none(clips, how):
    path = Path(clips.recordings[0])
    if how == "gone":
        path.unlink()
    elif how == "changed":
        write_track(path, recording("somebody else", 2))
    else:
        path.write_bytes(b"PK")
    assert whole_track(clips, 0) is None
    with pytest.raises(UserError, match="its ends were moved, but the recording"):
        with_ends(clips, 0, Stretch(1.0, 2.0))


def test_a_stretch_without_frames_is_refused(clips):
    with pytest.raises(UserError, match="0 frames of its recording are between 50 and 51 s"):
        with_ends(clips, 0, Stretch(50.0, 51.0))
