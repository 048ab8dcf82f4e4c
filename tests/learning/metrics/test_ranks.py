"""Ranks over data sets."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.learning.metrics.ranks import rank_over_data_sets


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
