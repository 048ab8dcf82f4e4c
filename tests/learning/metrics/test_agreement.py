import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.metrics import cohen_kappa_score

from gesture_al.learning.metrics import cohen_kappa, mean_normalised_entropy


@pytest.mark.parametrize("seed", range(20))
def test_kappa_agrees_with_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 4, 30)
    second = np.where(rng.random(30) < 0.3, rng.integers(0, 4, 30), first)
    assert cohen_kappa(first, second) == pytest.approx(cohen_kappa_score(first, second))


def test_kappa_at_the_ends():
    assert cohen_kappa([3, 3, 3], [3, 3, 3]) == 1.0
    assert cohen_kappa([1], [2]) == 0.0
    assert cohen_kappa([0, 1], [1, 0]) == -1.0
    assert cohen_kappa(["heart", "like"], ["heart", "like"]) == 1.0


@pytest.mark.parametrize(("first", "second"), [([], []), ([1], [1, 2]), ([[1]], [[1]])])
def test_kappa_refuses_what_are_no_two_labellings(first, second):
    with pytest.raises(ValueError, match="two labellings"):
        cohen_kappa(first, second)


def test_entropy_agrees_with_scipy():
    probs = np.random.default_rng(0).dirichlet(np.full(6, 0.3), 50)
    assert mean_normalised_entropy(probs) == pytest.approx(np.mean(entropy(probs, axis=1)) / np.log(6))
    assert mean_normalised_entropy(probs.astype(np.float32)) == pytest.approx(mean_normalised_entropy(probs), rel=1e-4)


def test_entropy_at_the_ends():
    assert mean_normalised_entropy(np.eye(3)) == 0.0
    assert mean_normalised_entropy(np.full((4, 5), 0.2)) == pytest.approx(1.0)
    assert mean_normalised_entropy(np.ones((4, 1))) == 0.0


@pytest.mark.parametrize("probs", [[0.5, 0.5], np.zeros((0, 3)), [[0.5, 0.6]], [[1.5, -0.5]], [[np.nan, 1.0]]])
def test_entropy_refuses_what_are_no_distributions(probs):
    with pytest.raises(ValueError, match="must be"):
        mean_normalised_entropy(probs)
