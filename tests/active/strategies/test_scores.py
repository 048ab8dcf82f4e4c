"""The simple scores against SciPy, sorting and hand-made rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gesture_al.active.strategies.base import largest
from gesture_al.active.strategies.uncertainty import entropy, least_confidence, margin


@pytest.fixture
def probs():
    return np.random.default_rng(0).dirichlet(np.ones(6) * 0.3, size=500)


def test_entropy_is_scipys(probs):
    assert np.allclose(entropy(probs), stats.entropy(probs, axis=1), atol=1e-12)


def test_entropy_of_certainty_and_of_nothing_known():
    assert entropy(np.array([[0.0, 1.0, 0.0]]))[0] == 0
    assert entropy(np.full((1, 8), 1 / 8))[0] == pytest.approx(np.log(8))


def test_margin_is_the_gap_of_the_two_largest(probs):
    ordered = np.sort(probs, axis=1)
    assert np.allclose(margin(probs), ordered[:, -1] - ordered[:, -2])


def test_least_confidence_is_what_the_largest_lacks(probs):
    assert np.allclose(least_confidence(probs), 1 - np.sort(probs, axis=1)[:, -1])


@pytest.mark.parametrize("score", [entropy, margin, least_confidence])
@pytest.mark.parametrize("wrong", [np.ones(4) / 4, np.ones((2, 4)), np.array([[0.5, 0.5], [0.9, 0.3]])])
def test_what_is_no_probability_is_refused(score, wrong):
    with pytest.raises(ValueError, match=r"\(N, C\)|does not sum to 1"):
        score(wrong)


def test_a_margin_of_one_class_is_refused():
    with pytest.raises(ValueError, match="two classes"):
        margin(np.ones((3, 1)))


def test_largest_takes_the_largest_in_order():
    scores = np.random.default_rng(1).normal(size=200)
    assert largest(scores, 12, np.random.default_rng(0)).tolist() == np.argsort(-scores)[:12].tolist()


def test_largest_breaks_ties_evenly():
    scores = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    counts = np.zeros(5)
    for seed in range(2000):
        counts[largest(scores, 2, np.random.default_rng(seed))] += 1
    assert counts[0] == 2000
    assert stats.chisquare(counts[1:]).pvalue > 0.001


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_largest_refuses_what_is_not_finite(bad):
    with pytest.raises(ValueError, match="row 1"):
        largest(np.array([0.0, bad]), 1, np.random.default_rng(0))
