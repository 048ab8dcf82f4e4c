"""The temperature against SciPy's optimum of the likelihood, and through the learner."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from gesture_al.learning.calibration import HIGHEST, LEAST_CLIPS, LOWEST, best_temperature

ROWS, REST = np.arange(0, 30), np.arange(30, 60)


def loss(temperature, logits, labels):
    return -log_softmax(logits / temperature, axis=1)[np.arange(len(labels)), labels].mean()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("scale", [0.5, 2.0, 8.0])
def test_it_is_the_optimum_that_scipy_finds(seed, scale):
    rng = np.random.default_rng(seed)
    labels = rng.integers(5, size=60)
    logits = (scale * (rng.normal(size=(60, 5)) + 1.5 * np.eye(5)[labels])).astype(np.float32)
    best = minimize_scalar(loss, bounds=(LOWEST, HIGHEST), args=(logits.astype(float), labels), method="bounded")
    found = best_temperature(logits, labels)
    assert found == pytest.approx(best.x, rel=1e-2)
    assert loss(found, logits.astype(float), labels) <= best.fun + 1e-9


def test_it_stays_within_its_limits():
    logits, labels = np.array([[3.0, 0.0], [0.0, 3.0]]), np.array([0, 1])
    assert best_temperature(logits, labels) == LOWEST
    assert best_temperature(logits, 1 - labels) == HIGHEST
    assert best_temperature(np.zeros((2, 2)), labels) == 1


def test_a_probability_of_zero_is_no_obstacle():
    logits = np.array([[0.0, -1.0, -np.inf], [-1.0, 0.0, -np.inf], [0.0, -1.0, -np.inf]])
    assert LOWEST < best_temperature(logits, np.array([0, 1, 1])) <= HIGHEST


@pytest.fixture
def calibrated(clips, learner_of):
    learner = learner_of(clips, predicting={"temperature_scaling": True}, steps=60)
    noisy = np.where(np.arange(30) % 5 == 0, (clips.labels[REST] + 1) % 3, clips.labels[REST])
    learner.fit(ROWS, clips.labels[ROWS], 0)
    learner.calibrate(REST, noisy)
    return learner, noisy


def test_the_learner_scales_every_probability_but_the_committees(calibrated):
    learner, labels = calibrated
    plain, scaled = learner.predict_probs(REST, scaled=False), learner.predict_probs(REST)
    assert abs(learner.temperature - 1) > 0.1
    assert loss(1.0, np.log(scaled), labels) < loss(1.0, np.log(plain), labels)
    np.testing.assert_array_equal(plain.argmax(axis=1), scaled.argmax(axis=1))
    np.testing.assert_array_equal(learner.predict_and_embed(REST)[0], scaled)
    opinions = learner.mc_probs(REST, 2, 0)
    learner.calibrate(REST[:0], labels[:0])
    assert learner.temperature is None
    np.testing.assert_array_equal(learner.mc_probs(REST, 2, 0), opinions)
    np.testing.assert_array_equal(learner.predict_probs(REST), plain)


def test_a_state_keeps_the_temperature_and_a_training_drops_it(calibrated, clips, learner_of):
    learner, _ = calibrated
    other = learner_of(clips, seed=4)
    other.load_state(learner.state())
    assert other.temperature == learner.temperature
    np.testing.assert_array_equal(other.predict_probs(REST), learner.predict_probs(REST))
    learner.fit(ROWS, clips.labels[ROWS], 1)
    assert learner.temperature is None


def test_it_is_fitted_where_it_was_asked_for_and_there_are_enough_clips(calibrated, clips, learner_of):
    learner, labels = calibrated
    learner.calibrate(REST[: LEAST_CLIPS - 1], labels[: LEAST_CLIPS - 1])
    assert learner.temperature is None
    learner.calibrate(REST[:LEAST_CLIPS], labels[:LEAST_CLIPS])
    assert learner.temperature is not None
    plain = learner_of(clips, steps=3)
    plain.fit(ROWS, clips.labels[ROWS], 0)
    plain.calibrate(REST, labels)
    assert plain.temperature is None
