"""Learning curves, labels to a target, class balance and redundancy of queries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import trapezoid

from gesture_al.learning.metrics import TargetReached, aulc, class_balance, labels_to_target, redundancy, summarise_target

curves = st.lists(st.tuples(st.integers(1, 30), st.floats(0, 1)), min_size=2, max_size=12)


@settings(deadline=None, max_examples=100)
@given(curves)
def test_aulc_is_scipys_trapezoid_over_the_range(points):
    steps, scores = (np.array(side) for side in zip(*points, strict=True))
    labels = np.cumsum(steps)
    assert aulc(labels, scores) == pytest.approx(trapezoid(scores, labels) / (labels[-1] - labels[0]))
    assert scores.min() - 1e-12 <= aulc(labels, scores) <= scores.max() + 1e-12


def test_aulc_of_a_constant_and_of_a_line():
    assert aulc([12, 20, 92], [0.7, 0.7, 0.7]) == pytest.approx(0.7)
    assert aulc([10, 13, 30], [0.10, 0.13, 0.30]) == pytest.approx(0.20)


@pytest.mark.parametrize(
    ("labels", "scores", "said"),
    [
        ([10], [0.5], "2 or more rounds"),
        ([10, 10], [0.5, 0.6], "must increase"),
        ([20, 10], [0.5, 0.6], "must increase"),
        ([10, 20], [0.5], "both be"),
        ([10, 20], [0.5, np.nan], "finite"),
    ],
)
def test_what_is_no_curve_is_refused(labels, scores, said):
    with pytest.raises(ValueError, match=said):
        aulc(labels, scores)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.5, 0.7, 0.9, 0.9], 30.0),
        ([0.5, 0.8, 1.0, 1.0], 25.0),
        ([0.95, 0.95, 0.1, 0.1], 10.0),
        ([0.5, 0.95, 0.5, 0.95], None),  # up for one round only, and then for the last one only
        ([0.5, 0.95, 0.7, 0.95], None),
        ([0.5, 0.6, 0.7, 0.8], None),
        ([0.1, 0.95, 0.1, 0.9], None),
        ([0.95, 0.5, 0.95, 0.95], 20 + 10 * 0.4 / 0.45),  # the first, single round above does not count
    ],
)
def test_labels_to_target_is_the_first_sustained_crossing(scores, expected):
    assert labels_to_target([10, 20, 30, 40], scores, 0.9) == (None if expected is None else pytest.approx(expected))


def test_one_round_is_enough_if_asked():
    assert labels_to_target([10, 20], [0.5, 0.9], 0.7, rounds=1) == pytest.approx(15)
    assert labels_to_target([10], [0.9], 0.7) is None


def test_the_crossing_lies_on_the_interpolated_curve():
    labels, scores = np.array([12, 32, 52, 72, 92]), np.array([0.41, 0.62, 0.83, 0.91, 0.93])
    at = labels_to_target(labels, scores, 0.8)
    assert np.interp(at, labels, scores) == pytest.approx(0.8)


def test_runs_that_never_got_there_count_as_the_budget():
    assert summarise_target([40, None, 60, 130], budget=100) == TargetReached(4, 0.5, 75.0)
    assert summarise_target([None], budget=80) == TargetReached(1, 0.0, 80.0)


def test_no_runs_and_no_budget_are_refused():
    with pytest.raises(ValueError, match="no runs"):
        summarise_target([], 10)
    with pytest.raises(ValueError, match="budget"):
        summarise_target([1.0], 0)


@pytest.mark.parametrize("counts", [[3, 4, 5], [1, 0, 9], [2, 2]])
def test_balance_is_scipys_entropy_over_its_maximum(counts):
    from scipy.stats import entropy

    assert class_balance(counts) == pytest.approx(entropy(counts) / np.log(len(counts)))


def test_redundancy_is_the_mean_largest_cosine():
    from sklearn.metrics.pairwise import cosine_similarity

    rows = np.random.default_rng(0).normal(size=(9, 5))
    similar = cosine_similarity(rows)
    np.fill_diagonal(similar, -2)
    assert redundancy(rows) == pytest.approx(similar.max(axis=1).mean())


def test_a_clip_that_is_asked_twice_is_fully_redundant():
    assert redundancy([[1, 2], [1, 2]]) == pytest.approx(1)
    assert redundancy([[1, 0], [-1, 0]]) == pytest.approx(-1)
    assert redundancy([[0, 0], [1, 0]]) == 0


@pytest.mark.parametrize("counts", [[1], [], [-1, 2], [0, 0]])
def test_balance_refuses(counts):
    with pytest.raises(ValueError, match="two or more classes"):
        class_balance(counts)


@pytest.mark.parametrize("rows", [[[1, 2]], [[1, np.nan], [0, 1]], [1, 2]])
def test_redundancy_refuses(rows):
    with pytest.raises(ValueError, match="K of 2 or more"):
        redundancy(rows)
