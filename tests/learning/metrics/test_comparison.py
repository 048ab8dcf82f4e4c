"""Paired comparisons: every sign pattern counted out, closed forms, and error rates by simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gesture_al.learning.metrics.comparison import compare_paired, holm, rank_biserial, seeds_needed, signed_rank_p


def by_counting(difference) -> float:
    """The two-sided p-value from all 2**S ways in which the signs could have fallen."""
    ranks = np.argsort(np.argsort(np.abs(difference))) + 1.0
    middle = ranks.sum() / 2
    seen = abs(ranks[np.asarray(difference) > 0].sum() - middle)
    signs = np.array(list(itertools.product([0, 1], repeat=len(difference))))
    return float((np.abs(signs @ ranks - middle) >= seen - 1e-9).mean())


@pytest.mark.parametrize("seed", range(6))
def test_the_signed_rank_p_is_that_of_all_sign_patterns(seed):
    difference = np.random.default_rng(seed).normal(0.3, 1, size=5 + seed)
    assert signed_rank_p(difference) == pytest.approx(by_counting(difference))


def test_nothing_differs():
    same = compare_paired([0.5] * 6, [0.5] * 6, np.random.default_rng(0))
    assert (same.mean, same.low, same.high, same.effect, same.p) == (0, 0, 0, 0, 1)


def test_rank_biserial_by_hand():
    assert rank_biserial([1, 2, 3]) == 1
    assert rank_biserial([-1, -2]) == -1
    assert rank_biserial([3, -1, -2]) == pytest.approx(0)
    assert rank_biserial([0, 2, -1]) == pytest.approx((2 - 1) / 3)


@pytest.mark.parametrize("tests", [1, 2, 7, 28])
def test_holm_is_that_of_statsmodels(tests):
    from statsmodels.stats.multitest import multipletests

    values = np.random.default_rng(tests).random(tests) ** 3
    values[-1] = values[0]
    np.testing.assert_allclose(holm(values), multipletests(values, method="holm")[1])


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    adjusted = holm([0.02, np.nan, 0.5])
    assert adjusted[[0, 2]].tolist() == pytest.approx([0.04, 0.5])
    assert np.isnan(adjusted[1])


@pytest.mark.parametrize("comparisons", [1, 2, 3, 7])
def test_seeds_needed_are_the_fewest_that_can_reach_the_level(comparisons):
    needed = seeds_needed(comparisons)
    assert needed == {1: 6, 2: 7, 3: 7, 7: 9}[comparisons]
    best = [signed_rank_p(np.arange(1.0, pairs + 1)) for pairs in (needed - 1, needed)]
    assert best[0] * comparisons > 0.05 >= best[1] * comparisons


def test_the_direction_and_the_pairs():
    told = compare_paired([0.9, 0.8, 0.95, 0.85], [0.7, 0.75, 0.7, 0.8], np.random.default_rng(0))
    assert told.pairs == 4
    assert told.mean == pytest.approx(0.1375)
    assert told.effect == 1
    assert told.low < told.mean < told.high
    again = compare_paired([0.9, 0.8, 0.95, 0.85], [0.7, 0.75, 0.7, 0.8], np.random.default_rng(0))
    assert again == told
    assert np.isnan(compare_paired([0.9, 0.8, 0.7], [0.7, 0.75, 0.7], np.random.default_rng(0)).low)


@pytest.mark.parametrize("pairs", [5, 10])
def test_the_interval_covers_the_truth_as_often_as_it_says(pairs):
    rng = np.random.default_rng(pairs)
    hits = 0
    for _ in range(400):
        told = compare_paired(rng.normal(0.02, 0.03, pairs), np.zeros(pairs), rng, resamples=600)
        hits += told.low <= 0.02 <= told.high
    assert 0.92 <= hits / 400 <= 0.98


def test_three_strategies_that_are_alike_rarely_raise_a_false_alarm():
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(300):
        # All against one baseline: the three tests are not independent.
        base, others = rng.normal(size=10), rng.normal(size=(3, 10))
        alarms += bool((holm([signed_rank_p(one - base) for one in others]) <= 0.05).any())
    assert alarms / 300 <= 0.075


@pytest.mark.parametrize(("first", "second"), [([], []), ([1, 2], [1]), ([1, np.nan], [1, 2])])
def test_refuses_what_is_not_paired(first, second):
    with pytest.raises(ValueError, match="paired"):
        compare_paired(first, second, np.random.default_rng(0))
