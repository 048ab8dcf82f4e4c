"""Gestures are found in long recordings: each covered by one proposal."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from capture.extraction.streams import RATE, covered_by_one, long_track
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_al.capture.extraction.segments import MotionThresholds, Segment, find_segments, merge, window_segments
from gesture_al.core.errors import UserError
from gesture_al.data.skeleton import SKELETONS
from gesture_al.data.track import Track


def hand_at(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A flat hand whose palm is 0.1 picture heights long, wrist at the places given, shape (T, 21, 2)."""
    joints = np.zeros((21, 2))
    for a, b in SKELETONS["hand"].bones:
        joints[b] = joints[a] + [0.01 * (b % 5 - 2), -0.025]
    joints[9] = [0, -0.1]
    return joints + np.stack([x, y], axis=-1)[:, None]


def track_of(right: np.ndarray, seconds: np.ndarray | None = None) -> Track:
    """A track with a right hand only."""
    count = len(right)
    positions = np.full((count, 42, 3), np.nan, np.float32)
    positions[:, 21:] = np.concatenate([right, np.zeros((*right.shape[:2], 1))], axis=2)
    seconds = np.arange(count) / RATE if seconds is None else seconds
    return Track(positions, seconds, np.ones((count, 2), np.float32), np.full(count, ""), 480, 480, "hands")


def raised(hold: float, lap: float = 3.0) -> tuple[Track, tuple[float, float]]:
    """A hand in the lap that is raised, held for so long and lowered, each way in half a second."""
    height = np.concatenate([np.full(int(lap * RATE), 0.9), np.linspace(0.9, 0.4, 15), np.full(int(hold * RATE), 0.4)])
    height = np.concatenate([height, np.linspace(0.4, 0.9, 15), np.full(int(lap * RATE), 0.9)])
    return track_of(hand_at(np.full(len(height), 0.5), height)), (lap, lap + hold + 1.0)


@pytest.mark.parametrize("visible_rest", [True, False])
def test_gestures_of_a_long_recording_are_covered_by_one_proposal_each(visible_rest):
    covered, proposals, gestures = [], 0, 0
    for seed in range(4):
        track, spans = long_track(np.random.default_rng(seed), 12, visible_rest)
        segments = find_segments(track)
        covered.append(covered_by_one(spans, segments))
        proposals, gestures = proposals + len(segments), gestures + len(spans)
    assert np.mean(covered) >= 0.95
    assert proposals <= 1.1 * gestures


@pytest.mark.parametrize("hold", [0.0, 1.0, 2.0])
def test_a_gesture_that_is_held_is_one_clip(hold):
    track, (start, end) = raised(hold)
    (segment,) = find_segments(track)
    assert segment.start == pytest.approx(start, abs=0.5)
    assert segment.end == pytest.approx(end, abs=0.5)
    assert not segment.ordinary


def test_two_gestures_with_the_hand_in_the_lap_between_them_are_two_clips():
    one, _ = raised(0.5, lap=1.0)
    positions = np.concatenate([one.positions, one.positions])
    two = track_of(positions[:, 21:, :2].astype(float))
    assert len(find_segments(two)) == 2


def test_a_hand_that_never_rests_is_proposed_as_none_in_pieces():
    seconds = np.arange(int(20 * RATE)) / RATE
    waving = hand_at(0.5 + 0.2 * np.sin(3 * seconds), np.full(len(seconds), 0.5))
    segments = find_segments(track_of(waving))
    assert len(segments) >= 4
    assert all(segment.ordinary and segment.end - segment.start <= 6 for segment in segments)


def test_a_hand_that_lies_still_or_is_away_is_no_clip():
    jitter = np.random.default_rng(0).normal(scale=0.002, size=(300, 21, 2))
    assert find_segments(track_of(hand_at(np.full(300, 0.5), np.full(300, 0.9)) + jitter)) == []
    assert find_segments(track_of(np.full((300, 21, 2), np.nan))) == []
    assert find_segments(track_of(np.full((1, 21, 2), 0.5))) == []


def test_the_frame_rate_does_not_matter():
    track, _ = raised(1.0)
    half = Track(
        **{**vars(track), **{name: getattr(track, name)[::2] for name in ("positions", "seconds", "handedness", "flags")}}
    )
    (whole,), (sparse,) = find_segments(track), find_segments(half)
    assert (sparse.start, sparse.end) == pytest.approx((whole.start, whole.end), abs=0.1)


times = st.floats(0, 100, allow_nan=False)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(times, times, st.booleans()), max_size=20))
def test_merged_segments_hold_the_same_moments_and_do_not_overlap(drawn):
    segments = [Segment(min(a, b), max(a, b), c) for a, b, c in drawn]
    merged = merge(segments)
    assert all(a.end <= b.start for a, b in pairwise(merged))
    for segment in segments:
        assert any(one.start <= segment.start and segment.end <= one.end for one in merged)
    assert {one.start for one in merged} <= {segment.start for segment in segments}


def test_windows_cover_the_recording():
    track = track_of(np.full((301, 21, 2), 0.5))
    assert [(one.start, one.end) for one in window_segments(track, 4.0, 2.0)] == [(0, 4), (2, 6), (4, 8), (6, 10)]
    assert [(one.start, one.end) for one in window_segments(track, 60.0, 30.0)] == [(0, 10)]
    with pytest.raises(UserError, match="both must be above 0"):
        window_segments(track, 0.0, 1.0)


@pytest.mark.parametrize("wrong", [{"low": 9.0}, {"low": 0.0}, {"shortest": 9.0}, {"hold": -1.0}, {"steady": 0.0}])
def test_thresholds_that_cannot_be_are_refused(wrong):
    with pytest.raises(UserError, match=r"^cutting: "):
        MotionThresholds(**wrong)
