"""Preparation: slices, keeping, statistics and missing frames, against doing it all at once."""

import numpy as np
import pytest

from gesture_al.learning.loading import preparation
from gesture_al.learning.loading.labelled import AugmentedClips, changes
from gesture_al.learning.loading.preparation import Preparation, PreparedClips

ALL = np.arange(60)


@pytest.fixture
def made(clips, flat):
    prepared = Preparation(flat())
    prepared.measure(clips, ALL)
    return prepared


def test_slices_equal_the_whole(clips, made, monkeypatch):
    whole, lengths = made.features(clips, ALL)
    monkeypatch.setattr(preparation, "SLICE_BYTES", 7 * 8 * 5 * 2 * 4)
    np.testing.assert_array_equal(made.features(clips, ALL)[0], whole)
    assert lengths.tolist() == [6] * 60


def test_pool_channels_have_mean_0_and_deviation_1(clips, made):
    features, _ = made.features(clips, ALL)
    np.testing.assert_allclose(features.mean(axis=(0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(features.std(axis=(0, 1)), 1, atol=1e-5)


def test_statistics_of_a_large_pool_come_from_evenly_spaced_clips(clips, flat, monkeypatch):
    few, sampled = Preparation(flat()), Preparation(flat())
    few.measure(clips, np.array([0, 29, 59]))
    monkeypatch.setattr(preparation, "STATISTICS_BYTES", 3 * 6 * 10 * 4)
    sampled.measure(clips, ALL)
    np.testing.assert_array_equal(few.mean, sampled.mean)


@pytest.mark.parametrize("limit", [0, 2**30])
def test_kept_or_worked_out_anew_the_features_are_the_same(clips, made, limit):
    prepared = PreparedClips(clips, made, limit)
    rows = np.array([5, 3, 5, 59])
    for _ in range(2):
        features, lengths = prepared(rows)
        np.testing.assert_array_equal(features, made.features(clips, rows)[0])
        assert lengths.tolist() == [6] * 4


def test_only_clips_that_are_asked_for_are_worked_out(clips, made, monkeypatch):
    worked_out = []
    features = made.features
    monkeypatch.setattr(made, "features", lambda c, rows, moved: worked_out.append(rows.tolist()) or features(c, rows))
    prepared = PreparedClips(clips, made)
    prepared(np.array([4, 2])), prepared(np.array([2, 9])), prepared(np.array([9, 4]))
    assert worked_out == [[2, 4], [9]]


def test_frames_behind_a_clips_length_are_zero(flat, more_clips):
    lengths = np.full(60, 5)
    clips = more_clips(lengths=lengths)
    own = Preparation(flat(frames=None))
    own.measure(clips, ALL)
    features, found = own.features(clips, ALL)
    assert features.shape[1] == 8
    assert found.tolist() == lengths.tolist()
    assert np.isfinite(features).all()
    assert not features[:, 5:].any()


def test_augmented_clips_are_the_same_whether_resampled_ahead_or_not(clips, made, jitter, monkeypatch):
    def batch():
        source = AugmentedClips(clips, made, jitter, ALL, clips.labels, np.random.default_rng(0))
        return source(np.array([3, 3, 8]))

    ahead = batch()
    monkeypatch.setattr("gesture_al.learning.loading.labelled.KEPT_BYTES", 0)
    np.testing.assert_array_equal(ahead[0], batch()[0])
    assert not np.array_equal(ahead[0][0], ahead[0][1])
    assert ahead[2].tolist() == clips.labels[[3, 3, 8]].tolist()


def test_an_augmentation_that_hands_back_its_input_changes_nothing(clips, jitter):
    assert changes(jitter, clips)
    assert not changes(lambda positions, skeleton, rng: positions, clips)


def test_how_much_padding_stands_behind_a_clip_does_not_matter():
    from dataclasses import replace

    from gesture_al import read_dataset
    from gesture_al.learning.features.base import FEATURES

    clips = read_dataset("facetime_synthetic", clips=12, subjects=3)
    kept = Preparation(FEATURES.build("geometric", {"frames": None}))
    kept.measure(clips, np.arange(12))
    whole, lengths = kept.features(clips, np.arange(12))
    assert len(set(lengths.tolist())) > 1
    for row, length in enumerate(lengths):
        one = clips.take([row])
        cut = replace(one, positions=one.positions[:, :length], times=one.times[:, :length])
        np.testing.assert_allclose(kept.features(cut, np.array([0]))[0][0], whole[row, :length], atol=1e-6)
        assert not whole[row, length:].any()
