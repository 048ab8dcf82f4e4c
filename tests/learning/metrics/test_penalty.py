"""The pairwise penalty matrix against SciPy's t-test pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_rel

from gesture_al.learning.metrics.comparison import holm
from gesture_al.learning.metrics.penalty import paired_t_p, wins


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
