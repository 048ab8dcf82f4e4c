"""Calibration against torchmetrics, scikit-learn and the definition written out."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.learning.metrics import brier_score, expected_calibration_error


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


@pytest.mark.parametrize("score", [expected_calibration_error, brier_score])
@pytest.mark.parametrize(
    ("probs", "true"),
    [([[0.5, 0.5]], [0, 1]), ([[0.7, 0.7]], [0]), ([[0.5, 0.5]], [2]), ([[0.5, 0.5]], [-1]), (np.empty((0, 2)), [])],
)
def test_refuses_what_is_no_prediction(score, probs, true):
    with pytest.raises(ValueError, match="must"):
        score(probs, true)
