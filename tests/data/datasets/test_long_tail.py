"""A long-tailed pool."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.core.errors import UserError
from gesture_al.data.datasets.long_tail import thin

LABELS = np.repeat([0, 1, 2, 3, -1], [60, 40, 80, 50, 7])
ROWS = np.arange(len(LABELS))


def counts(kept):
    return sorted(np.unique(LABELS[kept][LABELS[kept] >= 0], return_counts=True)[1].tolist(), reverse=True)


@pytest.mark.parametrize("ratio", [1, 4, 20])
def test_classes_fall_off_exponentially_from_the_smallest(ratio):
    kept = thin(ROWS, LABELS, ratio, 1, np.random.default_rng(0))
    assert counts(kept) == [round(40 * ratio ** (-place / 3)) for place in range(4)]
    assert (np.diff(kept) > 0).all()
    assert (LABELS[kept] == -1).sum() == 7


def test_the_initial_set_stays_possible():
    assert counts(thin(ROWS, LABELS, 1000, 3, np.random.default_rng(0)))[-1] == 3


def test_chance_decides_which_class_is_rare_and_the_seed_repeats_it():
    kept = [thin(ROWS, LABELS, 20, 1, np.random.default_rng(seed)) for seed in (0, 0, 1, 2, 3, 4)]
    assert np.array_equal(kept[0], kept[1])
    rarest = {int(np.bincount(LABELS[one][LABELS[one] >= 0]).argmin()) for one in kept}
    assert len(rarest) > 1


def test_refuses_a_ratio_below_one():
    with pytest.raises(UserError, match=r"dataset\.long_tail=0\.5"):
        thin(ROWS, LABELS, 0.5, 1, np.random.default_rng(0))
