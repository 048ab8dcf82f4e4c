"""The open-set wrapper: which clips it shows to the strategy inside, and with which probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gesture_al.active.strategies import STRATEGIES, Needs, PoolView
from gesture_al.active.strategies.open_set import closed, purest, without_column


def view_of(background: list[float], seed: int = 0) -> PoolView:
    """Four classes, of which the last is the background with these probabilities."""
    rng = np.random.default_rng(seed)
    column = np.array(background)
    others = rng.dirichlet(np.ones(3), size=(5, len(column))) * (1 - column)[:, None]
    mc_probs = np.concatenate([others, np.broadcast_to(column[:, None], (5, len(column), 1))], axis=2)
    return PoolView(mc_probs.mean(axis=0), mc_probs, labelled_classes=np.array([0, 1, 2, 3]), background=3)


def chosen(view: PoolView, k: int, inner: str = "margin", seed: int = 0) -> list[int]:
    strategy = STRATEGIES.build("open_set", inner=STRATEGIES.build(inner))
    return strategy.select(view, k, np.random.default_rng(seed)).indices.tolist()


@pytest.mark.parametrize(("share", "k"), [(1.0, 1), (0.5, 4), (0.1, 9), (1.0, 30)])
def test_the_share_is_of_as_many_as_the_model_expects_and_they_look_least_like_background(share, k):
    background = np.random.default_rng(k).random(30)
    count = max(k, round(share * sum(1 - p for p in background)))
    by_hand = sorted(sorted(range(30), key=lambda row: background[row])[:count])
    assert purest(background, share, k).tolist() == by_hand


def test_rows_that_tie_stay_together():
    assert purest(np.full(6, 0.5), 0.5, 1).tolist() == list(range(6))


def test_the_other_classes_share_what_the_background_leaves():
    rng = np.random.default_rng(0)
    probs = rng.dirichlet(np.ones(4), size=(3, 9))
    left = without_column(probs, 1)
    np.testing.assert_allclose(left.sum(axis=-1), 1)
    np.testing.assert_allclose(left[..., 2] / left[..., 0], probs[..., 3] / probs[..., 0])
    assert without_column(np.array([[0.0, 1.0, 0.0]]), 1).tolist() == [[0.5, 0.5]], "sure of the background"


@pytest.mark.parametrize("inner", ["random", "margin", "power_bald", "vote_entropy"])
def test_clear_background_is_not_asked(inner):
    background = [0.98] * 20 + [0.02] * 20
    assert all(row >= 20 for row in chosen(view_of(background), 8, inner))


def test_what_is_shown_knows_no_background():
    rng = np.random.default_rng(0)
    probs, classes = rng.dirichlet(np.ones(4), size=5), np.array([0, 1, 3, 2, 1])
    shown = closed(PoolView(probs, labelled_embeddings=np.arange(5.0)[:, None], labelled_classes=classes, background=1), 1)
    assert shown.probs.shape == (5, 3)
    assert shown.labelled_classes.tolist() == [0, 2, 1], "classes behind it move up"
    assert shown.labelled_embeddings.ravel().tolist() == [0, 2, 3]
    assert shown.background is None


def test_the_one_inside_judges_by_the_classes_purest():
    """Clips between a class and the background are no margin; those between two classes are."""
    probs = np.array([[0.5, 0.01, 0.49], [0.4, 0.35, 0.25], [0.8, 0.19, 0.01], [0.01, 0.01, 0.98]])
    view = PoolView(probs, labelled_classes=np.array([0, 1, 2]), background=2)
    strategy = STRATEGIES.build("open_set", {"share": 1.0})
    assert strategy.select(view, 1, np.random.default_rng(0)).indices.tolist() == [1]


@pytest.mark.parametrize(
    "change",
    [{"background": None}, {"labelled_classes": np.array([0, 1, 2])}, {"labelled_classes": None}, {"background": 4}],
    ids=["no such class", "no answer of it", "nothing labelled", "added after this model"],
)
def test_where_nothing_of_the_background_was_learned_it_changes_nothing(change):
    view = replace(view_of([0.9] * 10 + [0.1] * 10), **change)
    plain = STRATEGIES.build("margin").select(view, 6, np.random.default_rng(1)).indices.tolist()
    assert chosen(view, 6, seed=1) == plain


def test_it_needs_probabilities_beside_what_the_one_inside_needs():
    assert STRATEGIES.build("open_set").needs == Needs.PROBS
    badge = STRATEGIES.build("badge")
    assert STRATEGIES.build("open_set", inner=badge).needs == badge.needs | Needs.PROBS
    assert STRATEGIES.build("open_set", inner=STRATEGIES.build("bald", {"samples": 7})).samples == 7


def test_a_part_of_the_pool_looked_at_by_the_one_inside_is_looked_at_here():
    inner = STRATEGIES.build("candidate_subsample", {"most_rows": 12}, inner=STRATEGIES.build("margin"))
    strategy = STRATEGIES.build("open_set", inner=inner)
    rows = strategy.looks_at(40, 5, np.random.default_rng(3))
    assert len(rows) == 12
    assert len(strategy.select(view_of([0.3] * 12), 5, np.random.default_rng(3)).indices) == 5
