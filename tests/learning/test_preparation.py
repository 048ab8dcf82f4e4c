"""Preparation of features: slices, keeping, statistics, missing frames, and clips whose ends were moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from learning.conftest import Flat, Jitter

from gesture_al.data.clip_set import ClipSet
from gesture_al.learning import preparation
from gesture_al.learning.labelled_clips import AugmentedClips, changes
from gesture_al.learning.preparation import ClipOverrides, Preparation, PreparedClips

ALL = np.arange(60)


@pytest.fixture
def made(clips, flat):
    prepared = Preparation(flat())
    prepared.measure(clips, ALL)
    return prepared


def test_slices_equal_the_whole(clips, made, monkeypatch):
    whole, lengths = made.features_of(clips, ALL)
    monkeypatch.setattr(preparation, "SLICE_BYTES", 7 * 8 * 5 * 2 * 4)
    np.testing.assert_array_equal(made.features_of(clips, ALL)[0], whole)
    assert lengths.tolist() == [6] * 60


def test_pool_channels_have_mean_0_and_deviation_1(clips, made):
    features, _ = made.features_of(clips, ALL)
    np.testing.assert_allclose(features.mean(axis=(0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(features.std(axis=(0, 1)), 1, atol=1e-5)


def test_statistics_of_a_large_pool_come_from_evenly_spaced_clips(clips, flat, monkeypatch):
    few, sampled = Preparation(flat()), Preparation(flat())
    few.measure(clips, np.array([0, 29, 59]))
    monkeypatch.setattr(preparation, "STATISTICS_BYTES", 3 * 6 * 10 * 4)
    sampled.measure(clips, ALL)
    np.testing.assert_array_equal(few.mean, sampled.mean)


@pytest.mark.parametrize("limit", [0, 2**30])
def test_kept_in_memory_or_on_disk_the_features_are_the_same(clips, made, limit, tmp_path):
    prepared = PreparedClips(clips, made, limit, folder=tmp_path)
    rows = np.array([5, 3, 5, 59])
    for _ in range(2):
        features, lengths = prepared(rows)
        np.testing.assert_array_equal(features, made.features_of(clips, rows)[0])
        assert lengths.tolist() == [6] * 4


@pytest.mark.parametrize("limit", [0, 2**30])
def test_only_clips_that_are_asked_for_are_worked_out(clips, made, monkeypatch, limit, tmp_path):
    worked_out = []
    features = made.features_of
    monkeypatch.setattr(made, "features_of", lambda c, rows, moved: worked_out.append(rows.tolist()) or features(c, rows))
    prepared = PreparedClips(clips, made, limit, folder=tmp_path)
    prepared(np.array([4, 2])), prepared(np.array([2, 9])), prepared(np.array([9, 4]))
    assert worked_out == [[2, 4], [9]]
    prepared.forget(9)
    prepared(np.array([9, 4]))
    assert worked_out == [[2, 4], [9], [9]]


def test_a_disk_that_fills_up_costs_time_and_one_line_only(clips, made, tmp_path, monkeypatch, caplog):
    prepared = PreparedClips(clips, made, 0, folder=tmp_path)
    prepared(np.arange(10))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gesture_al.core.row_file.os.pwrite", full)
    for rows in (np.arange(5, 15), ALL):
        assert np.array_equal(prepared(rows)[0], made.features_of(clips, rows)[0])
    assert [record.getMessage() for record in caplog.records] == [
        "features are made anew in every round, which takes longer: no room to keep them in the cache folder "
        "(No space left on device); make room, or let GESTURE_AL_CACHE name another folder"
    ]
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_costs_the_same(clips, made, tmp_path, caplog):
    (tmp_path / "file").touch()
    prepared = PreparedClips(clips, made, 0, folder=tmp_path / "file" / "cache")
    assert np.array_equal(prepared(ALL)[0], made.features_of(clips, ALL)[0])
    assert len(caplog.records) == 1


def test_frames_behind_a_clips_length_are_zero(flat, more_clips):
    lengths = np.full(60, 5)
    clips = more_clips(lengths=lengths)
    own = Preparation(flat(frames=None))
    own.measure(clips, ALL)
    features, found = own.features_of(clips, ALL)
    assert features.shape[1] == 8
    assert found.tolist() == lengths.tolist()
    assert np.isfinite(features).all()
    assert not features[:, 5:].any()


def test_augmented_clips_are_the_same_whether_resampled_ahead_or_not(clips, made, jitter, monkeypatch):
    def batch():
        source = AugmentedClips(clips, made, jitter, ALL, clips.labels, np.random.default_rng(0))
        return source(np.array([3, 3, 8]))

    ahead = batch()
    monkeypatch.setattr("gesture_al.learning.labelled_clips.KEPT_BYTES", 0)
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
    whole, lengths = kept.features_of(clips, np.arange(12))
    assert len(set(lengths.tolist())) > 1
    for row, length in enumerate(lengths):
        one = clips.take([row])
        cut = replace(one, positions=one.positions[:, :length], times=one.times[:, :length])
        np.testing.assert_allclose(kept.features_of(cut, np.array([0]))[0][0], whole[row, :length], atol=1e-6)
        assert not whole[row, length:].any()


ROW = 4


def with_times(clips):
    count, frames = clips.positions.shape[:2]
    return replace(clips, times=np.tile(np.arange(frames, dtype=np.float32) / 10, (count, 1)))


def one_clip(clips, frames, seed=1):
    """A clip of so many frames, evenly spaced or nearly."""
    rng = np.random.default_rng(seed)
    positions = rng.normal(size=(1, frames, *clips.positions.shape[2:])).astype(np.float32)
    times = np.sort(rng.uniform(0, 1, frames)).astype(np.float32)[None]
    made = clips.take([ROW])
    return replace(made, positions=positions, lengths=np.array([frames]), times=times - times[:, :1])


def cut_from_the_start(clips, row, clip) -> ClipSet:
    positions, lengths, times = clips.positions.copy(), clips.lengths.copy(), clips.times.copy()
    length = int(clip.lengths[0])
    positions[row], positions[row, :length] = np.nan, clip.positions[0]
    lengths[row] = length
    times[row, :length], times[row, length:] = clip.times[0], clip.times[0, -1]
    return replace(clips, positions=positions, lengths=lengths, times=times)


@pytest.mark.parametrize(("frames", "augment"), [(None, None), (6, None), (6, Jitter())])
def test_training_and_prediction_are_those_of_a_set_that_was_cut_so(clips, learner_of, frames, augment):
    timed = with_times(clips)
    clip = one_clip(timed, 5)
    rows = np.arange(12)
    results = []
    for chosen, moved in ((timed, clip), (cut_from_the_start(timed, ROW, clip), None), (timed, None)):
        learner = learner_of(chosen, features=Flat(frames, standardise=False), augment=augment)
        # Told after the features have been worked out, so that it must forget them.
        learner.fit(rows, clips.labels[rows], 0)
        if moved is not None:
            learner.override_clip(ROW, moved)
        learner.forget()
        learner.fit(rows, clips.labels[rows], 1)
        results.append(learner.predict_probs(np.arange(len(clips))))
    assert np.array_equal(results[0], results[1])
    assert not np.array_equal(results[0], results[2])


def test_put_back_it_is_as_if_nothing_had_been_moved(clips, learner_of):
    timed = with_times(clips)
    plain, moved = learner_of(timed), learner_of(timed)
    rows = np.arange(12)
    moved.override_clip(ROW, one_clip(timed, 5))
    moved.fit(rows, clips.labels[rows], 0)
    moved.override_clip(ROW, None)
    moved.forget()
    for learner in (plain, moved):
        learner.fit(rows, clips.labels[rows], 0)
    assert plain.state() == moved.state()


def test_when_ends_are_moved_does_not_change_the_statistics_of_the_channels(clips):
    timed = with_times(clips)
    moved, pool = ClipOverrides(8), np.arange(len(clips))
    early, late = Preparation(Flat(6)), Preparation(Flat(6))
    late.measure(timed, pool)
    moved.set(ROW, one_clip(timed, 5))
    early.measure(timed, pool)
    assert np.array_equal(early.mean, late.mean)


def test_a_stretch_longer_than_the_longest_clip_is_brought_to_its_frames_evenly_in_time(clips):
    timed = with_times(clips)
    clip = one_clip(timed, 40)
    clip = replace(clip, positions=np.broadcast_to(clip.times[0, None, :, None, None], clip.positions.shape).copy())
    moved = ClipOverrides(8)
    moved.set(ROW, clip)
    rows = np.array([1, ROW])
    positions, lengths, times = timed.positions[rows], timed.lengths[rows], timed.times[rows]
    moved.apply(rows, positions, lengths, times)
    assert lengths.tolist() == [8, 8]
    # Its positions are its times, so that they show what was taken.
    assert positions[1, :, 0, 0] == pytest.approx(np.linspace(0, clip.times[0, -1], 8), abs=1e-5)
    assert times[1] == pytest.approx(np.linspace(0, clip.times[0, -1], 8), abs=1e-6)
    assert np.array_equal(positions[0], timed.positions[1])


def test_nothing_moved_changes_and_costs_nothing(clips):
    timed = with_times(clips)
    rows = np.arange(5)
    plain = Preparation(Flat(6)).features_of(timed, rows)
    same = Preparation(Flat(6)).features_of(timed, rows, ClipOverrides(8))
    assert np.array_equal(plain[0], same[0])


def test_features_on_disk_follow_too(clips, tmp_path):
    timed = with_times(clips)
    moved, preparation = ClipOverrides(8), Preparation(Flat(None, standardise=False))
    kept = PreparedClips(timed, preparation, overrides=moved)
    on_disk = PreparedClips(timed, preparation, limit=0, overrides=moved, folder=tmp_path)
    rows = np.array([ROW, 1])
    kept(rows), on_disk(rows)
    moved.set(ROW, one_clip(timed, 3))
    kept.forget(ROW), on_disk.forget(ROW)
    for one, other in zip(kept(rows), on_disk(rows), strict=True):
        assert np.array_equal(one, other)
    assert kept(rows)[1].tolist() == [3, 8]
