"""The stochastic batch against the law that it draws from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gesture_al.active.strategies import STRATEGIES, PoolView
from gesture_al.active.strategies.scores import power_draw
from gesture_al.core.errors import UserError

SCORES = np.array([0.1, 0.2, 0.3, 0.4])


def draws(beta: float, k: int, count: int = 4000) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.array([power_draw(SCORES, beta, k, rng).indices for _ in range(count)])


@pytest.mark.parametrize("beta", [0.0, 1.0, 3.0])
def test_the_first_pick_goes_by_the_power_of_the_score(beta):
    law = SCORES**beta / (SCORES**beta).sum()
    found = np.bincount(draws(beta, 1)[:, 0], minlength=4)
    assert stats.chisquare(found, law * found.sum()).pvalue > 1e-3


def test_the_second_pick_is_drawn_from_what_is_left():
    pairs = draws(1.0, 2)
    law = np.array([[a * b / (1 - a) if i != j else 0 for j, b in enumerate(SCORES)] for i, a in enumerate(SCORES)])
    found = np.zeros((4, 4))
    np.add.at(found, (pairs[:, 0], pairs[:, 1]), 1)
    off = ~np.eye(4, dtype=bool)
    assert stats.chisquare(found[off], law[off] * len(pairs)).pvalue > 1e-3


def test_a_zero_comes_last():
    scores = np.array([0.0, 1e-6, 0.0, 1.0])
    for seed in range(50):
        assert set(power_draw(scores, 1.0, 2, np.random.default_rng(seed)).indices.tolist()) == {1, 3}


def test_a_large_beta_is_plain_margin():
    view = PoolView(probs=np.random.default_rng(2).dirichlet(np.ones(4), size=50))
    drawn = STRATEGIES.build("power_margin", {"beta": 1e6}).select(view, 8, np.random.default_rng(0))
    assert drawn.indices.tolist() == STRATEGIES.build("margin").select(view, 8, np.random.default_rng(0)).indices.tolist()


def test_scores_are_told_without_the_noise():
    mc_probs = np.random.default_rng(2).dirichlet(np.ones(4), size=(5, 50))
    drawn = STRATEGIES.build("power_bald").select(PoolView(mc_probs=mc_probs), 50, np.random.default_rng(0))
    plain = STRATEGIES.build("bald").score(PoolView(mc_probs=mc_probs))
    assert np.array_equal(drawn.scores, plain[drawn.indices])


@pytest.mark.parametrize("name", ["power_margin", "power_bald"])
def test_a_negative_beta_is_refused(name):
    with pytest.raises(UserError, match="beta=-1"):
        STRATEGIES.build(name, {"beta": -1.0})
