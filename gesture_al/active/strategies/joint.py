"""What a batch of labels would tell together about which member is right."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import Float
from gesture_al.active.strategies.information import surprise
from gesture_al.active.strategies.space import Points, Rows

_NUMBERS_A_CHUNK = 1 << 21


class Outcomes:
    """The joint outcomes of the rows picked so far: their weights and what each says of the members.

    As long as there are few, all outcomes are listed and everything is exact. Beyond `most` they are sampled, each with the
    right probability; then weights are equal.

    Args:
        members: S.
        most: Outcomes kept, at least 1.

    Source:
        Kirsch, van Amersfoort and Gal, "BatchBALD" (2019), section 3.3. There products of probabilities are kept; here each
        outcome's are divided by its own probability, so that long batches do not vanish in single precision.
    """

    def __init__(self, members: int, most: int) -> None:
        self.most = most
        self.weights_M: Float = np.ones(1)
        # p(outcome | member) / p(outcome) for each outcome.
        self.ratios_M_S: Points = np.ones((1, members), dtype=np.float32)

    def entropy(self, probs_S_n_C: Float) -> Float:
        """Entropy of each row's label given the labels of the rows picked so far, in nats, (n,)."""
        members, rows, classes = probs_S_n_C.shape
        probs = probs_S_n_C.reshape(members, rows * classes).astype(np.float32, copy=False) / np.float32(members)
        made = np.zeros(rows)
        step = max(1, _NUMBERS_A_CHUNK // (rows * classes))
        for first in range(0, len(self.weights_M), step):
            given = (self.ratios_M_S[first : first + step] @ probs).reshape(-1, rows, classes)
            made += self.weights_M[first : first + step] @ surprise(given)
        return made

    def add(self, probs_S_C: Float, rng: np.random.Generator) -> None:
        """Go on with the outcomes of one more row."""
        members, classes = probs_S_C.shape
        probs = probs_S_C.astype(np.float32, copy=False)
        given_M_C = np.maximum(self.ratios_M_S @ (probs / np.float32(members)), 0)
        weights = (self.weights_M[:, None] * given_M_C).ravel()
        chosen = np.flatnonzero(weights)
        if len(chosen) > self.most:
            chosen = _systematic(weights, self.most, rng)
            self.weights_M = np.full(self.most, 1 / self.most)
        else:
            self.weights_M = weights[chosen] / weights.sum()
        outcome, label = np.divmod(chosen, classes)
        self.ratios_M_S = np.asarray(
            self.ratios_M_S[outcome] * probs.T[label] / given_M_C.ravel()[chosen][:, None], dtype=np.float32
        )


def _systematic(weights: Float, count: int, rng: np.random.Generator) -> Rows:
    """`count` positions in proportion to their weights, by one random start and equal steps."""
    steps = np.cumsum(weights)
    at = (rng.random() + np.arange(count)) / count * steps[-1]
    return np.asarray(np.searchsorted(steps, at, side="right").clip(max=len(weights) - 1), dtype=np.int64)
