"""How the peers of `selection.py` are asked for the same picks; nothing happens when this file is run.

Their classifiers are stand-ins that hand over given probabilities, so that only selection is timed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from gesture_al.active.strategies import PoolView

Select = Callable[[int, int], object]


def scikit_activeml(name: str, view: PoolView) -> Select | None:
    """Its `select(k, seed)` for a strategy of ours; None where it has none."""
    from skactiveml import pool
    from skactiveml.base import SkactivemlClassifier
    from skactiveml.pool._bald import batch_bald

    class Given(SkactivemlClassifier):
        def fit(self, clips, labels):
            return self

        def predict_proba(self, clips):
            return view.probs

    warnings.simplefilter("ignore")
    points, labels, clf = None, None, Given(classes=np.arange(14)).fit(None, None)
    if view.embeddings is not None and view.labelled_embeddings is not None:
        points = np.concatenate([view.labelled_embeddings, view.embeddings])
        labels = np.concatenate([view.labelled_classes.astype(float), np.full(len(view.embeddings), np.nan)])

    def with_points(strategy, **given) -> Select:
        return lambda k, seed: strategy(random_state=seed).query(points, labels, batch_size=k, **given)

    def uncertainty(method: str) -> Select:
        def select(k: int, seed: int) -> object:
            strategy = pool.UncertaintySampling(method=method, random_state=seed)
            return strategy.query(points, labels, clf=clf, fit_clf=False, batch_size=k)

        return select

    peers = {
        "random": with_points(pool.RandomSampling),
        "entropy": uncertainty("entropy"),
        "margin": uncertainty("margin_sampling"),
        "least_confidence": uncertainty("least_confident"),
        "k_center": with_points(pool.CoreSet),
        "badge": with_points(pool.Badge, clf=clf, fit_clf=False),
        "typiclust": with_points(pool.TypiClust),
        "prob_cover": with_points(lambda random_state: pool.ProbCover(n_classes=14, random_state=random_state)),
        "bald": lambda k, seed: bald(view.mc_probs, k),
        # Its own default samples as few outcomes as there are members, and picks wrongly.
        "batch_bald": lambda k, seed: batch_bald(np.array(view.mc_probs), k, n_MC_samples=1000, random_state=seed),
    }
    return peers.get(name)


def bald(mc_probs: np.ndarray, k: int) -> np.ndarray:
    """Its mean divergence from the consensus, which is BALD."""
    from skactiveml.pool._query_by_committee import average_kl_divergence

    return np.argsort(-average_kl_divergence(mc_probs))[:k]


def modal(name: str, view: PoolView) -> Select | None:
    """Its `select(k, seed)` for a strategy of ours; None where it has none."""
    from modAL import disagreement, uncertainty

    class Told:
        classes_ = np.arange(14)

        def __len__(self):
            return len(view.mc_probs)

        def __iter__(self):
            return iter(view.mc_probs)

        def predict_proba(self, clips):
            return view.probs

        def vote(self, clips):
            return view.mc_probs.argmax(axis=2).T

        def vote_proba(self, clips):
            return view.mc_probs.transpose(1, 0, 2)

    clips = np.empty((len(view), 1), dtype=np.float32)
    peers = {
        "entropy": uncertainty.entropy_sampling,
        "margin": uncertainty.margin_sampling,
        "least_confidence": uncertainty.uncertainty_sampling,
        "vote_entropy": disagreement.vote_entropy_sampling,
        "kl_divergence": disagreement.max_disagreement_sampling,
    }
    if name not in peers:
        return None
    return lambda k, seed: peers[name](Told(), clips, n_instances=k)


PEERS = {"scikit-activeml": scikit_activeml, "modAL": modal}
