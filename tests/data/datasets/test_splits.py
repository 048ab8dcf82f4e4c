"""A long-tailed pool."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gesture_al import ClipSet, Splits, UserError, make_splits, read_dataset
from gesture_al.data.datasets.split_units import SPLIT_WORDS, Spans, block_units
from gesture_al.data.datasets.splits import check_leaks, hold_out, thin
from gesture_al.data.skeleton import generic

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def clips(labels, frames=4, **more):
    labels = np.asarray(labels, dtype=np.int64)
    text = {"subjects", "groups", "split"}
    return ClipSet(
        positions=np.zeros((len(labels), frames, 1, 2), np.float32),
        lengths=np.full(len(labels), frames),
        ids=np.array([f"c{i}" for i in range(len(labels))]),
        labels=labels,
        classes=tuple(f"k{i}" for i in range(max(labels.max(initial=0) + 1, 2))),
        skeleton=generic(1),
        **{key: np.asarray(value).astype(str) if key in text else np.asarray(value, np.float64) for key, value in more.items()},
    )


def split(chosen, word="auto", test=0.3, validation=0.0, seed=0, labels_for_training=False):
    return make_splits(chosen, word, test, validation, np.random.default_rng(seed), labels_for_training)


def attempt(*args):
    """The splits, or why there are none."""
    try:
        return split(*args)
    except UserError as err:
        return str(err)


def refused(chosen, *args, **more):
    with pytest.raises(UserError) as caught:
        split(chosen, *args, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def brute_leaks(chosen, a, b, values=None, spans=None):
    if values is not None and set(values[a]) & set(values[b]):
        return True
    start, end, stream = spans if spans is not None else (None, None, None)
    if start is None:
        return False
    return any(stream[i] == stream[j] and start[i] < end[j] and start[j] < end[i] for i in a for j in b)


sizes = st.lists(st.integers(0, 3), min_size=8, max_size=60)
seeds = st.integers(0, 2**20)


@quick
@given(labels=sizes, seed=seeds, test=st.floats(0.1, 0.9), validation=st.floats(0, 0.9))
def test_any_split_that_is_given_is_disjoint_and_whole(labels, seed, test, validation):
    labels = np.unique(labels, return_inverse=True)[1]
    chosen = clips(labels)
    splits = attempt(chosen, "stratified", test, validation, seed)
    if isinstance(splits, str):
        assert "no clip of class" in splits or "has one clip" in splits
        assert np.bincount(labels).min() < 3
        return
    together = np.concatenate([splits.train, splits.test, splits.validation])
    assert np.array_equal(np.sort(together), np.arange(len(labels)))
    assert set(labels[splits.train]) == set(labels[splits.test]) == set(labels)
    again = split(chosen, "stratified", test, validation, seed)
    assert np.array_equal(again.validation, splits.validation)
    assert np.array_equal(again.train, splits.train)


@quick
@given(
    data=st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 7)), min_size=10, max_size=80),
    seed=seeds,
    validation=st.sampled_from([0.0, 0.2, 0.5]),
    what=st.sampled_from(["groups", "subjects"]),
)
def test_groups_and_people_are_never_on_two_sides(data, seed, validation, what):
    labels, values = (np.array(column) for column in zip(*data, strict=True))
    labelled = np.unique(labels[labels >= 0], return_inverse=True)[1]
    labels = labels.copy()
    labels[labels >= 0] = labelled
    chosen = clips(labels, **{what: values})
    splits = attempt(chosen, what[:-1], 0.3, validation, seed)
    if isinstance(splits, str):
        assert "cannot be divided" in splits or "no clip of class" in splits
        return
    sides = (splits.train, splits.test, splits.validation)
    for a, one in enumerate(sides):
        for other in sides[a + 1 :]:
            assert not set(one) & set(other)
            assert not brute_leaks(chosen, one, other, values)
    if (labels >= 0).any():
        assert (labels[splits.test] >= 0).all()
        assert (labels[splits.validation] >= 0).all()
        assert set(labels[splits.test]) == set(labels[splits.train]) - {-1} == set(labels) - {-1}
    else:
        assert len(splits.test) == 0


@quick
@given(
    runs=st.lists(st.tuples(st.integers(0, 2), st.integers(5, 60)), min_size=2, max_size=8),
    seed=seeds,
    window=st.integers(1, 12),
    given_spans=st.booleans(),
    validation=st.sampled_from([0.0, 0.3]),
)
def test_blocks_share_no_frame(runs, seed, window, given_spans, validation):
    labels = np.unique(np.concatenate([[label] * count for label, count in runs]), return_inverse=True)[1]
    rows = np.arange(len(labels))
    more = {"start": rows, "end": rows + window} if given_spans else {}
    chosen = clips(labels, frames=window, **more)
    splits = attempt(chosen, "blocks", 0.3, validation, seed)
    if isinstance(splits, str):
        assert "cannot be divided" in splits or "no clip of class" in splits
        return
    spans = (rows, rows + window, np.zeros(len(rows)))
    for one, other in ((splits.train, splits.test), (splits.train, splits.validation), (splits.test, splits.validation)):
        assert not brute_leaks(chosen, one, other, spans=spans)
    assert len(splits.train) + len(splits.test) + len(splits.validation) <= len(labels)
    # A clip that is nowhere touches another side; nothing else is dropped.
    nowhere = np.setdiff1d(rows, np.concatenate([splits.train, splits.test, splits.validation]))
    assert all((abs(np.concatenate([splits.test, splits.validation]) - row) < window).any() for row in nowhere) or validation > 0


def test_the_official_split_wins():
    halves = ["train", "test"] * 10
    splits = split(clips([0, 0, 1, 1] * 5, split=halves, subjects=np.arange(20) // 4), validation=0.0)
    assert (splits.rule, splits.train.tolist(), splits.test.tolist()) == (
        "official",
        list(range(0, 20, 2)),
        list(range(1, 20, 2)),
    )


def test_auto_takes_the_first_that_there_is():
    labels = [0, 1] * 20
    groups, people, rows = np.arange(40) // 4, np.arange(40) // 8, np.arange(40)
    assert split(clips(labels, groups=groups, subjects=people)).rule == "group"
    assert split(clips(np.repeat([0, 1], 20), subjects=people, start=rows, end=rows + 2)).rule == "blocks"
    assert split(clips(labels, subjects=people)).rule == "subject"
    assert split(clips(labels, subjects=np.arange(40) // 20)).rule == "stratified"
    assert split(clips(labels)).rule == "stratified"


def test_people_who_cannot_be_divided_are_not_divided_by_auto_but_refused_by_name():
    labels, people = np.repeat([0, 1, 2, 3], 5), np.repeat([0, 1, 2, 3], 5)
    assert split(clips(labels, subjects=people)).rule == "stratified"
    assert "4 people cannot be divided" in refused(clips(labels, subjects=people), "subject")


def test_an_unknown_person_stands_in_the_way_of_subjects():
    who = np.array(["a", "b", "c", ""] * 4)
    assert split(clips([0, 1] * 8, subjects=who)).rule == "stratified"
    assert "unknown" in refused(clips([0, 1] * 8, subjects=who), "subject")


def test_validation_people_are_not_those_to_learn_from(shared_data):
    hello = read_dataset("archive", path=shared_data / "hello3.npz")
    for seed in range(5):
        splits = split(hello, validation=0.2, seed=seed)
        assert (splits.rule, splits.validation_rule) == ("official", "subject")
        assert not set(hello.subjects[splits.train]) & set(hello.subjects[splits.validation])
        assert np.array_equal(splits.test, np.flatnonzero(hello.split == "test"))
        assert set(hello.labels[splits.train]) == {0, 1, 2}


def test_rows_of_the_fingertip_set_go_by_blocks(shared_data, monkeypatch):
    monkeypatch.setenv("GESTURE_AL_DATA", str(shared_data))
    tracks = read_dataset("point_history")
    splits = split(tracks, "blocks", 0.3, 0.2)
    sides = np.zeros(len(tracks) + 16, dtype=int)
    for number, side in enumerate((splits.train, splits.test, splits.validation), start=1):
        frames = np.unique(side[:, None] + np.arange(16))
        assert (sides[frames] == 0).all()
        sides[frames] = number
    assert 0.25 < len(splits.test) / len(tracks) < 0.35
    assert len(splits.train) > 0.4 * len(tracks)
    assert len(np.unique(block_units(Spans(np.zeros(5296, int), tracks.start, tracks.end), tracks.labels))) == 50


def test_validation_is_in_random_order_and_the_rest_ascending():
    splits = split(clips([0, 1] * 50), validation=0.4)
    assert (np.diff(splits.train) > 0).all()
    assert (np.diff(splits.test) > 0).all()
    assert not (np.diff(splits.validation) > 0).all()
    other = split(clips([0, 1] * 50), validation=0.4, seed=1)
    assert not np.array_equal(np.sort(other.validation), np.sort(splits.validation))


def test_unlabelled_clips_go_to_training():
    labels = np.array([0, 1, -1] * 20)
    splits = split(clips(labels), validation=0.2)
    assert set(np.flatnonzero(labels == -1)) <= set(splits.train)


def test_given_labels_are_learned_from_and_what_measures_is_drawn_from_the_rest():
    labels = np.array([0, 1, -1, -1, -1] * 12)
    splits = split(clips(labels), validation=0.25, labels_for_training=True)
    assert set(np.flatnonzero(labels >= 0)) <= set(splits.train)
    assert len(splits.test) == 0
    assert len(splits.validation) == 9
    assert (labels[splits.validation] < 0).all()
    assert len(split(clips([0, 1] * 10), validation=0.25, labels_for_training=True).validation) == 0
    official = split(
        clips(labels, split=np.where(np.arange(60) < 45, "train", "test")), validation=0.25, labels_for_training=True
    )
    assert official.test.tolist() == [row for row in range(45, 60) if labels[row] >= 0]


def test_given_labels_of_a_recording_that_measures_are_not_learned_from():
    labels = np.where(np.arange(60) % 10 == 0, np.arange(60) // 10 % 2, -1)
    grouped = clips(labels, groups=np.arange(60) // 5)
    splits = split(grouped, validation=0.25, labels_for_training=True)
    assert len(splits.validation)
    assert not set(grouped.groups[splits.train]) & set(grouped.groups[splits.validation])


def test_where_nobody_knows_a_label_validation_is_drawn_and_there_is_no_test():
    splits = split(clips(np.full(50, -1)), validation=0.2)
    assert (len(splits.test), len(splits.validation), len(splits.train)) == (0, 10, 40)
    assert len(split(clips(np.full(50, -1))).train) == 50
    grouped = clips(np.full(50, -1), groups=np.arange(50) // 10)
    splits = split(grouped, validation=0.2)
    assert not set(grouped.groups[splits.train]) & set(grouped.groups[splits.validation])
    official = split(clips(np.full(4, -1), split=["train", "train", "train", "test"]))
    assert (official.train.tolist(), official.test.tolist()) == ([0, 1, 2], [])


@pytest.mark.parametrize(
    ("chosen", "args", "says"),
    [
        (clips([0, 1] * 5), ("people",), "split_by=people: unknown; there are: " + ", ".join(SPLIT_WORDS)),
        (clips([0, 1] * 5), ("group",), "this set has no groups; set split_by=stratified"),
        (clips([0, 1] * 5, groups=range(10)), ("official",), "this set has no official split; set split_by=group"),
        (clips([0, 1] * 5), ("auto", 0.0), "test_fraction=0.0"),
        (clips([0, 1] * 5), ("auto", 1.0), "test_fraction=1.0"),
        (clips([0, 1] * 5), ("auto", 0.3, 1.0), "validation_fraction=1.0"),
        (clips([0, 0, 0, 1]), (), "record more, or leave it out: dataset.params.classes=[k0]"),
        (clips([0, 0, 1, 1], split=["train", "test", "train", "train"]), (), "no clip of class 'k1' would be in test"),
        (clips([0, 1] * 5, groups=[0] * 10), (), "1 groups cannot be divided"),
        (clips([0, 1] * 50, groups=np.arange(100) // 20), ("stratified",), "split leaks: group"),
        (clips([0, 1] * 5, start=range(10), end=range(2, 12)), ("stratified",), "overlaps in time"),
        (
            clips([0, 1] * 5, split=["train"] * 5 + ["test"] * 5, groups=[0] * 10),
            (),
            "split leaks: group '0' stands in train and in test",
        ),
    ],
)
def test_what_cannot_be_or_leaks_is_refused(chosen, args, says):
    assert says in refused(chosen, *args)


def test_leaks_of_splits_made_by_hand_are_found():
    people = clips([0, 1] * 4, subjects=[0, 0, 1, 1, 2, 2, 3, 3])
    ok = Splits(np.array([0, 1, 2, 3]), np.array([4, 5]), np.array([6, 7]), "subject", "subject")
    check_leaks(people, ok)
    for bad in (
        Splits(np.array([0, 1, 2, 4]), np.array([5]), np.array([6, 7]), "subject", "subject"),
        Splits(np.array([0, 1, 2]), np.array([4, 5]), np.array([3, 6]), "subject", "subject"),
        Splits(np.array([0, 1]), np.array([4]), np.array([5, 6]), "subject", "subject"),
        Splits(np.array([0, 1]), np.array([1]), np.array([6])),
    ):
        with pytest.raises(UserError):
            check_leaks(people, bad)


def test_named_people_become_the_test():
    clips = ClipSet(
        positions=np.zeros((6, 2, 1, 2), dtype=np.float32),
        lengths=np.full(6, 2),
        ids=np.array(list("abcdef")),
        labels=np.array([0, 1] * 3),
        classes=("x", "y"),
        skeleton=generic(1),
        subjects=np.array(["ann", "ann", "bob", "bob", "cy", "cy"]),
    )
    held = hold_out(clips, ["bob"])
    splits = make_splits(held, "auto", 0.3, 0.0, np.random.default_rng(0))
    assert splits.test.tolist() == [2, 3]
    assert held.fingerprint != clips.fingerprint
    with pytest.raises(UserError, match=r"nobody is called \['dan'\]; there are: ann, bob, cy"):
        hold_out(clips, ["dan"])
    with pytest.raises(UserError, match="does not say who is seen"):
        hold_out(replace(clips, subjects=None), ["ann"])
    unknown = np.where(np.arange(len(clips)) == 3, "", clips.subjects)
    with pytest.raises(UserError, match="nobody says who is seen in clip"):
        hold_out(replace(clips, subjects=unknown), ["bob"])


LABELS = np.repeat([0, 1, 2, 3, -1], [60, 40, 80, 50, 7])
ROWS = np.arange(len(LABELS))


def counts(kept):
    return sorted(np.unique(LABELS[kept][LABELS[kept] >= 0], return_counts=True)[1].tolist(), reverse=True)


@pytest.mark.parametrize("ratio", [1, 4, 20])
def test_classes_fall_off_exponentially_from_the_smallest(ratio):
    kept = thin(ROWS, LABELS, ratio, 1, np.random.default_rng(0))
    assert counts(kept) == [round(40 * ratio ** (-place / 3)) for place in range(4)]
    assert (np.diff(kept) > 0).all()
    assert (LABELS[kept] == -1).sum() == 7


def test_the_initial_set_stays_possible():
    assert counts(thin(ROWS, LABELS, 1000, 3, np.random.default_rng(0)))[-1] == 3


def test_chance_decides_which_class_is_rare_and_the_seed_repeats_it():
    kept = [thin(ROWS, LABELS, 20, 1, np.random.default_rng(seed)) for seed in (0, 0, 1, 2, 3, 4)]
    assert np.array_equal(kept[0], kept[1])
    rarest = {int(np.bincount(LABELS[one][LABELS[one] >= 0]).argmin()) for one in kept}
    assert len(rarest) > 1


def test_refuses_a_ratio_below_one():
    with pytest.raises(UserError, match=r"dataset\.long_tail=0\.5"):
        thin(ROWS, LABELS, 0.5, 1, np.random.default_rng(0))
