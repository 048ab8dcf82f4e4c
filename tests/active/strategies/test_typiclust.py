"""TypiClust: the typicality formula, and which clusters get their turn.

No peer's picks are a reference: they hang on k-means' seed, and scikit-activeml counts 5 neighbours, a row among its own.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from gesture_al.active.strategies import STRATEGIES, PoolView
from gesture_al.active.strategies.typiclust import _shares, typicality
from gesture_al.core.errors import UserError

# Six groups that k-means cannot miss, of 40, 50, ... 90 rows.
SIZES = np.arange(40, 100, 10)


def groups(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    of_row = np.repeat(np.arange(6), SIZES)
    centres = 40 * np.eye(6)
    return rng.normal(size=(len(of_row), 6)) + centres[of_row], of_row


def pick(x, labelled, k, seed=0, **params):
    view = PoolView(embeddings=x, labelled_embeddings=labelled)
    return STRATEGIES.build("typiclust", params).select(view, k, np.random.default_rng(seed))


@pytest.mark.parametrize(("count", "neighbours"), [(700, 20), (30, 20), (3, 20), (2, 1), (50, 1)])
def test_typicality_is_the_inverse_of_the_mean_distance_to_the_nearest(count, neighbours):
    x = np.random.default_rng(count).normal(size=(count, 5))
    used = max(1, min(neighbours, count // 2))
    formula = 1 / np.sort(cdist(x, x), axis=1)[:, 1 : used + 1].mean(axis=1)
    assert np.allclose(typicality(x.astype(np.float32), neighbours), formula, rtol=1e-3)


def test_a_lone_row_and_copies_have_a_typicality():
    assert typicality(np.ones((1, 3), dtype=np.float32), 20).tolist() == [0]
    assert np.isfinite(typicality(np.ones((9, 3), dtype=np.float32), 20)).all()


@pytest.mark.parametrize("seed", range(5))
def test_clusters_without_a_label_come_first_the_largest_before_the_others(seed):
    rng = np.random.default_rng(seed)
    x, of_row = groups(rng)
    # Two groups have labels; the other four are asked about, from the largest down.
    labelled = x[[0, len(x) - 1]] + 0.1
    chosen = pick(x, labelled, 4, seed)
    found = of_row[chosen.indices]
    if len(set(found.tolist())) == 4:  # k-means found the six groups
        assert found.tolist() == [4, 3, 2, 1]
    assert len(chosen.scores) == 4


def test_the_most_typical_row_of_its_cluster_is_asked_about():
    x, _ = groups(np.random.default_rng(1))
    one = x[:90]
    chosen = pick(one, None, 1)
    assert chosen.indices[0] == typicality(one.astype(np.float32), 20).argmax()


def test_small_clusters_wait_while_there_are_others():
    rng = np.random.default_rng(2)
    x = np.concatenate([rng.normal(size=(60, 2)), rng.normal(size=(3, 2)) + 100])
    assert pick(x, x[:1], 1, least_rows=6).indices[0] < 60
    assert pick(x, x[:1], 1, least_rows=1).indices[0] >= 60


def test_turns_go_round_until_clusters_are_empty():
    assert _shares(np.array([5, 1, 3]), 6).tolist() == [3, 1, 2]
    assert _shares(np.array([2, 2]), 4).tolist() == [2, 2]


def test_more_picks_than_clusters():
    x, _ = groups(np.random.default_rng(0))
    assert len(set(pick(x, None, 100, most_clusters=7).indices.tolist())) == 100


def test_a_large_cluster_is_judged_by_a_part_of_it():
    x = np.random.default_rng(0).normal(size=(5000, 3))
    whole = typicality(x.astype(np.float32), 20)
    row = pick(x, None, 1, rows_a_cluster=1000).indices[0]
    assert (whole > whole[row]).mean() < 0.05


@pytest.mark.parametrize("name", ["neighbours", "most_clusters", "rows_a_cluster"])
def test_a_number_below_one_is_refused(name):
    with pytest.raises(UserError, match=f"{name}=0: must be"):
        STRATEGIES.build("typiclust", {name: 0})
