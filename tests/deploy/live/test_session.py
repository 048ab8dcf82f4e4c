from __future__ import annotations

import numpy as np
import pytest

from gesture_al.data.geometry.sampling import windows
from gesture_al.deploy.live.session import SlidingWindow, prediction_times


def follow(seconds, positions, length=1.0, frames=9, hop=0.1):
    """Every window that a sliding window gives: its time, positions and seconds."""
    sliding = SlidingWindow(length, frames, hop)
    return [(at, *sliding.window()) for at, frame in zip(seconds, positions, strict=True) if sliding.add(at, frame)]


@pytest.fixture
def stream():
    rng = np.random.default_rng(1)
    seconds = np.cumsum(rng.uniform(0.03, 0.09, 120))
    return seconds, rng.random((120, 4, 3), dtype=np.float32)


def test_the_ring_shows_what_the_whole_stream_would(stream):
    seconds, positions = stream
    predictions = follow(seconds, positions)
    ends = np.array([at for at, _, _ in predictions])
    np.testing.assert_array_equal(ends, prediction_times(seconds, 0.1))
    whole = windows(positions, seconds, ends, 1.0, 9)
    for (_, window, instants), expected in zip(predictions, whole, strict=True):
        np.testing.assert_array_equal(window, expected)
        assert instants[-1] - instants[0] == pytest.approx(1.0)


@pytest.mark.parametrize("fps", [10, 12.5, 15, 24, 30, 60, 240])
def test_looks_come_ten_times_a_second_at_any_frame_rate(fps):
    assert len(prediction_times(np.arange(0, 20, 1 / fps), 0.1)) == pytest.approx(200, abs=3)


def test_slow_frames_are_all_looked_at_and_none_is_made_up():
    seconds = np.arange(0, 5, 0.25)
    np.testing.assert_array_equal(prediction_times(seconds, 0.1), seconds)


def test_after_a_gap_looking_goes_on_without_catching_up():
    seconds = np.concatenate([np.arange(0, 1, 0.02), np.arange(30, 31, 0.02)])
    after = prediction_times(seconds, 0.1)
    assert (after >= 30).sum() == pytest.approx(10, abs=1)
    assert np.diff(after).min() >= 0.05 - 1e-9


def test_what_lies_behind_a_gap_is_not_in_the_window():
    seconds = [0.0, 0.1, 0.2, 5.0]
    _, window, _ = follow(seconds, np.ones((4, 1, 2), np.float32))[-1]
    assert np.isnan(window[:-1]).all()
    assert (window[-1] == 1).all()


def test_a_frame_that_is_not_later_is_left_out():
    predictions = follow(
        [0.0, 0.5, 0.5, 0.3, 0.6], np.arange(5, dtype=np.float32)[:, None, None] * np.ones((1, 1, 2), np.float32)
    )
    assert [at for at, _, _ in predictions] == [0.0, 0.5, 0.6]
    assert predictions[-1][1][-1, 0, 0] == 4


def test_a_look_reads_no_more_frames_when_they_come_faster(monkeypatch):
    read = []

    def counting(positions, *rest):
        read.append(len(positions))
        return windows(positions, *rest)

    monkeypatch.setattr("gesture_al.deploy.live.session.windows", counting)
    seconds = np.arange(0, 2, 1 / 500)
    follow(seconds, np.ones((len(seconds), 2, 2), np.float32), frames=12)
    assert max(read) <= 24
