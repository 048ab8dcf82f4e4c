"""Units that go to one side of a split, and clips that share frames."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from gesture_al.data.clip_set import ClipSet
from gesture_al.data.datasets.split_units import Spans, block_units, overlap_blocks, pick_clips, pick_units
from gesture_al.data.skeleton import skeleton_for

quick = settings(max_examples=100, deadline=None)


@quick
@given(
    spans=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12), st.integers(1, 5), st.booleans()), min_size=1, max_size=40)
)
def test_touching_spans_are_those_that_brute_force_finds(spans):
    stream, start, length, side = (np.array(column) for column in zip(*spans, strict=True))
    clip_spans = Spans(stream, start.astype(float), (start + length).astype(float))
    a, b = np.flatnonzero(side), np.flatnonzero(~side)
    expected = [
        any(stream[i] == stream[j] and start[i] < start[j] + length[j] and start[j] < start[i] + length[i] for j in b) for i in a
    ]
    assert clip_spans.overlapping(a, b).tolist() == expected


@quick
@given(spans=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 30), st.integers(1, 5)), min_size=1, max_size=12))
def test_clips_that_overlap_among_themselves_are_those_that_brute_force_finds(spans):
    stream, start, length = (np.array(column) for column in zip(*spans, strict=True))
    clip_spans = Spans(stream, start.astype(float), (start + length).astype(float))
    expected = any(
        stream[i] == stream[j] and start[i] < start[j] + length[j] and start[j] < start[i] + length[i]
        for i, j in itertools.combinations(range(len(spans)), 2)
    )
    assert clip_spans.overlap_themselves(np.arange(len(spans))) == expected


def windows(step: float, times: bool = True) -> ClipSet:
    """Twelve windows of four frames of one stream, six of each class."""
    start = np.arange(12) * step
    return ClipSet(
        positions=np.zeros((12, 4, 1, 2), dtype=np.float32),
        lengths=np.full(12, 4),
        ids=np.array([f"w{n}" for n in range(12)]),
        labels=np.repeat([0, 1], 6),
        classes=("a", "b"),
        skeleton=skeleton_for(1, "track"),
        start=start if times else None,
        end=start + 4 if times else None,
    )


def test_windows_that_overlap_have_blocks_and_others_count_by_themselves():
    rows = np.array([1, 2, 9])
    blocks = overlap_blocks(windows(1.0), rows, by_blocks=False)
    everywhere = overlap_blocks(windows(1.0), np.arange(12), by_blocks=False)
    assert blocks.tolist() == everywhere.tolist()
    assert set(everywhere[:6]).isdisjoint(everywhere[6:])
    assert overlap_blocks(windows(4.0), rows, by_blocks=False) is None
    assert overlap_blocks(windows(4.0), rows, by_blocks=True) is not None
    assert overlap_blocks(windows(1.0, times=False), rows, by_blocks=False) is None
    assert overlap_blocks(windows(1.0, times=False), rows, by_blocks=True) is not None


def test_an_end_does_not_belong_to_its_clip():
    clip_spans = Spans(np.array([0, 0, 0, 1]), np.array([0.0, 4.0, 3.0, 0.0]), np.array([4.0, 8.0, 5.0, 9.0]))
    assert clip_spans.overlapping(np.array([0]), np.array([1])).tolist() == [False]
    assert clip_spans.overlapping(np.array([1]), np.array([0])).tolist() == [False]
    assert clip_spans.overlapping(np.array([0, 1, 3]), np.array([2])).tolist() == [True, True, False]
    assert clip_spans.overlapping(np.array([0]), np.array([], dtype=np.int64)).tolist() == [False]


def test_a_long_clip_that_started_long_before_is_seen():
    clip_spans = Spans(np.zeros(4, int), np.array([0.0, 1.0, 2.0, 50.0]), np.array([100.0, 2.0, 3.0, 51.0]))
    assert clip_spans.overlapping(np.array([3]), np.array([0, 1, 2])).tolist() == [True]


@quick
@given(
    counts=st.lists(st.integers(2, 40), min_size=2, max_size=5),
    fraction=st.sampled_from([0.2, 0.3, 0.5]),
    seed=st.integers(0, 1000),
)
def test_stratified_counts_are_those_of_scikit_learn_within_one(counts, fraction, seed):
    labels = np.repeat(np.arange(len(counts)), counts)
    picked = np.bincount(labels[pick_clips(labels, fraction, np.random.default_rng(seed))], minlength=len(counts))
    assert (np.abs(picked - fraction * np.array(counts)) <= 1).all()
    total = len(labels)
    if min(fraction, 1 - fraction) * total >= len(counts):
        _, theirs = train_test_split(labels, test_size=fraction, stratify=labels, random_state=seed)
        assert (np.abs(picked - np.bincount(theirs, minlength=len(counts))) <= 1).all()


def test_units_come_close_to_the_fraction_and_vary_with_the_seed():
    rng = np.random.default_rng(0)
    labels, units = rng.integers(0, 4, 2000), rng.integers(0, 60, 2000)
    picks = [pick_units(units, labels, 0.3, np.random.default_rng(seed)) for seed in range(10)]
    for pick in picks:
        for label in range(4):
            assert abs(pick[labels == label].mean() - 0.3) < 0.1
        assert not set(units[pick]) & set(units[~pick])
    assert len({pick.tobytes() for pick in picks}) == 10


def test_units_that_cannot_be_divided_give_nothing():
    assert pick_units(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), 0.5, np.random.default_rng(0)) is None
    assert pick_units(np.zeros(4, int), np.array([0, 1, 0, 1]), 0.5, np.random.default_rng(0)) is None


def test_a_side_need_not_hold_every_class_where_it_is_not_asked_to():
    units, labels = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 0])
    picked = pick_units(units, labels, 0.2, np.random.default_rng(0), cover=False)
    assert picked is not None
    assert set(labels[~picked]) == {0, 1}


def test_blocks_are_neighbours_of_one_class_in_time_order():
    rng = np.random.default_rng(0)
    starts = rng.permutation(300).astype(float)
    labels = (starts >= 100).astype(int) + (starts >= 220)
    blocks = block_units(Spans(np.zeros(300, int), starts, starts + 8), labels)
    for block in np.unique(blocks):
        here = np.sort(starts[blocks == block])
        assert (np.diff(here) == 1).all()
        assert len(np.unique(labels[blocks == block])) == 1
    assert len(np.unique(blocks)) == 50


def test_a_class_of_one_run_has_three_blocks_and_streams_are_never_joined():
    labels = np.array([0] * 500 + [1] * 4)
    blocks = block_units(Spans(np.zeros(504, int), np.arange(504.0), np.arange(504.0) + 1), labels)
    assert len(np.unique(blocks[labels == 1])) == 3
    streams = np.arange(60) // 20
    blocks = block_units(Spans(streams, np.zeros(60), np.ones(60)), np.zeros(60, int))
    assert all(len(np.unique(streams[blocks == block])) == 1 for block in np.unique(blocks))
