"""Errors from the choice of test people, against closed forms and a simulation."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.learning.metrics import macro_f1
from gesture_al.learning.metrics.comparison import compare_paired
from gesture_al.learning.metrics.resampling import small_sample_factor, unit_weights, weighted_macro_f1


def test_equal_weights_give_the_score_of_all_clips():
    counts = np.random.default_rng(0).integers(0, 9, (5, 2, 3, 3)).astype(np.float32)
    assert np.allclose(weighted_macro_f1(counts, np.ones((1, 5)))[0], macro_f1(counts.sum(axis=0)))


def test_a_weight_of_two_is_the_unit_twice():
    counts = np.random.default_rng(1).integers(0, 9, (3, 1, 2, 2)).astype(np.float32)
    assert np.allclose(weighted_macro_f1(counts, np.array([[2, 1, 0]])), macro_f1(2 * counts[0] + counts[1]))


def test_drawn_errors_of_a_mean_have_the_spread_of_its_standard_error():
    values = np.random.default_rng(2).normal(size=40)
    weights = unit_weights(40, 40_000, np.random.default_rng(3))
    drawn = (weights @ values / 40 - values.mean()).std() * np.sqrt(41 / 39)
    assert drawn == pytest.approx(values.std(ddof=1) / np.sqrt(40), rel=0.02)
    assert small_sample_factor(40, 0.95) == pytest.approx(np.sqrt(41 / 39) * 2.0227 / 1.95996, rel=1e-3)


def test_one_unit_is_refused():
    with pytest.raises(ValueError, match="1 unit has no spread"):
        small_sample_factor(1, 0.95)


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
