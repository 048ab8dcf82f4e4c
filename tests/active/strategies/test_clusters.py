"""Strategies over clusters: k_means, cluster_margin, and the groups under them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import chisquare
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import cosine_similarity

from gesture_al.active.strategies import STRATEGIES, PoolView
from gesture_al.active.strategies import embedding_space as file
from gesture_al.active.strategies.embedding_space import average_linkage, central_rows, k_means
from gesture_al.active.strategies.information_density import density
from gesture_al.active.strategies.k_means import round_robin
from gesture_al.active.strategies.uncertainty import entropy
from gesture_al.core.errors import UserError


def groups(sizes, seed=0) -> tuple[np.ndarray, np.ndarray]:
    of_row = np.repeat(np.arange(len(sizes)), sizes)
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(len(of_row), 3)) + 30 * rng.normal(size=(len(sizes), 3))[of_row]).astype(np.float32), of_row


@pytest.mark.parametrize("most", [100, 10_000])
def test_k_means_puts_every_row_to_its_nearest_centre(monkeypatch, most):
    monkeypatch.setattr(file, "_ROWS_TO_FIT", most)
    x, _ = groups([200, 200, 200])
    cluster, centres = k_means(x, 3, np.random.default_rng(0))
    assert np.array_equal(cluster, cdist(x, centres).argmin(axis=1))
    assert centres.shape == (3, 3)


def test_average_linkage_finds_groups_and_so_does_its_stand_in(monkeypatch):
    x, of_row = groups([30, 40, 50])
    assert adjusted_rand_score(of_row, average_linkage(x, 3, np.random.default_rng(0))) == 1
    monkeypatch.setattr(file, "_ROWS_TO_LINK", 10)
    assert adjusted_rand_score(of_row, average_linkage(x, 3, np.random.default_rng(0))) > 0.5


def test_the_row_nearest_to_each_centre():
    x, _ = groups([50, 50])
    cluster, centres = k_means(x, 2, np.random.default_rng(0))
    distances = cdist(x, centres)
    distances[cluster[:, None] != np.arange(2)] = np.inf
    assert central_rows(x, cluster, centres).tolist() == distances.argmin(axis=0).tolist()


def test_k_means_takes_one_row_of_each_cluster_the_largest_first():
    x, _ = groups([20, 30, 40, 50])
    chosen = STRATEGIES.build("k_means").select(PoolView(embeddings=x), 4, np.random.default_rng(0))
    assert len(set(chosen.indices.tolist())) == 4
    assert np.all(np.diff(chosen.scores) <= 0)
    assert chosen.scores.sum() == 140


def test_the_smallest_cluster_has_the_first_turn():
    cluster = np.array([0] * 6 + [1] * 3 + [2])
    for seed in range(20):
        rows = round_robin(cluster, 7, np.random.default_rng(seed))
        assert cluster[rows].tolist() == [2, 1, 0, 1, 0, 1, 0]
        assert len(set(rows.tolist())) == 7


def test_within_a_cluster_the_draw_is_even():
    first = [int(round_robin(np.zeros(5, dtype=int), 1, np.random.default_rng(seed))[0]) for seed in range(2000)]
    assert chisquare(np.bincount(first)).pvalue > 1e-3


def test_cluster_margin_spreads_small_margins_over_the_groups():
    x, of_row = groups([40, 40, 40])
    rng = np.random.default_rng(0)
    sure, unsure = np.array([0.9, 0.1]), np.array([0.51, 0.49])
    wanted = rng.permutation(120)[:30]
    probs = np.tile(sure, (120, 1))
    probs[wanted] = unsure
    chosen = STRATEGIES.build("cluster_margin").select(PoolView(probs=probs, embeddings=x), 3, rng)
    assert set(chosen.indices.tolist()) <= set(wanted.tolist())
    assert sorted(of_row[chosen.indices].tolist()) == [0, 1, 2]


def test_density_is_the_mean_of_scikit_learns_cosines():
    x = np.random.default_rng(0).normal(size=(300, 6))
    assert np.allclose(density(x), ((1 + cosine_similarity(x)) / 2).mean(axis=1))
    x[3] = 0
    assert density(x)[3] == 0.5


@pytest.mark.parametrize("beta", [0.0, 1.0, 2.5])
def test_information_density_is_entropy_times_resemblance(beta):
    rng = np.random.default_rng(0)
    x, probs = rng.normal(size=(50, 6)), rng.dirichlet(np.ones(4), size=50)
    strategy = STRATEGIES.build("information_density", {"beta": beta})
    assert np.allclose(strategy.score(PoolView(probs=probs, embeddings=x)), entropy(probs) * density(x) ** beta)


@pytest.mark.parametrize(("name", "params"), [("cluster_margin", {"candidates": 0}), ("information_density", {"beta": -1.0})])
def test_wrong_parameters_are_refused(name, params):
    with pytest.raises(UserError, match=next(iter(params))):
        STRATEGIES.build(name, params)
