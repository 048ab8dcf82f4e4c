import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from gesture_al.learning.metrics import (
    f1_intervals,
    f1_lower_bound,
    f1_lower_bounds,
    macro_f1,
    macro_f1_interval,
    macro_f1_lower_bound,
    weighted_f1,
)
from gesture_al.learning.metrics.interval import _Classes, _f1_moments, f1_estimate, f1_interval

pytestmark = pytest.mark.slow

SCORES = {"macro": macro_f1, "weighted": weighted_f1}


def cells(classes, right, one=False):
    """A classifier that is right so often, its errors spread evenly or of each class taken for the next; rows (C, C)."""
    errors = np.roll(np.eye(classes), 1, axis=1) if one else (1 - np.eye(classes)) / (classes - 1)
    return (1 - right) * errors + right * np.eye(classes)


def coverage(truth, sizes, draws, average="macro", seed=0):
    """Share of intervals that hold the truth, and of lower bounds that lie below it."""
    sizes = np.asarray(sizes)
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(np.broadcast_to(sizes, (draws, len(sizes))), truth)
    score = SCORES[average](truth * sizes[:, None])
    low, high = f1_intervals(counts, average).T
    bounds = f1_lower_bounds(counts, average, 0.95)
    return np.mean((low <= score + 1e-12) & (score - 1e-12 <= high)), np.mean(bounds <= score + 1e-12)


@pytest.mark.parametrize("one", [False, True])
@pytest.mark.parametrize(
    ("classes", "clips", "right"),
    [(2, 2, 0.5), (4, 2, 0.7), (10, 10, 0.3), (20, 10, 0.5), (50, 2, 0.5), (6, 30, 0.97), (100, 5, 0.3)],
)
def test_intervals_cover_and_bounds_hold_where_the_posterior_did_not(classes, clips, right, one):
    """The points at which the Dirichlet posterior covered 78 and 82%, and others with few clips; docs/statistics.md has all."""
    covered, bounded = coverage(cells(classes, right, one), np.full(classes, clips), 1500 if classes <= 20 else 300)
    assert covered >= 0.925
    assert bounded >= 0.93


@pytest.mark.parametrize("average", ["macro", "weighted"])
@pytest.mark.parametrize("clips", [2, 10])
def test_intervals_cover_where_classes_are_unequal_and_some_are_empty(average, clips):
    sizes = np.maximum(np.round(10 * clips / np.arange(1, 11)), 1).astype(int)
    sizes[4::5] = 0
    covered, bounded = coverage(cells(10, 0.7), sizes, 1500, average)
    assert covered >= 0.93
    assert bounded >= 0.93


def test_hardly_wider_than_what_the_score_varies_by():
    counts = np.random.default_rng(0).multinomial(np.full((1500, 10), 10), cells(10, 0.7))
    low, high = f1_intervals(counts, "macro").T
    between = np.subtract(*np.quantile(macro_f1(counts), [0.975, 0.025]))
    assert 0.95 < (high - low).mean() / between < 1.2


square = st.integers(1, 7).flatmap(lambda classes: arrays(np.int64, (classes, classes), elements=st.integers(0, 12)))


@settings(deadline=None, max_examples=80)
@given(square, st.sampled_from(["macro", "weighted"]), st.sampled_from([0.5, 0.8, 0.95, 0.999]))
def test_an_interval_holds_its_score_and_a_bound_lies_below(counts, average, level):
    found = f1_interval(counts, average, level)
    if found is None:
        assert counts.sum() < 2 * max(1, (counts.sum(axis=1) > 0).sum())
        return
    low, high = found
    score = SCORES[average](counts)
    assert 0 <= low <= score <= high <= 1
    assert 0 <= f1_lower_bound(counts, average, 0.95) <= score


def test_a_stack_is_its_matrices_one_by_one():
    counts = np.random.default_rng(1).integers(0, 5, (3, 2, 4, 4))
    counts[0, 0] = np.eye(4)
    ends, bounds = f1_intervals(counts, "macro", 0.9), f1_lower_bounds(counts, "macro", 0.9)
    assert np.isnan(ends[0, 0]).all()
    assert macro_f1_interval(counts[0, 0]) is None
    for place in [(0, 1), (1, 0), (2, 1)]:
        assert f1_interval(counts[place], "macro", 0.9) == pytest.approx(tuple(ends[place]))
        assert f1_lower_bound(counts[place], "macro", 0.9) == pytest.approx(bounds[place])


def test_all_right_is_not_certainty():
    low, high = macro_f1_interval(np.diag([12, 12, 12]))
    exact = stats.beta.ppf(0.025, 36, 1)  # Clopper and Pearson's, of 36 of 36
    assert exact < low < exact + 0.02
    assert high == 1.0
    assert macro_f1_lower_bound(np.diag([12, 12, 12]), 0.975) == pytest.approx(exact, abs=0.006)


@pytest.mark.parametrize("clips", [2, 5])
def test_all_wrong_with_many_classes_is_nearly_certain(clips):
    low, high = macro_f1_interval(clips * np.roll(np.eye(250), 1, axis=1))
    assert low == 0.0
    assert high < 4 / (250 * clips)


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_one_clip_a_class_is_too_few(classes):
    once = np.eye(classes)
    assert macro_f1_interval(once) is None
    assert macro_f1_lower_bound(once, 0.95) is None
    assert macro_f1_interval(2 * once) is not None


def test_no_clips_are_too_few():
    assert macro_f1_interval(np.zeros((3, 3), dtype=int)) is None
    assert macro_f1_lower_bound(np.zeros((3, 3)), 0.95) is None


def test_a_class_without_clips_changes_neither_score_nor_interval_while_nothing_is_taken_for_it():
    counts = np.array([[9, 3, 0], [2, 12, 0], [0, 0, 0]])
    assert macro_f1(counts) == macro_f1(counts[:2, :2])
    low, high = macro_f1_interval(counts)
    assert (low, high) == pytest.approx(macro_f1_interval(counts[:2, :2]), abs=0.03)


def test_everything_taken_for_one_class():
    counts = np.array([[0, 30], [0, 30]])
    low, high = macro_f1_interval(counts)
    assert 0.2 < low < macro_f1(counts) < high < 0.5


def test_more_clips_make_it_narrower_and_a_higher_level_wider():
    confusion = np.array([[9, 1], [1, 9]])

    def width(matrix, level):
        low, high = f1_interval(matrix, "weighted", level)
        return high - low

    assert width(confusion * 10, 0.95) < 0.5 * width(confusion, 0.95)
    assert width(confusion, 0.99) > width(confusion, 0.95) > width(confusion, 0.5)


@pytest.mark.parametrize(
    ("clips", "right", "wrong", "spread"), [(2, 0.5, 1.0, 1.0), (5, 0.5, 2.5, 0.5), (30, 0.7, 9.0, 0.7), (2, 0.9, 0.2, 1.0)]
)
def test_moments_of_f1_are_those_of_draws(clips, right, wrong, spread):
    rng, draws = np.random.default_rng(0), 400_000
    hits = rng.binomial(clips, right, draws)
    others = rng.poisson(wrong, draws) if spread == 1 else rng.binomial(round(wrong / (1 - spread)), 1 - spread, draws)
    f1 = 2 * hits / (clips + hits + others)
    mean, variance = _f1_moments(_Classes(*(np.array([float(v)]) for v in (clips, right, 1.0, wrong, spread))))
    assert mean[0] == pytest.approx(f1.mean(), abs=0.001)
    assert variance[0] == pytest.approx(f1.var(), rel=0.02)


def test_the_bias_of_few_clips_is_taken_out():
    """Of 2 clips in each of 100 classes the score lies 0.03 below that of the population, nearly a standard deviation."""
    counts = np.random.default_rng(3).multinomial(np.full((300, 100), 2), cells(100, 0.5))
    estimate = f1_estimate(counts, "macro")
    assert estimate.score.mean() < 0.48
    assert estimate.corrected.mean() == pytest.approx(0.5, abs=0.008)


def test_a_bound_falls_with_confidence_and_never_exceeds_the_point():
    confusion = np.array([[20, 2], [1, 25]])
    bounds = [f1_lower_bound(confusion, "macro", c) for c in (0.6, 0.9, 0.99, 0.9999, 0.9999999)]
    assert bounds == sorted(bounds, reverse=True)
    assert 0 <= bounds[-1] <= bounds[0] <= macro_f1(confusion)


def test_wrong_use_is_refused():
    confusion = np.eye(2)
    with pytest.raises(ValueError, match="level"):
        macro_f1_interval(confusion, 95)
    with pytest.raises(ValueError, match="confidence above"):
        macro_f1_lower_bound(confusion, 0.05)
    with pytest.raises(ValueError, match="one matrix"):
        macro_f1_interval(np.ones((2, 3, 3)))
    with pytest.raises(ValueError, match="confusion matrix"):
        macro_f1_interval([[1, 2]])
