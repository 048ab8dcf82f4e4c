"""On real clips: same-class neighbours across unseen people, nearest neighbour only, so that no net hides a bad frame."""

from __future__ import annotations

import numpy as np

from gesture_al.data.geometry.sampling import resample
from gesture_al.data.skeleton import SKELETONS
from gesture_al.learning.features.base import FEATURES, channel_statistics


def nearest_neighbour_accuracy(name, clips, skeleton):
    features = FEATURES.build(name, {"frames": 24})
    positions = resample(skeleton.mark_missing(clips["X"]), clips["lengths"], None, 24)
    numbers = features(positions, skeleton)
    train, test = clips["split"] == "train", clips["split"] == "test"
    mean, deviation = channel_statistics(numbers[train])
    rows = ((numbers - mean) / deviation).reshape(len(numbers), -1)
    squared = (rows[test] ** 2).sum(1)[:, None] + (rows[train] ** 2).sum(1) - 2 * rows[test] @ rows[train].T
    return float((clips["y"][train][squared.argmin(axis=1)] == clips["y"][test]).mean())


def test_geometry_beats_raw_on_unseen_recorders(shared_data):
    with np.load(shared_data / "hello3.npz") as clips:
        skeleton = SKELETONS["hands_pose"]
        raw, geometric = (nearest_neighbour_accuracy(name, clips, skeleton) for name in ("standardised", "geometric"))
    assert geometric > raw + 0.1
    assert geometric > 0.85
