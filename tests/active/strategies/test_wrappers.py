"""Strategies around another one, from Python and from the settings."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gesture_al.active.strategies import STRATEGIES, Needs, PoolView
from gesture_al.active.strategies.inner import rows_of
from gesture_al.active.strategies.wrapper import balanced
from gesture_al.cli.composition import compose_settings
from gesture_al.core.errors import UserError
from gesture_al.core.parts import build_part
from gesture_al.core.settings import Part

NAMES = ["random_share", "candidate_subsample", "class_balance"]


def wrap(name, inner="entropy", **params):
    return STRATEGIES.build(name, params, inner=STRATEGIES.build(inner))


@pytest.fixture
def view():
    rng = np.random.default_rng(0)
    mc_probs = rng.dirichlet(np.ones(4), size=(5, 80))
    return PoolView(mc_probs.mean(axis=0), mc_probs, rng.normal(size=(80, 3)), labelled_classes=np.array([0, 0, 1]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("inner", ["random", "margin", "power_bald", "badge"])
def test_it_needs_what_the_one_inside_needs(name, inner, view):
    whole, part = wrap(name, inner), STRATEGIES.build(inner)
    assert whole.needs == part.needs | (Needs.PROBS if name == "class_balance" else Needs.NOTHING)
    assert whole.samples == part.samples
    assert len(set(whole.select(view, 9, np.random.default_rng(0)).indices.tolist())) == 9


def test_no_share_of_chance_is_the_one_inside(view):
    plain = STRATEGIES.build("entropy").select(view, 9, np.random.default_rng(0)).indices.tolist()
    assert wrap("random_share", share=0.0).select(view, 9, np.random.default_rng(0)).indices.tolist() == plain


def test_the_share_of_chance_is_what_was_asked_for(view):
    best = set(STRATEGIES.build("entropy").select(view, 20, np.random.default_rng(0)).indices.tolist())
    strategy, kept = wrap("random_share", share=0.3), 0
    for seed in range(200):
        chosen = strategy.select(view, 20, np.random.default_rng(seed)).indices.tolist()
        # The inner picks come first; what follows are random rows, of which some may be good ones.
        kept += next((place for place, row in enumerate(chosen) if row not in best), 20)
    assert 0.65 < kept / (200 * 20) < 0.8


def test_all_left_to_chance_is_an_even_draw(view):
    strategy = wrap("random_share", share=1.0)
    rows = [strategy.select(view, 5, np.random.default_rng(seed)).indices for seed in range(1000)]
    assert stats.chisquare(np.bincount(np.concatenate(rows), minlength=80)).pvalue > 1e-3


def test_the_subsample_is_all_that_is_seen(view):
    strategy = wrap("candidate_subsample", most_rows=20)
    order = np.argsort(-STRATEGIES.build("entropy").score(view)).tolist()
    for seed in range(20):
        chosen = strategy.select(view, 4, np.random.default_rng(seed))
        places = [order.index(row) for row in chosen.indices]
        assert places == sorted(places)
        assert np.allclose(chosen.scores, STRATEGIES.build("entropy").score(view)[chosen.indices])
    seen = {row for seed in range(40) for row in strategy.select(view, 20, np.random.default_rng(seed)).indices.tolist()}
    assert seen == set(range(80))


def subsample(inner, most_rows):
    return STRATEGIES.build("candidate_subsample", {"most_rows": most_rows}, inner=inner)


@pytest.mark.parametrize(
    "strategy",
    [
        subsample(STRATEGIES.build("badge"), 20),
        subsample(subsample(STRATEGIES.build("power_margin"), 12), 30),
        subsample(subsample(STRATEGIES.build("margin"), 30), 12),
        STRATEGIES.build("class_balance", {"candidates": 4}, inner=subsample(STRATEGIES.build("entropy"), 10)),
    ],
    ids=["one", "narrower inside", "wider inside", "balanced"],
)
def test_what_it_looks_at_alone_leads_to_the_picks_that_the_whole_pool_does(strategy, view):
    for seed in range(10):
        whole = strategy.select(view, 4, np.random.default_rng(seed))
        rng = np.random.default_rng(seed)
        rows = strategy.looks_at(len(view), 4, rng)
        assert len(rows) < len(view)
        part = strategy.select(rows_of(view, rows), 4, rng)
        assert rows[part.indices].tolist() == whole.indices.tolist()
        assert part.scores.tolist() == whole.scores.tolist()


def test_balance_looks_at_enough_for_all_that_it_asks_of_the_one_inside():
    strategy = STRATEGIES.build("class_balance", {"candidates": 4}, inner=subsample(STRATEGIES.build("entropy"), 10))
    assert len(strategy.looks_at(1000, 5, np.random.default_rng(0))) == 20


def test_the_share_of_chance_stays_within_what_is_looked_at(view):
    strategy = wrap("random_share", "margin", share=1.0)
    strategy.inner = subsample(strategy.inner, 20)
    drawn = []
    for seed in range(600):
        rng = np.random.default_rng(seed)
        rows = strategy.looks_at(80, 5, rng)
        assert len(rows) == 20
        drawn.append(rows[strategy.select(rows_of(view, rows), 5, rng).indices])
    assert stats.chisquare(np.bincount(np.concatenate(drawn), minlength=80)).pvalue > 1e-3


def test_a_pool_that_is_small_enough_is_shown_whole(view):
    plain = STRATEGIES.build("entropy").select(view, 9, np.random.default_rng(0)).indices.tolist()
    assert wrap("candidate_subsample", most_rows=80).select(view, 9, np.random.default_rng(0)).indices.tolist() == plain


def test_k_beyond_the_subsample_is_still_k(view):
    assert len(wrap("candidate_subsample", most_rows=5).select(view, 30, np.random.default_rng(0)).indices) == 30


def test_balance_evens_out_what_is_predicted(view):
    counts = np.bincount([0, 0, 1], minlength=4)
    chosen = wrap("class_balance", candidates=8).select(view, 9, np.random.default_rng(0)).indices
    after = counts + np.bincount(view.probs[chosen].argmax(axis=1), minlength=4)
    assert after.tolist() == [3, 3, 3, 3]


def test_balance_takes_the_best_of_each_class_and_ends_with_what_is_left():
    predicted = np.array([2, 2, 0, 2, 1])
    assert balanced(predicted, np.zeros(3, dtype=int), 3).tolist() == [0, 2, 4]
    assert balanced(predicted, np.array([9, 9, 0]), 3).tolist() == [0, 1, 3]
    assert sorted(balanced(predicted, np.zeros(3, dtype=int), 5).tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "params"),
    [("random_share", {"share": 1.5}), ("candidate_subsample", {"most_rows": 0}), ("class_balance", {"candidates": 0})],
)
def test_wrong_parameters_are_refused(name, params):
    with pytest.raises(UserError, match=next(iter(params))):
        STRATEGIES.build(name, params)


def test_the_settings_name_the_one_inside():
    settings = compose_settings(["strategy=class_balance", "strategy.params.inner.name=badge"])
    built = build_part(STRATEGIES, "strategy", settings.strategy)
    assert type(built.inner).__name__ == "Badge"


def test_wrappers_stand_in_wrappers(view):
    innermost = {"name": "power_margin", "params": {"beta": 2.0}}
    middle = {"name": "candidate_subsample", "params": {"inner": innermost, "most_rows": 30}}
    built = build_part(STRATEGIES, "strategy", Part("random_share", {"inner": middle}))
    assert built.inner.inner.beta == 2
    assert len(built.select(view, 5, np.random.default_rng(0)).indices) == 5


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ({"name": "nope"}, "no strategy 'nope'"),
        ({"name": "power_margin", "params": {"beta": "x"}}, "strategy.params.inner.params.beta=x: must be a number"),
        ({"name": "power_margin", "params": {"beta": -2}}, "strategy.params.inner.params.beta=-2"),
        ({"nom": "badge"}, "strategy.params.inner"),
    ],
)
def test_a_wrong_one_inside_is_told_in_one_line(inner, told):
    with pytest.raises(UserError) as refused:
        build_part(STRATEGIES, "strategy", Part("random_share", {"inner": inner}))
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
