"""BatchBALD: the batch that tells most about the model together."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from gesture_al.active.strategies.base import (
    STRATEGIES,
    BatchStrategy,
    Needs,
    PoolView,
    Samples,
    Selection,
    checked_mc_probs,
    largest,
)
from gesture_al.active.strategies.embedding_space import one_of_the_largest
from gesture_al.active.strategies.scores import mutual_information, row_entropy, surprise
from gesture_al.core.arrays import Float32, Floating, Int64
from gesture_al.core.parameters import Count

# What one step of the sum over outcomes works on should stay in the processor's cache.
_NUMBERS_A_CHUNK = 1 << 17
_ROWS_A_LOOK = 16
# So many outcomes stand for all where they cannot be listed; five times as many found no better batch in any pool tried.
_SAMPLED = 1000
# Nats that outcomes may hold back together and still count as settled: less than single precision tells apart.
_SETTLED = 1e-6


class Outcomes:
    """The joint outcomes of the rows picked so far: their weights and what each says of the members.

    As long as there are few, all outcomes are listed and everything is exact. Beyond `most` 1000 of them (or `most`, where that
    is less) are sampled, each with the right probability; then weights are equal. An outcome that leaves no doubt about the
    member is dropped: no further row can tell anything there.

    Args:
        members: S.
        most: Outcomes listed, at least 1.

    Source:
        Kirsch, van Amersfoort and Gal, "BatchBALD" (2019), section 3.3. There products of probabilities are kept; here each
        outcome's are divided by its own probability, so that long batches do not vanish in single precision.
    """

    def __init__(self, members: int, most: int) -> None:
        self.most = most
        self.weights_M: Floating = np.ones(1)
        # p(outcome | member) / p(outcome) for each outcome.
        self.ratios_M_S: Float32 = np.ones((1, members), dtype=np.float32)

    def information(self, probs_S_n_C: Floating, entropies_S_n: Floating) -> Floating:
        """Mutual information of each row's label and the member given the labels of the rows picked so far, in nats, (n,).

        Each outcome's entropy is held against that of the members as the outcome weighs them. Their even mean, as in the paper,
        is the same where outcomes are listed; where they are sampled it leaves noise that outgrows what late rows add.

        Args:
            probs_S_n_C: Class probabilities of the rows.
            entropies_S_n: Their entropy in nats.
        """
        members, rows, classes = probs_S_n_C.shape
        probs = probs_S_n_C.reshape(members, rows * classes).astype(np.float32, copy=False) / np.float32(members)
        mixed = np.zeros(rows)
        step = max(1, _NUMBERS_A_CHUNK // (rows * classes))
        for first in range(0, len(self.weights_M), step):
            given = (self.ratios_M_S[first : first + step] @ probs).reshape(-1, rows, classes)
            mixed += self.weights_M[first : first + step] @ surprise(given)
        return np.asarray(mixed - (self.weights_M @ self.ratios_M_S / members) @ entropies_S_n)

    def add(self, probs_S_C: Floating, rng: np.random.Generator) -> None:
        """Go on with the outcomes of one more row."""
        if not len(self.weights_M):
            return
        members, classes = probs_S_C.shape
        probs = probs_S_C.astype(np.float32, copy=False)
        given_M_C = np.maximum(self.ratios_M_S @ (probs / np.float32(members)), 0)
        weights = (self.weights_M[:, None] * given_M_C).ravel()
        chosen, total = np.flatnonzero(weights), self.weights_M.sum()
        if len(chosen) > self.most:
            sampled = min(self.most, _SAMPLED)
            chosen = _stratified(weights, sampled, rng)
            self.weights_M = np.full(sampled, total / sampled)
        else:
            self.weights_M = weights[chosen] * (total / weights.sum())
        outcome, label = np.divmod(chosen, classes)
        self.ratios_M_S = np.asarray(
            self.ratios_M_S[outcome] * probs.T[label] / given_M_C.ravel()[chosen][:, None], dtype=np.float32
        )
        self._drop_settled()

    def _drop_settled(self) -> None:
        """Leave out those that have the least to tell, as long as together it is next to nothing."""
        doubt_M = self.weights_M * surprise(self.ratios_M_S / np.float32(self.ratios_M_S.shape[1]))
        order = np.argsort(doubt_M, kind="stable")
        kept = np.sort(order[np.cumsum(doubt_M[order]) > _SETTLED])
        self.weights_M, self.ratios_M_S = self.weights_M[kept], self.ratios_M_S[kept]


def _stratified(weights: Floating, count: int, rng: np.random.Generator) -> Int64:
    """`count` positions in proportion to their weights, one from each of `count` equal parts of their sum.

    One random start with equal steps would not do: outcomes of equal weight would all go on with the same label, and soon all of
    them would stand for one member.
    """
    steps = np.cumsum(weights)
    at = (rng.random(count) + np.arange(count)) / count * steps[-1]
    return np.asarray(np.searchsorted(steps, at, side="right").clip(max=len(weights) - 1), dtype=np.int64)


def batch_bald(mc_probs_S_N_C: Floating, k: int, most: int, rng: np.random.Generator) -> tuple[Int64, Floating]:
    """Greedy batch of the largest mutual information between its labels and the model.

    What a row adds can only shrink as the batch grows, so rows are looked at in the order of what they added last time, until no
    other can be better. Once the batch tells which member is right, nothing adds anything and the rest is an even draw.

    Args:
        mc_probs_S_N_C: Class probabilities of S members, shape (S, N, C); rows sum to 1.
        k: How many, 1 to N.
        most: Joint outcomes that are listed; exact as long as C ** (k - 1) is not more.
        rng: Breaks ties and samples outcomes.

    Returns:
        Rows (k,) and what each added, in nats, (k,).

    Source:
        Kirsch, van Amersfoort and Gal, "BatchBALD: Efficient and Diverse Batch Acquisition for Deep Bayesian Active Learning"
        (2019), algorithm 1.
    """
    entropies_S_N = np.stack([row_entropy(member) for member in mc_probs_S_N_C])
    gain_N = mutual_information(mc_probs_S_N_C).astype(np.float64)
    outcomes = Outcomes(len(mc_probs_S_N_C), most)
    picked: list[int] = []
    gains: list[float] = []
    while len(picked) < k:
        if picked:
            outcomes.add(mc_probs_S_N_C[:, picked[-1]], rng)
            _renew_the_best(gain_N, mc_probs_S_N_C, entropies_S_N, outcomes)
        row = one_of_the_largest(gain_N, rng)
        picked.append(row)
        gains.append(float(gain_N[row]))
        gain_N[row] = -np.inf
    return np.array(picked, dtype=np.int64), np.array(gains)


def _renew_the_best(gain_N: Floating, mc_probs_S_N_C: Floating, entropies_S_N: Floating, outcomes: Outcomes) -> None:
    """Bring gains up to date, best first, until no old one comes up to the best new one; in place."""
    order = np.argsort(-gain_N, kind="stable")[: int(np.isfinite(gain_N).sum())]
    if not len(outcomes.weights_M):
        gain_N[order] = 0
        return
    best = -np.inf
    for first in range(0, len(order), _ROWS_A_LOOK):
        rows = order[first : first + _ROWS_A_LOOK]
        if gain_N[rows[0]] < best:
            break
        gain_N[rows] = np.maximum(outcomes.information(mc_probs_S_N_C[:, rows], entropies_S_N[:, rows]), 0)
        best = max(best, float(gain_N[rows].max()))


@STRATEGIES.register("batch_bald")
class BatchBald(BatchStrategy):
    """BALD that knows what the rest of the batch tells already.

    Args:
        samples: Members, at least 2.
        outcomes: Joint outcomes of the batch that are listed, at least 1; beyond that many they are sampled.
        candidates: This many times k clips, those of the largest BALD score, are looked at, 1 or more.
    """

    needs = Needs.MC_PROBS

    def __init__(
        self, samples: Samples = 10, outcomes: Annotated[int, Ge(1), Le(1_000_000)] = 5000, candidates: Count = 10
    ) -> None:
        self.samples, self.outcomes, self.candidates = samples, outcomes, candidates

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """Greedy, best first; the scores are what each clip adds, in nats."""
        mc_probs = checked_mc_probs(view)
        among = largest(mutual_information(mc_probs), self.candidates * k, rng)
        rows, gains = batch_bald(mc_probs[:, among], k, self.outcomes, rng)
        return Selection(among[rows], gains)
