"""Ask about the clips whose labels together would tell the most about the model."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, BatchStrategy, Float, Needs, PoolView, Selection, largest
from gesture_al.active.strategies.committee import checked_mc_probs, checked_samples
from gesture_al.active.strategies.information import mutual_information, row_entropy
from gesture_al.active.strategies.joint import Outcomes
from gesture_al.active.strategies.space import Rows, one_of_the_largest

_ROWS_A_LOOK = 32


def batch_bald(mc_probs_S_N_C: Float, k: int, most: int, rng: np.random.Generator) -> tuple[Rows, Float]:
    """Greedy batch of the largest mutual information between its labels and the model.

    What a row adds can only shrink as the batch grows, so rows are looked at in the order of what they added last time, until no
    other can be better.

    Args:
        mc_probs_S_N_C: Class probabilities of S members, shape (S, N, C); rows sum to 1.
        k: How many, 1 to N.
        most: Joint outcomes that are kept; exact as long as C ** (k - 1) is not more.
        rng: Breaks ties and samples outcomes.

    Returns:
        Rows (k,) and what each added, in nats, (k,).

    Source:
        Kirsch, van Amersfoort and Gal, "BatchBALD: Efficient and Diverse Batch Acquisition for Deep Bayesian Active Learning"
        (2019), algorithm 1.
    """
    alone_N = _mean_entropy(mc_probs_S_N_C)
    gain_N = mutual_information(mc_probs_S_N_C).astype(np.float64)
    outcomes = Outcomes(len(mc_probs_S_N_C), most)
    picked: list[int] = []
    gains: list[float] = []
    while len(picked) < k:
        if picked:
            outcomes.add(mc_probs_S_N_C[:, picked[-1]], rng)
            _renew_the_best(gain_N, mc_probs_S_N_C, alone_N, outcomes)
        row = one_of_the_largest(gain_N, rng)
        picked.append(row)
        gains.append(max(0.0, float(gain_N[row])))
        gain_N[row] = -np.inf
    return np.array(picked, dtype=np.int64), np.array(gains)


def _renew_the_best(gain_N: Float, mc_probs_S_N_C: Float, alone_N: Float, outcomes: Outcomes) -> None:
    """Bring gains up to date, best first, until no old one comes up to the best new one; in place."""
    order = np.argsort(-gain_N, kind="stable")[: int(np.isfinite(gain_N).sum())]
    best = -np.inf
    for first in range(0, len(order), _ROWS_A_LOOK):
        rows = order[first : first + _ROWS_A_LOOK]
        if gain_N[rows[0]] < best:
            break
        gain_N[rows] = outcomes.entropy(mc_probs_S_N_C[:, rows]) - alone_N[rows]
        best = max(best, float(gain_N[rows].max()))


def _mean_entropy(mc_probs_S_N_C: Float) -> Float:
    """Mean over the members of the entropy of each row, (N,)."""
    return np.asarray(np.stack([row_entropy(member) for member in mc_probs_S_N_C]).mean(axis=0, dtype=np.float64))


@STRATEGIES.register("batch_bald")
class BatchBald(BatchStrategy):
    """BALD that knows what the rest of the batch tells already.

    Args:
        samples: Members, at least 2.
        outcomes: Joint outcomes of the batch that are kept, at least 1; beyond that many they are sampled.
        candidates: This many times k clips, those of the largest BALD score, are looked at, 1 or more.
    """

    needs = Needs.MC_PROBS

    def __init__(self, samples: int = 10, outcomes: int = 5000, candidates: int = 10) -> None:
        for name, value in (("outcomes", outcomes), ("candidates", candidates)):
            if value < 1:
                raise ValueError(f"{name} is {value}; give a whole number, 1 or more")
        self.samples = checked_samples(samples)
        self.outcomes, self.candidates = outcomes, candidates

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """Greedy, best first; the scores are what each clip adds, in nats."""
        mc_probs = checked_mc_probs(view)
        among = largest(mutual_information(mc_probs), self.candidates * k, rng)
        rows, gains = batch_bald(mc_probs[:, among], k, self.outcomes, rng)
        return Selection(among[rows], gains)
