"""The numbers of a benchmark's runs: redundancy by the shape of the clips."""

from __future__ import annotations

import numpy as np

from gesture_al.runs.benchmark.scores import shape_features


def test_place_size_length_and_tempo_of_recording_do_not_count():
    rng = np.random.default_rng(0)
    slow = np.full((1, 31, 4, 3), np.nan, np.float32)
    slow[0, :31] = np.cumsum(rng.normal(size=(31, 4, 3)), axis=0)
    quick = np.full((1, 31, 4, 3), np.nan, np.float32)
    quick[0, :16] = slow[0, ::2] * 3 + 5
    a, b = shape_features(slow)[0], shape_features(quick)[0]
    assert a.shape == (16 * 4 * 3,)
    assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.98


def test_a_clip_without_a_seen_joint_is_at_the_origin():
    assert not shape_features(np.full((1, 5, 2, 2), np.nan, np.float16)).any()
