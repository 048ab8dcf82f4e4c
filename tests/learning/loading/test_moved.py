"""A learner that is told of other ends learns and predicts as from a set that was cut so from the start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from learning.loading.conftest import Flat, Jitter

from gesture_al.data.datasets.base import ClipSet
from gesture_al.learning.loading.edited_clips import EditedClips
from gesture_al.learning.loading.preparation import Preparation, PreparedClips

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
            learner.move_ends(ROW, moved)
        learner.forget()
        learner.fit(rows, clips.labels[rows], 1)
        results.append(learner.predict_probs(np.arange(len(clips))))
    assert np.array_equal(results[0], results[1])
    assert not np.array_equal(results[0], results[2])


def test_put_back_it_is_as_if_nothing_had_been_moved(clips, learner_of):
    timed = with_times(clips)
    plain, moved = learner_of(timed), learner_of(timed)
    rows = np.arange(12)
    moved.move_ends(ROW, one_clip(timed, 5))
    moved.fit(rows, clips.labels[rows], 0)
    moved.move_ends(ROW, None)
    moved.forget()
    for learner in (plain, moved):
        learner.fit(rows, clips.labels[rows], 0)
    assert plain.state() == moved.state()


def test_when_ends_are_moved_does_not_change_the_statistics_of_the_channels(clips):
    timed = with_times(clips)
    moved, pool = EditedClips(8), np.arange(len(clips))
    early, late = Preparation(Flat(6)), Preparation(Flat(6))
    late.measure(timed, pool)
    moved.put(ROW, one_clip(timed, 5))
    early.measure(timed, pool)
    assert np.array_equal(early.mean, late.mean)


def test_a_stretch_longer_than_the_longest_clip_is_brought_to_its_frames_evenly_in_time(clips):
    timed = with_times(clips)
    clip = one_clip(timed, 40)
    clip = replace(clip, positions=np.broadcast_to(clip.times[0, None, :, None, None], clip.positions.shape).copy())
    moved = EditedClips(8)
    moved.put(ROW, clip)
    rows = np.array([1, ROW])
    positions, lengths, times = timed.positions[rows], timed.lengths[rows], timed.times[rows]
    moved.over(rows, positions, lengths, times)
    assert lengths.tolist() == [8, 8]
    # Its positions are its times, so that they show what was taken.
    assert positions[1, :, 0, 0] == pytest.approx(np.linspace(0, clip.times[0, -1], 8), abs=1e-5)
    assert times[1] == pytest.approx(np.linspace(0, clip.times[0, -1], 8), abs=1e-6)
    assert np.array_equal(positions[0], timed.positions[1])


def test_nothing_moved_changes_and_costs_nothing(clips):
    timed = with_times(clips)
    rows = np.arange(5)
    plain = Preparation(Flat(6)).features(timed, rows)
    same = Preparation(Flat(6)).features(timed, rows, EditedClips(8))
    assert np.array_equal(plain[0], same[0])


def test_features_that_are_not_kept_follow_too(clips):
    timed = with_times(clips)
    moved, preparation = EditedClips(8), Preparation(Flat(None, standardise=False))
    kept = PreparedClips(timed, preparation, moved=moved)
    not_kept = PreparedClips(timed, preparation, limit=0, moved=moved)
    rows = np.array([ROW, 1])
    kept(rows)
    moved.put(ROW, one_clip(timed, 3))
    kept.forget(ROW)
    for one, other in zip(kept(rows), not_kept(rows), strict=True):
        assert np.array_equal(one, other)
    assert kept(rows)[1].tolist() == [3, 8]
