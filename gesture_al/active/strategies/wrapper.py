"""Wrapper strategies: around another strategy, which is built first and given to them."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Needs, PoolView, Selection, Strategy, checked_probs
from gesture_al.active.strategies.inner import Wrapper, rows_of
from gesture_al.core.arrays import Int64
from gesture_al.core.parameters import Count, Share


def others(count: int, rows: Int64) -> Int64:
    """The rows of 0 to count - 1 that are not among these, in order."""
    left = np.ones(count, dtype=bool)
    left[rows] = False
    return np.flatnonzero(left)


@STRATEGIES.register("random_share")
class RandomShare(Wrapper):
    """Each clip of the batch is, with probability `share`, a random one instead of the inner strategy's.

    Around a strategy that looks at a random part of the pool, the random clips come from that part as well.

    Args:
        inner: Picks the others.
        share: Probability, 0 to 1.

    Source:
        The epsilon-greedy rule; Sutton and Barto, "Reinforcement Learning" (2018), section 2.2.
    """

    def __init__(self, inner: Strategy | None = None, share: Share = 0.1) -> None:
        super().__init__(inner)
        self.share = share

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """The inner strategy's picks, best first, then the random ones; no scores."""
        by_chance = int(rng.binomial(k, self.share))
        # All of them are asked of it, so that what is refused does not depend on chance.
        chosen = self.inner.select(view, k, rng).indices[: k - by_chance]
        drawn = rng.choice(others(len(view), chosen), by_chance, replace=False)
        return Selection(np.concatenate([chosen, drawn]).astype(np.int64))


@STRATEGIES.register("candidate_subsample")
class CandidateSubsample(Wrapper):
    """The inner strategy's picks among `most_rows` random rows, drawn anew in every round; the model scores no others.

    Args:
        inner: Picks among them.
        most_rows: As many as are shown to it, at least 1; never fewer than k.
    """

    def __init__(self, inner: Strategy | None = None, most_rows: Count = 10_000) -> None:
        super().__init__(inner)
        self.most_rows = most_rows

    def looks_at(self, size: int, k: int, rng: np.random.Generator) -> Int64 | None:
        """The rows drawn; of them those that the strategy inside wants to look at."""
        rows = self._drawn(size, k, rng)
        further = self.inner.looks_at(size if rows is None else len(rows), k, rng)
        return rows if further is None else further if rows is None else rows[further]

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """What the inner strategy makes of the rows shown: of a view of what it looks at, all of it."""
        rows = self._drawn(len(view), k, rng)
        if rows is None:
            return self.inner.select(view, k, rng)
        chosen = self.inner.select(rows_of(view, rows), k, rng)
        return Selection(rows[chosen.indices], chosen.scores)

    def _drawn(self, size: int, k: int, rng: np.random.Generator) -> Int64 | None:
        most = max(self.most_rows, k)
        return None if size <= most else np.sort(rng.choice(size, most, replace=False)).astype(np.int64)


def balanced(predicted_M: Int64, labels_C: Int64, k: int) -> Int64:
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

    def __init__(self, inner: Strategy | None = None, candidates: Count = 5) -> None:
        super().__init__(inner, also=Needs.PROBS)
        self.candidates = candidates

    def looks_at(self, size: int, k: int, rng: np.random.Generator) -> Int64 | None:
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
