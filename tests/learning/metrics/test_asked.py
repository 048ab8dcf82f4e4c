"""Class balance against SciPy, redundancy against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.learning.metrics import class_balance, redundancy


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
