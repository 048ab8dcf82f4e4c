"""Prefer clips that are predicted to be of the classes that have the fewest labels."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Needs, PoolView, Selection, Strategy, checked_probs
from gesture_al.active.strategies.space import Rows
from gesture_al.active.strategies.wrapper import Wrapper


def balanced(predicted_M: Rows, labels_C: Rows, k: int) -> Rows:
    """Out of rows in order of preference, k that keep the counts of the classes even.

    Args:
        predicted_M: Class that each row is believed to be of, shape (M,), best row first.
        labels_C: Labels that each class has already, shape (C,).
        k: How many, 1 to M.

    Returns:
        Positions in `predicted_M`, (k,): at every pick the best row that is left of the class with the fewest labels and picks,
        among the classes that have rows left.

    >>> balanced(np.array([0, 0, 0, 1, 1]), np.array([2, 0]), 3).tolist()
    [3, 4, 0]
    """
    waiting = [np.flatnonzero(predicted_M == c).tolist()[::-1] for c in range(len(labels_C))]
    counts = labels_C.astype(np.int64).tolist()
    picked: list[int] = []
    while len(picked) < k:
        # Between classes of equal count the better row decides.
        scarcest = min((c for c, rows in enumerate(waiting) if rows), key=lambda c: (counts[c], waiting[c][-1]))
        picked.append(waiting[scarcest].pop())
        counts[scarcest] += 1
    return np.array(picked, dtype=np.int64)


@STRATEGIES.register("class_balance")
class ClassBalance(Wrapper):
    """The inner strategy's ranking, evened out over the predicted classes and the labels that there are.

    Args:
        inner: Ranks the clips.
        candidates: This many times k clips are asked of it, 1 or more; 1 changes nothing but the order.

    Source:
        The aim is that of Bengar et al., "Class-Balanced Active Learning for Image Classification" (2022); there by an
        optimisation over probabilities, here by taking turns.
    """

    def __init__(self, inner: Strategy | None = None, candidates: int = 5) -> None:
        super().__init__(inner, also=Needs.PROBS)
        if candidates < 1:
            raise ValueError(f"candidates is {candidates}; give a whole number, 1 or more")
        self.candidates = candidates

    def looks_at(self, size: int, k: int, rng: np.random.Generator) -> Rows | None:
        """Those of the strategy inside for as many clips as it is asked for."""
        return self.inner.looks_at(size, self.candidates * k, rng)

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """As many of the inner strategy's candidates, with its scores."""
        probs = checked_probs(view)
        ranked = self.inner.select(view, self.candidates * k, rng)
        seen = np.empty(0, dtype=np.int64) if view.labelled_classes is None else view.labelled_classes
        labels = np.bincount(seen, minlength=probs.shape[1])
        among = balanced(probs[ranked.indices].argmax(axis=1), labels, k)
        return Selection(ranked.indices[among], ranked.scores[among] if len(ranked.scores) else ranked.scores)
