"""Design effect of clips in blocks against closed forms, textbook numbers and simulation."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.learning.metrics import confusion_matrix, interval_effect, macro_f1, macro_f1_interval
from gesture_al.learning.metrics.clustered_clips import design_effect, intraclass_correlation


def test_the_correlation_is_that_of_a_published_table():
    # Shrout and Fleiss, "Intraclass correlations", Psychological Bulletin 86 (1979), tables 2 and 4: ICC(1,1) = 0.17.
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert intraclass_correlation(np.ravel(ratings), np.repeat(np.arange(6), 4)) == pytest.approx(0.17, abs=0.005)


def test_blocks_that_are_one_clip_many_times_over_count_as_one_each():
    right = np.repeat([1, 0, 1, 1], 25)
    assert design_effect(right, np.repeat(np.arange(4), 25)) == pytest.approx(25)


def test_blocks_dealt_at_random_change_next_to_nothing():
    rng = np.random.default_rng(0)
    effects = [design_effect(rng.random(600) < 0.8, rng.integers(0, 20, 600)) for _ in range(100)]
    assert 1 <= np.mean(effects) < 1.3


def test_the_effect_is_the_ratio_of_variances():
    rng = np.random.default_rng(1)
    block = np.repeat(np.arange(40), 10)
    studies = [(rng.random(400) < np.repeat(rng.beta(2, 2, 40), 10)).astype(float) for _ in range(1500)]
    ratio = np.var([one.mean() for one in studies]) / (0.25 / 400)
    assert np.mean([design_effect(one, block) for one in studies]) == pytest.approx(ratio, rel=0.1)


@pytest.mark.parametrize(
    ("values", "blocks", "effect"),
    [([], [], 1.0), ([1, 1, 1, 1], ["a", "a", "b", "b"], 2.0), ([1, 0], ["a", "b"], 1.0), ([1, 0, 1], ["a"] * 3, 3.0)],
)
def test_where_nothing_can_be_told_a_block_counts_once(values, blocks, effect):
    assert design_effect(values, blocks) == effect


@pytest.mark.parametrize(("blocks", "few"), [(8, 1.44), (16, 1.17), (32, 1.08)])
def test_few_blocks_count_for_less(blocks, few):
    block = np.repeat(np.arange(blocks), 30)
    right = np.tile([1, 0], blocks * 15)  # no block is better than another
    assert design_effect(right, block) == 1.0
    assert interval_effect(right, block) == pytest.approx(few, abs=0.01)
    assert interval_effect(right, np.arange(len(right))) == interval_effect([], []) == 1.0


def test_scores_stay_and_intervals_cover_where_those_of_single_clips_do_not():
    covered = np.zeros(2)
    true, block = np.repeat(np.arange(4), 240), np.repeat(np.arange(32), 30)
    for study in range(60):
        rng = np.random.default_rng(study)
        skill = np.repeat(rng.beta(0.8 * 4, 0.2 * 4, 32), 30)
        predicted = np.where(rng.random(960) < skill, true, (true + 1) % 4)
        counts = confusion_matrix(true, predicted, 4)
        effective = counts / interval_effect(predicted == true, block)
        assert macro_f1(effective) == pytest.approx(macro_f1(counts))
        for place, one in enumerate((counts, effective)):
            low, high = macro_f1_interval(one)
            covered[place] += low <= 0.8 <= high
    assert covered[0] / 60 < 0.6
    assert covered[1] / 60 > 0.87
