"""What every strategy keeps to; a new one is covered by being registered."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gesture_al.active.strategies import STRATEGIES, Needs, PoolView

NAMES = STRATEGIES.names()


def view_of(rows: int, classes: int = 4, seed: int = 0, dtype: type = np.float64) -> PoolView:
    rng = np.random.default_rng(seed)
    mc = rng.dirichlet(np.ones(classes), size=(5, rows)).astype(dtype)
    return PoolView(
        probs=mc.mean(axis=0),
        mc_probs=mc,
        embeddings=rng.normal(size=(rows, 8)).astype(dtype),
        labelled_embeddings=rng.normal(size=(3, 8)).astype(dtype),
        labelled_classes=np.array([0, 1, 2]),
    )


def pick(name: str, view: PoolView, k: int, seed: int = 0) -> list[int]:
    return STRATEGIES.build(name).select(view, k, np.random.default_rng(seed)).indices.tolist()


def is_drawn(name: str) -> bool:
    """Whether chance has a say even where no two clips are alike."""
    return any(len({tuple(pick(name, view_of(25, seed=s), 6, seed)) for seed in range(6)}) > 1 for s in range(2))


def permuted(view: PoolView, order: np.ndarray) -> PoolView:
    return PoolView(
        probs=view.probs[order],
        mc_probs=view.mc_probs[:, order],
        embeddings=view.embeddings[order],
        labelled_embeddings=view.labelled_embeddings,
        labelled_classes=view.labelled_classes,
    )


DRAWN = [name for name in NAMES if is_drawn(name)]
FIXED = [name for name in NAMES if name not in DRAWN]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("rows", "k"), [(30, 7), (5, 5), (5, 9), (1, 1), (1, 3), (0, 2)])
def test_returns_k_different_rows_or_the_whole_pool(name, rows, k):
    chosen = pick(name, view_of(rows), k)
    assert len(chosen) == len(set(chosen)) == min(k, rows)
    assert all(0 <= row < rows for row in chosen)


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides(name):
    assert pick(name, view_of(50), 10, seed=4) == pick(name, view_of(50), 10, seed=4)


@pytest.mark.parametrize("name", NAMES)
def test_leaves_what_it_is_given_and_the_global_generators_alone(name):
    view = view_of(40)
    for array in (view.probs, view.mc_probs, view.embeddings, view.labelled_embeddings):
        array.flags.writeable = False
    before = np.random.get_state()[1].copy(), random.getstate()  # noqa: NPY002 - the global state is what is looked at
    pick(name, view, 5)
    assert np.array_equal(before[0], np.random.get_state()[1])  # noqa: NPY002
    assert before[1] == random.getstate()


@pytest.mark.parametrize("name", NAMES)
def test_all_equal_probabilities_are_a_random_draw(name):
    even = np.full((20, 4), 0.25)
    view = PoolView(probs=even, mc_probs=np.stack([even] * 3), embeddings=np.zeros((20, 2)), labelled_embeddings=np.zeros((1, 2)))
    draws = {tuple(pick(name, view, 3, seed)) for seed in range(8)}
    assert len(draws) > 1
    assert all(len(set(draw)) == 3 for draw in draws)


@pytest.mark.parametrize("name", [name for name in NAMES if STRATEGIES.build(name).needs])
def test_a_nan_is_refused_and_its_row_named(name):
    view = view_of(10)
    for array in (view.probs, view.mc_probs, view.embeddings):
        array[..., 6, :] = np.nan
    with pytest.raises(ValueError, match="row 6"):
        pick(name, view, 3)


@pytest.mark.parametrize("name", NAMES)
def test_k_below_one_is_refused(name):
    with pytest.raises(ValueError, match="k must be at least 1"):
        pick(name, view_of(5), 0)


@pytest.mark.parametrize("name", FIXED)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), rows=st.integers(3, 40))
def test_the_order_of_the_pool_does_not_matter(name, seed, rows):
    view = view_of(rows, seed=seed)
    order = np.random.default_rng(seed).permutation(rows)
    assert {int(order[row]) for row in pick(name, permuted(view, order), 3)} == set(pick(name, view, 3))


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_the_order_of_the_pool_does_not_change_the_law_of_a_draw(name):
    view, draws = view_of(6, seed=1), 100
    order = np.array([3, 5, 0, 2, 1, 4])
    counts = np.zeros((2, 6))
    for seed in range(draws):
        counts[0, pick(name, view, 2, seed)] += 1
        counts[1, order[pick(name, permuted(view, order), 2, draws + seed)]] += 1
    counts = counts[:, counts.any(axis=0)]
    # The two picks of one draw exclude each other, which makes the counts more alike than the test supposes.
    assert counts.shape[1] == 2 or stats.chi2_contingency(counts).pvalue > 1e-4


def test_most_strategies_are_not_left_to_chance():
    assert {"entropy", "bald", "k_center", "batch_bald"} <= set(FIXED)
    assert {"random", "badge", "power_margin", "typiclust"} <= set(DRAWN)


@pytest.mark.parametrize("name", [name for name in NAMES if Needs.LABELLED_EMBEDDINGS in STRATEGIES.build(name).needs])
def test_a_start_without_any_label(name):
    view = replace(view_of(30), labelled_embeddings=None, labelled_classes=np.empty(0, dtype=np.int64))
    assert len(set(pick(name, view, 5))) == 5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("alike", ["one class", "certain", "copies"])
def test_odd_pools_are_no_reason_to_stop(name, alike):
    view = view_of(20, classes=1 if alike == "one class" else 4)
    if alike == "certain":
        sure = np.eye(4)[np.arange(20) % 4]
        view = replace(view, probs=sure, mc_probs=np.stack([sure] * 3))
    if alike == "copies":
        view = permuted(view, np.zeros(20, dtype=int))
    assert len(set(pick(name, view, 7))) == 7


@pytest.mark.parametrize("name", NAMES)
def test_it_needs_nothing_that_it_does_not_say(name):
    strategy, view = STRATEGIES.build(name), view_of(30)
    fields = {"probs": Needs.PROBS, "mc_probs": Needs.MC_PROBS, "embeddings": Needs.EMBEDDINGS}
    fields["labelled_embeddings"] = Needs.LABELLED_EMBEDDINGS
    unsaid = replace(view, size=30, **{name: None for name, flag in fields.items() if flag not in strategy.needs})
    assert strategy.select(unsaid, 5, np.random.default_rng(0)).indices.tolist() == pick(name, view, 5)
    assert (strategy.samples >= 2) == (Needs.MC_PROBS in strategy.needs)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("size", "k"), [(25_000, 7), (30, 40), (1, 1), (0, 2)])
def test_what_it_looks_at_is_all_or_enough_to_choose_from(name, size, k):
    strategy = STRATEGIES.build(name)
    rows = strategy.looks_at(size, k, np.random.default_rng(0))
    if rows is not None:
        assert len(np.unique(rows)) == len(rows) >= min(k, size)
        assert 0 <= rows.min() <= rows.max() < size
        assert np.array_equal(rows, strategy.looks_at(size, k, np.random.default_rng(0)))


@pytest.mark.parametrize("name", NAMES)
def test_scores_go_with_the_picks(name):
    chosen = STRATEGIES.build(name).select(view_of(30), 5, np.random.default_rng(0))
    assert chosen.indices.dtype == np.int64
    assert len(chosen.scores) in (0, 5)
    assert np.isfinite(chosen.scores).all()


@pytest.mark.parametrize("name", NAMES)
def test_single_and_double_precision_agree(name):
    assert pick(name, view_of(30, dtype=np.float32), 5) == pick(name, view_of(30), 5)
