"""What every strategy on the shelf keeps to; a new one is covered by being registered."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesture_al.strategies import STRATEGIES, PoolView

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


@pytest.mark.parametrize("name", [name for name in NAMES if STRATEGIES.build(name).needs])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), rows=st.integers(3, 40))
def test_the_order_of_the_pool_does_not_matter(name, seed, rows):
    view = view_of(rows, seed=seed)
    order = np.random.default_rng(seed).permutation(rows)
    shuffled = PoolView(
        probs=view.probs[order],
        mc_probs=view.mc_probs[:, order],
        embeddings=view.embeddings[order],
        labelled_embeddings=view.labelled_embeddings,
        labelled_classes=view.labelled_classes,
    )
    assert {int(order[row]) for row in pick(name, shuffled, 3)} == set(pick(name, view, 3))


@pytest.mark.parametrize("name", NAMES)
def test_single_and_double_precision_agree(name):
    assert pick(name, view_of(30, dtype=np.float32), 5) == pick(name, view_of(30), 5)
