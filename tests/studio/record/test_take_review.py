from __future__ import annotations

import numpy as np
import pytest

from gesture_al.studio.record.take_review import TakeVerdict, missing


@pytest.mark.parametrize(
    ("seconds", "count"),
    [([], 0), ([0.0, 5.0], 0), ([0.0, 0.1, 0.2, 0.3], 0), ([0.0, 0.1, 0.3, 0.4], 1), ([0.0, 0.1, 0.2, 0.6, 0.7, 0.9], 4)],
)
def test_frames_that_are_missing_show_in_the_times(seconds, count):
    assert missing(seconds) == count


def test_a_camera_that_is_slow_all_the_time_misses_none():
    assert missing(np.cumsum([0.066, 0.07, 0.06, 0.066, 0.08, 0.055]).tolist()) == 0


@pytest.mark.parametrize(
    ("label", "seen", "lost", "good", "tone"),
    [
        ("Like", 8, 0, True, "good"),
        ("Like", 7, 0, False, "bad"),
        ("Like", 9, 2, True, "doubt"),
        ("none", 0, 0, True, "good"),
        (None, 0, 0, False, "bad"),
        (None, 1, 0, True, "good"),
    ],
)
def test_a_take_is_judged_by_the_share_of_frames_with_a_hand(label, seen, lost, good, tone):
    verdict = TakeVerdict(label, frames=10, seen=seen, lost=lost, gate=0.8)
    assert (verdict.good, verdict.message()[1]) == (good, tone)
