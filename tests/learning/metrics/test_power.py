"""Power of paired comparisons against SciPy, closed forms and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm, wilcoxon

from gesture_al.learning.metrics.comparison import holm, seeds_needed
from gesture_al.learning.metrics.power import detectable_difference, smallest_p


@pytest.mark.parametrize("pairs", [4, 6, 9, 14])
@pytest.mark.parametrize("comparisons", [1, 3, 28])
def test_the_smallest_p_is_that_of_differences_of_one_sign(pairs, comparisons):
    best = wilcoxon(np.arange(1, pairs + 1)).pvalue
    family = [best, *[1.0] * (comparisons - 1)]
    assert smallest_p(pairs, comparisons) == pytest.approx(holm(family)[0])


@pytest.mark.parametrize("comparisons", [1, 2, 7, 28])
def test_the_seeds_needed_are_the_fewest_with_which_the_level_can_be_reached(comparisons):
    seeds = seeds_needed(comparisons)
    assert smallest_p(seeds, comparisons) <= 0.05 < smallest_p(seeds - 1, comparisons)
    assert math.isinf(detectable_difference(seeds - 1, comparisons))
    assert math.isfinite(detectable_difference(seeds, comparisons))


def test_with_the_fewest_pairs_all_must_have_one_sign():
    # P(all six above 0) = Phi(d)**6 = 0.8; all below is next to impossible then.
    assert detectable_difference(6) == pytest.approx(norm.ppf(0.8 ** (1 / 6)), rel=0.02)


def test_a_difference_that_large_is_found_four_times_of_five():
    rng = np.random.default_rng(1)
    difference = detectable_difference(12, 3)
    found = [wilcoxon(rng.normal(difference, 1, 12)).pvalue <= 0.05 / 3 for _ in range(1500)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.035)


def test_more_seeds_find_smaller_differences_and_more_comparisons_only_larger_ones():
    assert detectable_difference(40) < detectable_difference(20) < detectable_difference(20, 28)
