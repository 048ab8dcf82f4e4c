"""The simple scores against modAL, which has them right."""

from __future__ import annotations

import numpy as np
import pytest

from gesture_al.active.strategies.committee import kl_divergence, vote_entropy
from gesture_al.active.strategies.uncertainty import entropy, least_confidence, margin

uncertainty = pytest.importorskip("modAL.uncertainty", reason="modAL-python is in requirements-dev.txt")
disagreement = pytest.importorskip("modAL.disagreement", reason="modAL-python is in requirements-dev.txt")


class Told:
    """A classifier, or a committee, whose probabilities are given."""

    def __init__(self, mc_probs: np.ndarray) -> None:
        self.mc_probs = mc_probs
        self.classes_ = np.arange(mc_probs.shape[2])

    def __len__(self) -> int:
        return len(self.mc_probs)

    def __iter__(self):
        return iter(self.mc_probs)

    def predict_proba(self, clips: object) -> np.ndarray:
        return self.mc_probs.mean(axis=0)

    def vote(self, clips: object) -> np.ndarray:
        return self.mc_probs.argmax(axis=2).T

    def vote_proba(self, clips: object) -> np.ndarray:
        return self.mc_probs.transpose(1, 0, 2)


@pytest.fixture
def told():
    return Told(np.random.default_rng(3).dirichlet(np.ones(6), size=(5, 400)))


def test_scores_of_one_prediction(told):
    probs, clips = told.predict_proba(None), np.zeros((400, 1))
    assert np.allclose(entropy(probs), uncertainty.classifier_entropy(told, clips))
    assert np.allclose(margin(probs), uncertainty.classifier_margin(told, clips))
    assert np.allclose(least_confidence(probs), uncertainty.classifier_uncertainty(told, clips))


def test_scores_of_a_committee(told):
    clips = np.zeros((400, 1))
    assert np.allclose(vote_entropy(told.mc_probs), disagreement.vote_entropy(told, clips))
    assert np.allclose(kl_divergence(told.mc_probs).max(axis=0), disagreement.KL_max_disagreement(told, clips))
