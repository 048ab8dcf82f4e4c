import itertools

import numpy as np
import pytest
from scipy import stats

from gesture_al.learning.metrics import (
    f1_lower_bound,
    f1_posterior,
    macro_f1,
    macro_f1_interval,
    macro_f1_lower_bound,
    weighted_f1,
)
from gesture_al.learning.metrics.interval import f1_interval

pytestmark = pytest.mark.slow


def cells(classes, right, skewed):
    """A classifier that is right so often, with even or 1:3 class shares: cell probabilities (C, C)."""
    within = np.full((classes, classes), (1 - right) / (classes - 1))
    np.fill_diagonal(within, right)
    shares = np.linspace(1, 3, classes) if skewed else np.ones(classes)
    return within * (shares / shares.sum())[:, None]


@pytest.mark.parametrize("clips", [30, 46, 200])
def test_intervals_cover_and_bounds_hold_as_often_as_they_say(clips):
    """Simulated: 3 and 6 classes, 70 to 97 % right, even and skewed shares; 100 samples each."""
    rng = np.random.default_rng(clips)
    covered, held = [], []
    for classes, right, skewed in itertools.product((3, 6), (0.7, 0.84, 0.9, 0.97), (False, True)):
        truth = cells(classes, right, skewed)
        score = macro_f1(truth)
        inside = above = 0
        for counts in rng.multinomial(clips, truth.ravel(), 100):
            confusion = counts.reshape(classes, classes)
            low, high = macro_f1_interval(confusion, rng=rng, draws=300)
            inside += low <= score <= high
            above += macro_f1_lower_bound(confusion, 0.95, rng, 300) <= score
        covered.append(inside / 100)
        held.append(above / 100)
    assert 0.93 <= np.mean(covered) <= 0.98
    assert min(covered) >= 0.86
    assert np.mean(held) >= 0.95
    assert min(held) >= 0.90


def test_all_right_is_not_certainty():
    low, high = macro_f1_interval(np.diag([12, 12, 12]), rng=np.random.default_rng(0))
    assert 0.85 < low < 0.95
    assert high == 1.0


def test_posterior_is_scipys_dirichlet():
    confusion = np.array([[9, 1, 0], [2, 6, 1], [0, 0, 8]])
    alpha = confusion + np.full((3, 3), 1 / 9)
    np.fill_diagonal(alpha, confusion.diagonal() + 1)
    reference = stats.dirichlet.rvs(alpha.ravel(), 20_000, random_state=np.random.default_rng(1)).reshape(-1, 3, 3)
    ours = f1_posterior(confusion, "macro", np.random.default_rng(2), 20_000)
    assert stats.ks_2samp(ours, macro_f1(reference)).pvalue > 0.001
    weighted = f1_posterior(confusion, "weighted", np.random.default_rng(2), 20_000)
    assert stats.ks_2samp(weighted, weighted_f1(reference)).pvalue > 0.001


def test_one_class_pair_agrees_with_the_closed_form():
    """F1 of one class alone: 2 TP / (2 TP + errors) is a function of a beta variable (Goutte and Gaussier 2005)."""
    confusion = np.array([[0, 5], [0, 40]])
    scores = f1_posterior(confusion, "macro", np.random.default_rng(3), 50_000, prior_right=1e-9)
    share = stats.beta.rvs(40, 5 + 2 * 0.25, size=50_000, random_state=np.random.default_rng(4))
    assert stats.ks_2samp(2 * scores, 2 * share / (1 + share)).pvalue > 0.001


def test_the_interval_holds_the_point_estimate_where_a_class_has_no_clip():
    confusion = np.diag([15, 15, 0])
    low, high = macro_f1_interval(confusion, rng=np.random.default_rng(0))
    assert low <= macro_f1(confusion) <= high
    assert high > 0.9


def test_more_clips_make_it_narrower_and_a_higher_level_wider():
    confusion = np.array([[9, 1], [1, 9]])

    def width(matrix, level):
        low, high = f1_interval(matrix, "weighted", level, np.random.default_rng(0))
        return high - low

    assert width(confusion * 10, 0.95) < 0.5 * width(confusion, 0.95)
    assert width(confusion, 0.99) > width(confusion, 0.95) > width(confusion, 0.5)


def test_no_clips_say_nothing():
    nothing = np.zeros((3, 3), dtype=int)
    assert macro_f1_interval(nothing, rng=np.random.default_rng(0)) == (0.0, 1.0)
    assert macro_f1_lower_bound(nothing, 0.95, np.random.default_rng(0)) == 0.0


def test_the_same_generator_state_gives_the_same_interval_and_slicing_does_not_change_the_law(monkeypatch):
    confusion = np.diag([8, 9, 7])
    first, second = (macro_f1_interval(confusion, rng=np.random.default_rng(5)) for _ in range(2))
    assert first == second
    monkeypatch.setattr("gesture_al.learning.metrics.interval._SLICE", 100)
    sliced = f1_posterior(confusion, "macro", np.random.default_rng(5), 2000)
    assert sliced.shape == (2000,)
    assert np.quantile(sliced, 0.025) == pytest.approx(first[0], abs=0.02)


@pytest.mark.parametrize("confusion", [np.diag([16, 15, 15]), np.array([[15, 1, 0], [1, 14, 0], [0, 0, 15]])])
def test_a_bound_beyond_the_draws_is_near_the_one_from_very_many(confusion):
    many = f1_posterior(confusion, "macro", np.random.default_rng(0), 400_000, prior_right=1 / 9)
    for confidence in (0.999, 0.9998):
        exact = np.quantile(many, 1 - confidence)
        bound = f1_lower_bound(confusion, "macro", confidence, np.random.default_rng(1), 20_000)
        assert exact - 0.03 < bound < exact + 0.01


def test_a_bound_falls_with_confidence_and_never_exceeds_the_point():
    confusion = np.array([[20, 2], [1, 25]])
    bounds = [f1_lower_bound(confusion, "macro", c, np.random.default_rng(1)) for c in (0.6, 0.9, 0.99, 0.9999, 0.9999999)]
    assert bounds == sorted(bounds, reverse=True)
    assert 0 <= bounds[-1] <= bounds[0] <= macro_f1(confusion)


def test_wrong_use_is_refused():
    rng, confusion = np.random.default_rng(0), np.eye(2)
    with pytest.raises(ValueError, match="level"):
        macro_f1_interval(confusion, 95, rng=rng)
    with pytest.raises(ValueError, match="confidence above"):
        macro_f1_lower_bound(confusion, 0.05, rng)
    with pytest.raises(ValueError, match="200 draws"):
        macro_f1_lower_bound(confusion, 0.95, rng, draws=10)
    with pytest.raises(ValueError, match="one matrix"):
        f1_posterior(np.ones((2, 3, 3)), "macro", rng)
    with pytest.raises(ValueError, match="confusion matrix"):
        f1_posterior([[1, 2]], "macro", rng)
