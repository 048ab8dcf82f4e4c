"""BADGE against its definition: explicit gradients, and the D^2 law of k-means++.

scikit-activeml's `Badge` 1.0.1 is no reference: it keeps the origin as a centre, so its second pick follows another law (its
issue 588; total variation from D^2 0.81 where sampling noise is 0.06).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist

from gesture_al.active.strategies import STRATEGIES, PoolView
from gesture_al.active.strategies import badge as file
from gesture_al.active.strategies.badge import Gradients, draw_far_apart

pytestmark = pytest.mark.slow


def world(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities, embeddings, and gradient embeddings written out."""
    rng = np.random.default_rng(seed)
    probs, x = rng.dirichlet(np.ones(3), size=count), rng.normal(size=(count, 4))
    residual = probs - np.eye(3)[probs.argmax(axis=1)]
    return probs, x, np.einsum("nc,nd->ncd", residual, x).reshape(count, -1)


def test_distances_are_those_of_the_gradients_written_out():
    probs, x, g = world(60)
    gradients = Gradients(probs, x)
    assert np.allclose(gradients.squared, (g**2).sum(axis=1), rtol=1e-5)
    assert np.allclose(gradients.distances(slice(0, 60), np.arange(20)), cdist(g, g[:20], "sqeuclidean"), atol=1e-5)


def test_the_residual_is_the_gradient_of_the_loss():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    x, weights = rng.normal(size=(5, 4)).astype(np.float32), torch.nn.Linear(4, 3, bias=False)
    for row in torch.from_numpy(x):
        logits = weights(row[None])
        weights.zero_grad()
        torch.nn.functional.cross_entropy(logits, logits.argmax(dim=1)).backward()
        ours = Gradients(logits.softmax(dim=1).detach().numpy(), row[None].numpy())
        assert ours.squared[0] == pytest.approx(float((weights.weight.grad**2).sum()), rel=1e-4)


def test_the_longest_gradient_is_first():
    probs, x, g = world(80)
    assert {int(draw_far_apart(Gradients(probs, x), 3, np.random.default_rng(s))[0][0]) for s in range(5)} == {
        int((g**2).sum(axis=1).argmax())
    }


@pytest.mark.parametrize("passes", ["every pick", "as few as it likes", "never again"])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_each_pick_follows_the_law_of_d_squared(monkeypatch, passes, place):
    """Conditional on the earlier picks: sorted by the law's probability into few bins, as many as expected fall into each."""
    if passes == "every pick":
        monkeypatch.setattr(file, "going_on", lambda known: 1)
    if passes == "never again":
        monkeypatch.setattr(file, "going_on", lambda known: 10**6)
    probs, x, g = world(12, seed=4)
    gradients, squared = Gradients(probs, x), cdist(g, g, "sqeuclidean")
    rng, found = np.random.default_rng(7), []
    for _ in range(2500):
        rows = draw_far_apart(gradients, place + 1, rng)[0]
        law = squared[:, rows[:place]].min(axis=1)
        law[rows[:place]] = 0
        steps = np.cumsum(law / law.sum())
        # A uniform number if and only if the row was drawn by this law.
        found.append(steps[rows[place]] - rng.random() * law[rows[place]] / law.sum())
    assert stats.kstest(found, "uniform").pvalue > 1e-3


def test_the_second_pick_in_counts():
    probs, x, g = world(10, seed=2)
    gradients, rng = Gradients(probs, x), np.random.default_rng(3)
    first = int(gradients.squared.argmax())
    found = np.bincount([draw_far_apart(gradients, 2, rng)[0][1] for _ in range(5000)], minlength=10)
    law = ((g - g[first]) ** 2).sum(axis=1)
    assert found[first] == 0
    rest = np.arange(10) != first
    assert stats.chisquare(found[rest], law[rest] / law.sum() * 5000).pvalue > 1e-3


def test_the_test_would_notice_a_centre_at_the_origin():
    # The law of the known fault: distance from the nearest of first pick and origin.
    probs, x, g = world(10, seed=2)
    gradients, rng = Gradients(probs, x), np.random.default_rng(3)
    first = int(gradients.squared.argmax())
    found = np.bincount([draw_far_apart(gradients, 2, rng)[0][1] for _ in range(5000)], minlength=10)
    wrong = np.minimum(((g - g[first]) ** 2).sum(axis=1), (g**2).sum(axis=1))
    rest = np.arange(10) != first
    assert stats.chisquare(found[rest], wrong[rest] / wrong.sum() * 5000).pvalue < 1e-6


def test_scores_are_the_distances_at_the_draw():
    probs, x, g = world(50)
    chosen = STRATEGIES.build("badge").select(PoolView(probs=probs, embeddings=x), 20, np.random.default_rng(0))
    squared = cdist(g, g, "sqeuclidean")
    for place in range(1, 20):
        law = squared[chosen.indices[place], chosen.indices[:place]].min()
        assert chosen.scores[place] == pytest.approx(law, abs=1e-5)


def test_certain_predictions_leave_an_even_draw():
    view = PoolView(probs=np.eye(3)[[0, 1, 2, 0, 1, 2]], embeddings=np.random.default_rng(0).normal(size=(6, 2)))
    draws = [STRATEGIES.build("badge").select(view, 4, np.random.default_rng(s)).indices for s in range(600)]
    assert stats.chisquare(np.bincount(np.concatenate(draws), minlength=6)).pvalue > 1e-3
    assert all(len(set(draw.tolist())) == 4 for draw in draws)
