"""Disagreement of members against formulas, SciPy and modAL."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from gesture_al.active.strategies import STRATEGIES, PoolView
from gesture_al.active.strategies.committee import bald, kl_divergence, mean_std, variation_ratio, vote_entropy
from gesture_al.core.errors import UserError

SCORES = [bald, mean_std, variation_ratio, vote_entropy, kl_divergence]


@pytest.fixture
def mc_probs():
    return np.random.default_rng(0).dirichlet(np.ones(5) * 0.4, size=(7, 3000))


def test_bald_is_the_entropy_of_the_mean_less_the_mean_entropy(mc_probs):
    formula = stats.entropy(mc_probs.mean(axis=0), axis=1) - stats.entropy(mc_probs, axis=2).mean(axis=0)
    assert np.allclose(bald(mc_probs), formula, atol=1e-12)


def test_bald_of_two_members_in_closed_form():
    # Members with p and 1 - p: the mean is even, so ln 2 - H(p) is left.
    p = np.linspace(0, 1, 101)
    both = np.stack([np.stack([p, 1 - p], axis=1), np.stack([1 - p, p], axis=1)])
    assert np.allclose(bald(both), np.log(2) - stats.entropy([p, 1 - p], axis=0), atol=1e-12)


def test_bald_is_what_a_label_tells_about_the_member(mc_probs):
    # The same number from the other end: H(member) - H(member | label), summed over the joint table.
    joint = mc_probs / len(mc_probs)
    label = joint.sum(axis=0)
    about = np.log(len(mc_probs)) - (label * stats.entropy(joint / label, axis=0)).sum(axis=1)
    assert np.allclose(bald(mc_probs), about, atol=1e-12)


def test_members_that_agree_or_contradict_each_other():
    sure = np.eye(4)[np.array([0, 1, 2, 3])]
    agree, contradict = np.stack([sure[[1]]] * 4), sure[:, None]
    for score, least, most in zip(SCORES[:4], (0, 0, 0, 0), (np.log(4), np.sqrt(3) / 4, 0.75, np.log(4)), strict=True):
        assert score(agree)[0] == least
        assert score(contradict)[0] == pytest.approx(most)


def test_single_precision_is_enough(mc_probs):
    for score in SCORES:
        assert np.allclose(score(mc_probs.astype(np.float32)), score(mc_probs), atol=2e-6)


def test_mean_std_by_hand(mc_probs):
    second_moment = (mc_probs**2).mean(axis=0)
    assert np.allclose(mean_std(mc_probs), np.sqrt(second_moment - mc_probs.mean(axis=0) ** 2).mean(axis=1))


def test_variation_ratio_is_what_the_mode_leaves(mc_probs):
    mode = stats.mode(mc_probs.argmax(axis=2), axis=0)
    assert np.allclose(variation_ratio(mc_probs), 1 - mode.count / len(mc_probs))


def test_vote_entropy_is_scipys(mc_probs):
    shares = (mc_probs.argmax(axis=2)[..., None] == np.arange(5)).mean(axis=0)
    assert np.allclose(vote_entropy(mc_probs), stats.entropy(shares, axis=1))


def test_kl_is_scipys(mc_probs):
    assert np.allclose(kl_divergence(mc_probs), special.rel_entr(mc_probs, mc_probs.mean(axis=0)).sum(axis=2))


def test_mean_kl_is_bald(mc_probs):
    assert np.allclose(kl_divergence(mc_probs).mean(axis=0), bald(mc_probs), atol=1e-12)


def test_the_farthest_member_ranks_otherwise_than_the_mean(mc_probs):
    view = PoolView(mc_probs=mc_probs)
    mean, most = (STRATEGIES.build("kl_divergence", {"members": word}) for word in ("mean", "max"))
    assert np.allclose(most.score(view), kl_divergence(mc_probs).max(axis=0))
    assert not np.array_equal(np.argsort(mean.score(view)), np.argsort(most.score(view)))


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("wrong", [np.ones((2, 2)) / 2, np.ones((3, 2, 2)), np.empty((0, 4, 2))])
def test_what_is_no_probability_is_refused(score, wrong):
    with pytest.raises(ValueError, match=r"\(S, N, C\)|does not sum to 1"):
        score(wrong)


def test_one_member_is_refused():
    with pytest.raises(UserError, match="samples=1: must be a whole number from 2 to 1000"):
        STRATEGIES.build("bald", {"samples": 1})


def test_the_row_that_one_member_spoils_is_named(mc_probs):
    mc_probs[4, 17, 2] = np.nan
    with pytest.raises(ValueError, match="row 17"):
        bald(mc_probs)
