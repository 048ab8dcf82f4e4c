"""BatchBALD against brute force over all joint outcomes.

No peer is a reference: baal picks one too many and drops the best; scikit-activeml samples as few outcomes as there are members
unless told otherwise, and clips the caller's array in place.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gesture_al.active.strategies import STRATEGIES, PoolView
from gesture_al.active.strategies.batch_bald import Outcomes, batch_bald
from gesture_al.active.strategies.committee import bald
from gesture_al.active.strategies.scores import row_entropy
from gesture_al.core.errors import UserError


def information(mc_probs: np.ndarray, rows: list[int]) -> float:
    """Mutual information between the labels of these rows and the member, summed over every joint outcome."""
    classes = mc_probs.shape[2]
    total = 0.0
    for outcome in itertools.product(range(classes), repeat=len(rows)):
        given = np.prod([mc_probs[:, row, label] for row, label in zip(rows, outcome, strict=True)], axis=0)
        mean = given.mean()
        total -= mean * np.log(mean)
        total += (given * np.log(given)).mean()
    return total


def members(count: int, seed: int = 0, classes: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(classes) * 0.5, size=(6, count))


@pytest.mark.parametrize("seed", range(4))
def test_every_pick_adds_as_much_as_any_row_could(seed):
    mc_probs = members(40, seed)
    rows, gains = batch_bald(mc_probs, 4, 1000, np.random.default_rng(0))
    for place, row in enumerate(rows):
        before = rows[:place].tolist()
        known = information(mc_probs, before) if before else 0.0
        added = [information(mc_probs, [*before, r]) - known for r in range(40) if r not in before]
        assert gains[place] == pytest.approx(max(added), abs=1e-5)
        assert information(mc_probs, [*before, int(row)]) - known == pytest.approx(max(added), abs=1e-5)


def test_the_first_pick_is_balds():
    mc_probs = members(60)
    rows, gains = batch_bald(mc_probs, 1, 10, np.random.default_rng(0))
    assert rows[0] == bald(mc_probs).argmax()
    assert gains[0] == pytest.approx(bald(mc_probs).max())


def test_a_copy_is_worth_less_than_another_row():
    # Rows 0 and 1 are the same, both with the largest score; row 2 tells of other members.
    p = np.array([[0.99, 0.01], [0.99, 0.01], [0.01, 0.99], [0.01, 0.99]])
    q = np.array([[0.97, 0.03], [0.03, 0.97], [0.97, 0.03], [0.03, 0.97]])
    mc_probs = np.stack([p, p, q], axis=1)
    assert set(np.argsort(-bald(mc_probs))[:2]) == {0, 1}
    chosen = STRATEGIES.build("batch_bald").select(PoolView(mc_probs=mc_probs), 2, np.random.default_rng(0))
    assert chosen.indices[1] == 2


def test_sampled_outcomes_come_near_the_exact_ones():
    mc_probs, rng = members(8, classes=4), np.random.default_rng(0)
    exact, sampled = Outcomes(6, 10**6), Outcomes(6, 4000)
    for row in range(7):
        exact.add(mc_probs[:, row], rng)
        sampled.add(mc_probs[:, row], rng)
    assert len(sampled.weights_M) <= 4000 < len(exact.weights_M) <= 4**7
    last = mc_probs[:, [7]], row_entropy(mc_probs[:, 7])[:, None]
    assert sampled.information(*last)[0] == pytest.approx(exact.information(*last)[0], abs=0.01)


def test_listed_outcomes_give_what_brute_force_gives():
    mc_probs, rng = members(6), np.random.default_rng(0)
    outcomes = Outcomes(6, 10**6)
    for row in range(4):
        outcomes.add(mc_probs[:, row], rng)
    entropies = np.stack([row_entropy(member) for member in mc_probs])
    given = outcomes.information(mc_probs[:, 4:], entropies[:, 4:])
    before = information(mc_probs, [0, 1, 2, 3])
    assert given == pytest.approx([information(mc_probs, [0, 1, 2, 3, row]) - before for row in (4, 5)], abs=1e-5)


def test_a_sampled_batch_tells_what_simulated_labels_tell():
    # Members that nearly agree, so that outcomes of equal weight would all go on with the same label if the draw let them.
    rng = np.random.default_rng(0)
    logits = 2 * rng.normal(size=(60, 20)) + 0.5 * rng.normal(size=(8, 60, 20))
    mc_probs = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    rows, gains = batch_bald(mc_probs, 20, 5000, np.random.default_rng(0))
    assert gains.sum() == pytest.approx(simulated_information(mc_probs, rows, 20_000), abs=0.05)


def simulated_information(mc_probs: np.ndarray, rows: np.ndarray, draws: int) -> float:
    """Mutual information of the rows' labels and the member, by drawing a member and its labels, over and over."""
    rng = np.random.default_rng(1)
    true = rng.integers(len(mc_probs), size=draws)
    logs = np.zeros((draws, len(mc_probs)))
    for row in rows:
        steps = mc_probs[:, row].cumsum(axis=1)[true]
        label = (steps < rng.random((draws, 1)) * steps[:, -1:]).sum(axis=1)
        logs += np.log(mc_probs[:, row, label].T)
    odds = np.exp(logs - logs[np.arange(draws), true][:, None])
    return float(np.log(len(mc_probs)) - np.log(odds.sum(axis=1)).mean())


def test_what_is_left_out_is_settled_and_ratios_average_to_one():
    outcomes, rng, mc_probs = Outcomes(6, 500), np.random.default_rng(0), members(30)
    for row in range(30):
        before = outcomes.weights_M.sum()
        outcomes.add(mc_probs[:, row], rng)
        assert 0 <= outcomes.weights_M.sum() <= before + 1e-12
        assert np.allclose(outcomes.ratios_M_S.mean(axis=1), 1, atol=1e-3)
    certain = np.eye(6)[:, None]
    settled = Outcomes(6, 500)
    settled.add(certain[:, 0], rng)
    settled.add(certain[:, 0], rng)
    assert not len(settled.weights_M)


def test_all_together_tell_no_more_than_which_member_is_right():
    gains = batch_bald(members(100), 100, 5000, np.random.default_rng(0))[1]
    assert gains.sum() == pytest.approx(np.log(6), abs=0.05)


def test_certain_members_that_contradict_each_other():
    mc_probs = np.eye(3)[np.random.default_rng(0).integers(3, size=(5, 20))]
    rows, gains = batch_bald(mc_probs, 20, 100, np.random.default_rng(0))
    assert sorted(rows.tolist()) == list(range(20))
    assert gains.sum() == pytest.approx(np.log(5), abs=1e-4)


def test_only_the_best_by_bald_are_looked_at():
    mc_probs = members(200)
    chosen = STRATEGIES.build("batch_bald", {"candidates": 1}).select(PoolView(mc_probs=mc_probs), 6, np.random.default_rng(0))
    assert set(chosen.indices.tolist()) == set(np.argsort(-bald(mc_probs))[:6].tolist())


@pytest.mark.parametrize("name", ["outcomes", "candidates"])
def test_a_number_below_one_is_refused(name):
    with pytest.raises(UserError, match=f"{name}=0: must be"):
        STRATEGIES.build("batch_bald", {name: 0})
