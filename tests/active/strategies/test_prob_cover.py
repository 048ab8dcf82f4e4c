"""ProbCover against brute force.

No peer is a reference: the authors' code leaves out the last rows as centres and picks row 0 again and again once all is covered,
and scikit-activeml wants an N x N matrix.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from gesture_al.active.strategies import STRATEGIES, PoolView
from gesture_al.active.strategies.prob_cover import balls, greedy_cover, pure_radius
from gesture_al.core.errors import UserError


def pick(x, labelled, k, seed=0, **params):
    view = PoolView(embeddings=x, labelled_embeddings=labelled, labelled_classes=np.array([0, 1, 2]))
    return STRATEGIES.build("prob_cover", params).select(view, k, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("radius", [0.4, 0.9, 2.0])
def test_every_pick_covers_as_much_as_any_row_could(seed, radius):
    rng = np.random.default_rng(seed)
    x, labelled = rng.normal(size=(203, 3)), rng.normal(size=(4, 3))
    chosen = pick(x, labelled, 25, seed, radius=radius)
    ball, covered = cdist(x, x) <= radius, (cdist(x, labelled) <= radius).any(axis=1)
    for row, score in zip(chosen.indices, chosen.scores, strict=True):
        gains = (ball & ~covered).sum(axis=1)
        assert gains[row] == gains.max() == score or gains.max() == 0 == score
        covered |= ball[row]
    assert len(set(chosen.indices.tolist())) == 25


def test_balls_are_what_the_distances_say():
    x = np.random.default_rng(0).normal(size=(1030, 2)).astype(np.float32)
    bits = np.unpackbits(balls(x, 0.5), axis=1, count=1030).astype(bool)
    assert np.array_equal(bits, cdist(x, x) <= 0.5)


def test_nothing_left_to_cover_ends_the_cover():
    x = np.zeros((9, 2), dtype=np.float32)
    rows, gains = greedy_cover(balls(x, 1.0), np.zeros(9, dtype=bool), 5, np.random.default_rng(0))
    assert (len(rows), gains.tolist()) == (1, [9])
    assert len(greedy_cover(balls(x, 1.0), np.ones(9, dtype=bool), 5, np.random.default_rng(0))[0]) == 0


def test_once_all_is_covered_the_rest_is_a_draw():
    x = np.random.default_rng(0).normal(size=(30, 2))
    draws = {tuple(pick(x, x[:1], 4, seed, radius=100.0).indices) for seed in range(6)}
    assert len(draws) == 6
    assert all(len(set(draw)) == 4 for draw in draws)


def test_the_largest_radius_of_pure_balls():
    rng = np.random.default_rng(0)
    of_row = np.arange(300) % 3
    x = (rng.normal(size=(300, 4)) + 8 * np.eye(4)[of_row]).astype(np.float32)
    radius = pure_radius(x, 3, 0.95, np.random.default_rng(1))
    apart = np.where(of_row[:, None] == of_row, np.inf, cdist(x, x)).min(axis=1)

    def purity(r: float) -> float:
        return float((apart > r).mean())

    assert purity(radius) >= 0.95
    assert purity(radius * 1.02) < 0.95


def test_one_cluster_still_gives_a_radius():
    assert pure_radius(np.eye(3, dtype=np.float32), 1, 0.95, np.random.default_rng(0)) > 0


def test_a_part_stands_for_a_large_pool():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(4000, 3)) + 20 * np.eye(3)[rng.choice(3, 4000, p=[0.7, 0.2, 0.1])]
    chosen = pick(x, None, 3, radius=8.0, most_rows=400)
    groups = (x[chosen.indices] / 20).argmax(axis=1)
    assert groups.tolist() == [0, 1, 2]
    assert len(set(pick(x, None, 500, radius=8.0, most_rows=400).indices.tolist())) == 500


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"radius": 0.0}, "radius=0"),
        ({"purity": 1.0}, "purity=1"),
        ({"clusters": 0}, "clusters=0"),
        ({"most_rows": 0}, "most_rows=0"),
    ],
)
def test_wrong_parameters_are_refused(params, told):
    with pytest.raises(UserError, match=told):
        STRATEGIES.build("prob_cover", params)
