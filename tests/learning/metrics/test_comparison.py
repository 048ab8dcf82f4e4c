"""Paired tests, ranks and resampling against SciPy, published tables and simulation."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest
from scipy.stats import ttest_rel

from gesture_al.learning.metrics import macro_f1
from gesture_al.learning.metrics.comparison import (
    compare_paired,
    holm,
    paired_t_p,
    rank_biserial,
    rank_over_data_sets,
    resampled_macro_f1,
    seeds_needed,
    signed_rank_p,
    small_sample_factor,
    unit_tallies,
    unit_weights,
    weighted_macro_f1,
    wins,
)


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


@pytest.mark.slow
@pytest.mark.parametrize("pairs", [5, 10])
def test_the_interval_covers_the_truth_as_often_as_it_says(pairs):
    rng = np.random.default_rng(pairs)
    hits = 0
    for _ in range(400):
        told = compare_paired(rng.normal(0.02, 0.03, pairs), np.zeros(pairs), rng, resamples=600)
        hits += told.low <= 0.02 <= told.high
    assert 0.92 <= hits / 400 <= 0.98


@pytest.mark.slow
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


@pytest.fixture
def scores() -> np.ndarray:
    """Three strategies, eight seeds, five rounds; the first pulls away round by round."""
    rng = np.random.default_rng(0)
    curves = rng.normal(0.6, 0.05, size=(1, 8, 5)) + rng.normal(0, 0.03, size=(3, 8, 5))
    curves[0] += 0.04 * np.arange(5)
    return curves


def test_as_scipy_would_have_it(scores):
    expected = np.zeros((3, 3))
    for round_ in range(5):
        pairs = [(0, 1), (0, 2), (1, 2)]
        tests = [ttest_rel(scores[i, :, round_], scores[j, :, round_]) for i, j in pairs]
        for (i, j), test, p in zip(pairs, tests, holm([test.pvalue for test in tests]), strict=True):
            if p <= 0.05:
                expected[(i, j) if test.statistic > 0 else (j, i)] += 1 / 5
    assert 0 < expected[0].sum() < 2
    np.testing.assert_allclose(wins(scores), expected)


def test_strategies_that_are_the_same_never_win(scores):
    assert not wins(np.stack([scores[0]] * 3)).any()


def test_better_by_the_same_amount_always_wins(scores):
    np.testing.assert_array_equal(wins(np.stack([scores[0] + 0.1, scores[0]])), [[0, 1], [0, 0]])


def test_the_order_of_strategies_is_only_an_order(scores):
    turned = [2, 0, 1]
    np.testing.assert_allclose(wins(scores[turned]), wins(scores)[np.ix_(turned, turned)])


def test_one_strategy_has_nobody_to_beat(scores):
    assert wins(scores[:1]).tolist() == [[0]]


def test_p_of_the_paired_t_test():
    difference = [0.1, 0.2, -0.05, 0.3]
    assert paired_t_p(difference) == pytest.approx(ttest_rel(difference, np.zeros(4)).pvalue)
    assert paired_t_p([0, 0, 0]) == 1
    assert paired_t_p([0.2, 0.2]) == 0


@pytest.mark.parametrize("shape", [(2, 1, 3), (2, 3, 0), (2, 3)])
def test_refuses_too_little(shape):
    with pytest.raises(ValueError, match="2 or more seeds"):
        wins(np.zeros(shape))


def test_a_clear_order_over_ten_data_sets():
    scores = np.linspace(0.5, 0.9, 10)[:, None] + np.array([0.0, 0.05, 0.02])
    told = rank_over_data_sets(scores)
    assert told.mean_A.tolist() == [3, 1, 2]
    # Friedman's statistic of a perfect order is D (A - 1) = 20, chi-squared with A - 1 = 2 degrees: p = exp(-10).
    assert told.p == pytest.approx(np.exp(-10))
    assert told.pairs_A_A[0, 1] < 0.01
    np.testing.assert_allclose(told.pairs_A_A, told.pairs_A_A.T)


@pytest.mark.parametrize("shape", [(9, 3), (10, 2), (10,)])
def test_refuses_too_few(shape):
    with pytest.raises(ValueError, match="10 data sets and 3 settings"):
        rank_over_data_sets(np.zeros(shape))


def clips_by_unit(rng, units=5, clips=40, rounds=3, classes=4):
    """Unit, true class and predicted classes of clips; the last class does not occur."""
    return rng.integers(0, units, clips), rng.integers(0, classes - 1, clips), rng.integers(0, classes - 1, (rounds, clips))


def confusions(unit, true, predicted, units, classes):
    """Counts by unit and round, (U, R, C, C), counted one clip at a time."""
    counts = np.zeros((units, len(predicted), classes, classes))
    for round_, line in enumerate(predicted):
        for clip, label in enumerate(line):
            counts[unit[clip], round_, true[clip], label] += 1
    return counts


def test_weighted_scores_are_those_of_the_weighted_confusion_matrices():
    rng = np.random.default_rng(0)
    clips = clips_by_unit(rng)
    weights = np.vstack([np.ones(5), [2, 1, 0, 0, 3], rng.random((4, 5))])
    expected = macro_f1(np.einsum("bu,urij->brij", weights, confusions(*clips, 5, 4)))
    np.testing.assert_allclose(weighted_macro_f1(unit_tallies(*clips, 5, 4), weights), expected, rtol=1e-13)


def test_resampling_in_slices_gives_the_very_numbers_of_one_slice():
    tallies = unit_tallies(*clips_by_unit(np.random.default_rng(1)), 5, 4)
    whole = weighted_macro_f1(tallies, unit_weights(5, 1000, np.random.default_rng(2)))
    for slice_bytes in (1, 5000, 10**9):
        sliced = resampled_macro_f1(tallies, 1000, np.random.default_rng(2), slice_bytes)
        np.testing.assert_array_equal(sliced, whole)


def test_resampling_a_hundred_classes_takes_little_memory():
    rng = np.random.default_rng(3)
    true = np.repeat(np.arange(100), 20)
    predicted = np.where(rng.random((20, 2000)) < 0.8, true, rng.integers(0, 100, (20, 2000)))
    tracemalloc.start()
    tallies = unit_tallies(np.arange(2000), true, predicted, 2000, 100)
    # A slice holds fewer draws than these, so that more of them would take no more but for the result's 160 bytes a draw.
    scores = resampled_macro_f1(tallies, 4100, rng)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert scores.shape == (4100, 20)
    assert most < 150e6, f"{most / 1e6:.0f} MB"


def test_drawn_errors_of_a_mean_have_the_spread_of_its_standard_error():
    values = np.random.default_rng(2).normal(size=40)
    weights = unit_weights(40, 40_000, np.random.default_rng(3))
    drawn = (weights @ values / 40 - values.mean()).std() * np.sqrt(41 / 39)
    assert drawn == pytest.approx(values.std(ddof=1) / np.sqrt(40), rel=0.02)
    assert small_sample_factor(40, 0.95) == pytest.approx(np.sqrt(41 / 39) * 2.0227 / 1.95996, rel=1e-3)


def test_one_unit_is_refused():
    with pytest.raises(ValueError, match="1 unit has no spread"):
        small_sample_factor(1, 0.95)


@pytest.mark.slow
def test_an_interval_over_seeds_and_people_covers_where_one_over_seeds_does_not():
    covered = np.zeros(2)
    for study in range(150):
        rng = np.random.default_rng([4, study])
        difference_S_U = 0.02 * rng.normal(size=(10, 1)) + 0.05 * rng.normal(size=(1, 6)) + 0.02 * rng.normal(size=(10, 6))
        errors = unit_weights(6, 400, rng) @ difference_S_U.mean(axis=0) / 6 - difference_S_U.mean()
        by_seed = difference_S_U.mean(axis=1)
        for place, moved in enumerate((None, errors * small_sample_factor(6, 0.95))):
            result = compare_paired(by_seed, np.zeros(10), rng, 0.95, 400, moved)
            covered[place] += result.low <= 0 <= result.high
    assert covered[1] / 150 > 0.9
    assert covered[0] / 150 < 0.75
