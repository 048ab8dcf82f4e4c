from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

from gesture_al import DATASETS, SKELETONS, ClipSet, UserError, make_splits
from gesture_al.data.clip_set import LeftOut
from gesture_al.data.datasets.facetime_stream import facetime_streams
from gesture_al.data.datasets.stream import Gesture, Joining, Stream, classes_at, cut_windows, join_clips
from gesture_al.data.datasets.stream_windows import StreamWindows

pytestmark = pytest.mark.slow

CLASSES = ("Like", "Heart", "none")


@pytest.fixture(scope="module")
def clips():
    return DATASETS.build("facetime_synthetic", {"clips": 64, "subjects": 4}).load()


def stream(gestures=(), seconds=10.0):
    times = np.arange(0, seconds, 0.05)
    return Stream(np.ones((len(times), 42, 3), np.float32), times, gestures, SKELETONS["hands"], 1.0, "anna", "anna-0")


def test_a_window_has_the_class_of_what_takes_half_of_its_end():
    ends = np.array([1.9, 2.14, 2.16, 3.0, 3.14, 3.16, 5.0])
    labels = classes_at(stream((Gesture("Heart", 2.0, 3.0),)), ends, 0.3, CLASSES)
    assert labels.tolist() == [2, 2, 1, 1, 1, 2, 2]


def test_windows_end_anywhere_and_know_where_they_come_from():
    gestures = (Gesture("Like", 2.0, 4.0), Gesture("Heart", 6.0, 8.0))
    cut = cut_windows([stream(gestures)], 400, 1.2, 24, 0.3, CLASSES, np.random.default_rng(0), "made up", True)
    assert cut.positions.shape == (400, 24, 42, 3)
    assert np.bincount(cut.labels, minlength=3) / 400 == pytest.approx([0.21, 0.21, 0.58], abs=0.08)
    np.testing.assert_allclose(cut.end - cut.start, 1.2)
    assert set(cut.groups) == {"anna-0"}
    assert cut.end.min() < 1.2


def test_facetime_windows_are_separated_by_stream():
    cut = DATASETS.build("facetime_stream", {"clips": 600, "subjects": 6}).load()
    assert cut.classes == ("Like", "Fire works", "Heart", "none")
    assert (np.bincount(cut.labels) > 10).all()
    splits = make_splits(cut, "auto", 0.3, 0.2, np.random.default_rng(0))
    assert splits.rule == "group"
    by_person = make_splits(cut, "subject", 0.3, 0.2, np.random.default_rng(0))
    assert not set(cut.subjects[by_person.train]) & set(cut.subjects[by_person.test])


def test_facetime_windows_are_the_same_bits_each_time():
    first, second = (DATASETS.build("facetime_stream", {"clips": 100, "subjects": 2}).load() for _ in range(2))
    assert first.fingerprint == second.fingerprint


def test_streams_of_another_seed_show_other_people():
    names = [{one.subject for one in facetime_streams(4, seed=seed)} for seed in (0, 1)]
    assert not names[0] & names[1]


@pytest.mark.parametrize("params", [{"window": 0.1}, {"recent": 2.0}, {"frames": 4}, {"clips": 5}, {"gesture_share": 1.0}])
def test_nonsense_is_refused(params):
    with pytest.raises(UserError, match=next(iter(params))):
        DATASETS.build("facetime_stream", params)


def test_joined_clips_are_all_there_once_and_in_time(clips):
    streams = join_clips(clips, Joining(clips=6), np.random.default_rng(0))
    names = [gesture.name for one in streams for gesture in one.gestures]
    expected = [clips.classes[label] for label in clips.labels if clips.classes[label] != "none"]
    assert sorted(names) == sorted(expected)
    for one in streams:
        assert (np.diff(one.seconds) > 0).all()
        assert np.diff(one.seconds).max() < 0.4
        assert all(before.end < after.start for before, after in zip(one.gestures, one.gestures[1:], strict=False))
        assert len(one.positions) == len(one.seconds)


def test_a_clip_stands_in_its_stream_as_it_was(clips):
    few = clips.take([0])
    (one,) = join_clips(few, Joining(), np.random.default_rng(0))
    length = int(few.lengths[0])
    np.testing.assert_array_equal(one.positions[-length:], few.positions[0, :length])
    np.testing.assert_allclose(one.seconds[-length:] - one.seconds[-length], few.times[0, :length], atol=1e-5)


def test_hands_come_in_from_below_and_move_without_a_jump(clips):
    rows = np.flatnonzero(clips.labels == 0)[:8]
    for one in join_clips(clips.take(rows), Joining(rest=1.0), np.random.default_rng(0)):
        assert np.isnan(one.positions[0]).all()
    for one in join_clips(clips.take(rows), Joining(rest=0.0, idle=0.5), np.random.default_rng(0)):
        wrist = one.positions[:, [0, 21], :2]
        step = np.linalg.norm(np.diff(wrist, axis=0), axis=-1) / np.diff(one.seconds)[:, None]
        assert np.nanquantile(step, 0.99) < 4


def test_people_and_official_sides_stay_apart(clips):
    streams = join_clips(clips, Joining(), np.random.default_rng(0))
    assert {one.subject for one in streams} == set(clips.subjects)


def test_windows_of_another_sets_clips_gain_a_class_none(clips):
    windows = DATASETS.build(
        "stream_windows",
        {"clips": 300},
        inner=DATASETS.build("facetime_synthetic", {"clips": 24, "subjects": 3, "classes": ["Like", "Heart"]}),
    ).load()
    assert windows.classes == ("Like", "Heart", "none")
    assert (np.bincount(windows.labels, minlength=3) > 20).all()
    assert windows.synthetic


def test_body_and_hands_are_joined_as_well(shared_data):
    archive = DATASETS.build("archive", {"path": str(shared_data / "hello3.npz")}).load()
    streams = join_clips(archive, Joining(), np.random.default_rng(0))
    assert {one.subject for one in streams} == set(archive.subjects)
    assert sum(len(one.gestures) for one in streams) == len(archive)
    pose = np.concatenate([one.positions[:, 0] for one in streams])
    assert np.isfinite(pose).mean() > 0.95
    windows = DATASETS.build(
        "stream_windows", {"clips": 200}, inner=DATASETS.build("archive", {"path": str(shared_data / "hello3.npz")})
    ).load()
    assert set(windows.split) == {"train", "test"}
    assert set(windows.subjects[windows.split == "test"]) == {"1", "4"}


def with_sessions(clips, sessions):
    return replace(clips, groups=np.array(sessions)[np.arange(len(clips)) // 4 % len(sessions)])


def windows_of(clips, count=400):
    return StreamWindows(Given(clips), clips=count)


@dataclass
class Given:
    clips: ClipSet

    def load(self):
        return self.clips


def test_what_was_left_out_of_the_clips_is_told_of_their_windows_too(clips):
    left_out = (LeftOut("a/Thumbs.db", "Thumbs.db"),)
    assert windows_of(replace(clips, left_out=left_out), 200).load().left_out == left_out


def test_a_stream_is_of_one_session_and_knows_its_clips(clips):
    two = with_sessions(clips, ["monday", "friday"])
    streams = join_clips(two, Joining(clips=6), np.random.default_rng(0))
    assert len({one.name for one in streams}) == len(streams)
    placed = [clip for one in streams for clip in one.clips]
    assert sorted(clip.clip for clip in placed) == sorted(two.ids)
    for one in streams:
        assert {two.groups[two.rows[clip.clip]] for clip in one.clips} == {one.session}
        for clip in one.clips:
            row = two.rows[clip.clip]
            first = int(np.searchsorted(one.seconds, clip.start - 1e-6))
            np.testing.assert_array_equal(one.positions[first], two.positions[row, 0])
            assert one.seconds[first] == pytest.approx(clip.start)


def test_windows_are_tested_on_a_session_that_is_not_learned_from(clips):
    two = with_sessions(clips, ["monday", "friday"])
    windows = windows_of(two).load()
    assert set(windows.groups) == {"monday", "friday"}
    splits = make_splits(windows, "auto", 0.3, 0.0, np.random.default_rng(0))
    assert len(set(windows.groups[splits.test])) == 1
    assert not set(windows.groups[splits.test]) & set(windows.groups[splits.train])


def test_windows_of_two_streams_of_a_session_share_no_time(clips):
    windows = windows_of(with_sessions(clips, ["monday", "friday"])).load()
    stream = np.array([id.rpartition("/")[0] for id in windows.ids.tolist()])
    for session in set(windows.groups):
        inside = [(windows.groups == session) & (stream == name) for name in sorted(set(stream[windows.groups == session]))]
        spans = sorted((windows.start[rows].min(), windows.end[rows].max()) for rows in inside)
        assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_a_single_session_is_divided_by_streams_and_says_so(clips):
    windows = windows_of(with_sessions(clips, ["monday"])).load()
    assert len(set(windows.groups)) > 1
    assert "same sessions" in windows.source


def test_clips_that_only_test_windows_show_are_untouched_by_training(clips):
    two = with_sessions(clips, ["monday", "friday"])
    reader = windows_of(two, 3000)
    windows = reader.load()
    kept = reader.untouched(windows.ids[windows.groups == "friday"])
    assert set(kept.groups) == {"friday"}
    assert len(kept) > 0.9 * np.count_nonzero(two.groups == "friday")
    assert not len(reader.untouched(windows.ids[:0]))
    half = reader.untouched(windows.ids[np.arange(len(windows)) % 2 == 0])
    assert not len(half)
