"""Greedy k-center against brute force and scikit-activeml's CoreSet.

small-text's `greedy_coreset` is no reference: it uses positions among the unlabelled clips as rows of all clips, and gets 7 of 20
picks right. scikit-activeml's has all 20.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from gesture_al.active.strategies import STRATEGIES, PoolView
from gesture_al.active.strategies import k_center as file


def brute_force(x: np.ndarray, labelled: np.ndarray, k: int) -> list[int]:
    nearest, picked = cdist(x, labelled).min(axis=1), []
    for _ in range(k):
        picked.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, cdist(x, x[[picked[-1]]])[:, 0])
    return picked


def picks(x: np.ndarray, labelled: np.ndarray | None, k: int, seed: int = 0):
    return STRATEGIES.build("k_center").select(
        PoolView(embeddings=x, labelled_embeddings=labelled), k, np.random.default_rng(seed)
    )


@pytest.mark.parametrize("reach", [1, 5, 64, 2048])
@pytest.mark.parametrize("clusters", [1, 6])
def test_every_pick_is_the_farthest(monkeypatch, reach, clusters):
    # Whatever number of rows is kept up to date, the picks are those of the plain algorithm.
    monkeypatch.setattr(file, "_ROWS_IN_REACH", reach)
    rng = np.random.default_rng(clusters)
    x = rng.normal(size=(600, 3)) + 6 * rng.normal(size=(clusters, 3))[rng.integers(clusters, size=600)]
    labelled = rng.normal(size=(4, 3))
    chosen = picks(x, labelled, 60)
    assert chosen.indices.tolist() == brute_force(x, labelled, 60)
    assert np.all(np.diff(chosen.scores) <= 1e-6)
    assert chosen.scores[0] == pytest.approx(cdist(x, labelled).min(axis=1).max(), rel=1e-5)


def test_far_from_the_origin_single_precision_still_does():
    rng = np.random.default_rng(5)
    x, labelled = rng.normal(size=(300, 8)) + 1e4, rng.normal(size=(3, 8)) + 1e4
    assert picks(x, labelled, 20).indices.tolist() == brute_force(x, labelled, 20)


def test_scikit_activeml_picks_the_same_twenty():
    pool = pytest.importorskip("skactiveml.pool", reason="scikit-activeml is in requirements-dev.txt")
    rng = np.random.default_rng(0)
    x, labelled = rng.normal(size=(1000, 64)), rng.normal(size=(50, 64))
    known = np.concatenate([np.zeros(50), np.full(1000, np.nan)])
    theirs = pool.CoreSet(random_state=0).query(np.concatenate([labelled, x]), known, batch_size=20)
    assert picks(x, labelled, 20).indices.tolist() == (theirs - 50).tolist()


def test_without_labels_it_starts_anywhere():
    x = np.random.default_rng(1).normal(size=(40, 2))
    starts = {int(picks(x, None, 3, seed).indices[0]) for seed in range(30)}
    assert len(starts) > 10
    chosen = picks(x, None, 3).indices.tolist()
    assert chosen[1:] == brute_force(x, x[chosen[:1]], 2)


def test_copies_are_taken_only_when_nothing_else_is_left():
    x = np.repeat(np.array([[0.0, 0.0], [5.0, 0.0], [0.0, 9.0]]), 4, axis=0)
    chosen = picks(x, x[:1], 12).indices
    assert {int(row) // 4 for row in chosen[:2]} == {1, 2}
    assert len(set(chosen.tolist())) == 12


def test_a_labelled_clip_that_is_not_finite_is_named():
    x = np.zeros((5, 2))
    with pytest.raises(ValueError, match="row 1 of the labelled embeddings"):
        picks(x, np.array([[0.0, 0.0], [np.inf, 0.0]]), 2)
