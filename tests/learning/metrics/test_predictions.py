"""Agreement and calibration against scikit-learn and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.metrics import cohen_kappa_score

from gesture_al.learning.metrics import (
    brier_score,
    cohen_kappa,
    expected_calibration_error,
    mean_normalised_entropy,
    negative_log_likelihood,
)


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


@pytest.fixture(params=[0, 1, 2])
def told(request):
    rng = np.random.default_rng(request.param)
    probs = rng.dirichlet([0.6] * 4, size=200)
    return probs, np.array([rng.choice(4, p=row) for row in probs])


def test_ece_is_that_of_torchmetrics(told):
    import torch
    from torchmetrics.functional.classification import multiclass_calibration_error

    probs, true = told
    reference = multiclass_calibration_error(torch.tensor(probs), torch.tensor(true), num_classes=4, n_bins=15, norm="l1")
    assert expected_calibration_error(probs, true) == pytest.approx(float(reference), abs=1e-6)


def test_ece_of_a_model_that_is_always_sure_is_its_error_rate():
    sure = np.eye(2)[[0, 0, 0, 1]]
    assert expected_calibration_error(sure, [0, 0, 1, 1]) == pytest.approx(0.25)
    assert expected_calibration_error(sure, [0, 0, 0, 1]) == 0


def test_brier_is_twice_the_two_class_score_of_scikit_learn():
    from sklearn.metrics import brier_score_loss

    rng = np.random.default_rng(3)
    p, true = rng.random(100), rng.integers(0, 2, 100)
    assert brier_score(np.stack([1 - p, p], axis=1), true) == pytest.approx(2 * brier_score_loss(true, p))


def test_brier_written_out(told):
    probs, true = told
    rows = [sum((p - (c == t)) ** 2 for c, p in enumerate(row)) for row, t in zip(probs, true, strict=True)]
    assert brier_score(probs, true) == pytest.approx(np.mean(rows))
    assert brier_score(np.full((5, 4), 0.25), [0, 1, 2, 3, 0]) == pytest.approx(0.75)


def test_likelihood_is_the_log_loss_of_scikit_learn(told):
    from sklearn.metrics import log_loss

    probs, true = told
    assert negative_log_likelihood(probs, true) == pytest.approx(log_loss(true, probs, labels=range(4)))
    single = probs.astype(np.float32)
    assert negative_log_likelihood(single, true) == pytest.approx(log_loss(true, probs, labels=range(4)), rel=1e-4)


def test_likelihood_at_the_ends():
    assert negative_log_likelihood(np.eye(3), [0, 1, 2]) == 0
    assert negative_log_likelihood(np.full((2, 5), 0.2), [0, 4]) == pytest.approx(np.log(5))
    # Sure and wrong: not infinite, and as scikit-learn has it for doubles.
    assert negative_log_likelihood(np.eye(2), [1, 0]) == pytest.approx(-np.log(np.finfo(float).eps))


@pytest.mark.parametrize("score", [expected_calibration_error, brier_score, negative_log_likelihood])
@pytest.mark.parametrize(
    ("probs", "true"),
    [([[0.5, 0.5]], [0, 1]), ([[0.7, 0.7]], [0]), ([[0.5, 0.5]], [2]), ([[0.5, 0.5]], [-1]), (np.empty((0, 2)), [])],
)
def test_refuses_what_is_no_prediction(score, probs, true):
    with pytest.raises(ValueError, match="must"):
        score(probs, true)
