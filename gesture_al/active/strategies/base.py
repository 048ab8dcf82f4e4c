"""Query strategies: their contract, the view of the pool that they see, and their registry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Annotated, Protocol

import numpy as np
from annotated_types import Ge, Le

from gesture_al.core.arrays import Bool, Floating, Int64
from gesture_al.core.registry import Registry


class Needs(Flag):
    """What a strategy looks at; nothing else is computed."""

    NOTHING = 0
    PROBS = auto()
    MC_PROBS = auto()
    EMBEDDINGS = auto()
    LABELLED_EMBEDDINGS = auto()
    PRETRAINED = auto()
    """The embeddings are those of an encoder that saw no label, where the run has one: the strategy compares clips with each
    other, and does not ask what the model makes of them."""


@dataclass(frozen=True)
class PoolView:
    """The clips that may be asked about, as the model sees them.

    Args:
        probs: Class probabilities, (N, C); rows sum to 1.
        mc_probs: The same from S stochastic passes or members, (S, N, C).
        embeddings: (N, D).
        labelled_embeddings: (L, D), of the clips that have a label.
        labelled_classes: (L,) their labels.
        background: Column of `probs` that says how likely a clip is of no class of interest; None: there is no such class.
        size: N, for a view that holds nothing else; taken from the arrays otherwise.
    """

    probs: Floating | None = None
    mc_probs: Floating | None = None
    embeddings: Floating | None = None
    labelled_embeddings: Floating | None = None
    labelled_classes: Int64 | None = None
    size: int | None = None
    background: int | None = None

    def __len__(self) -> int:
        if self.size is not None:
            return self.size
        for array, axis in ((self.probs, 0), (self.mc_probs, 1), (self.embeddings, 0)):
            if array is not None:
                return int(array.shape[axis])
        return 0


def not_finite(view: PoolView) -> Iterator[tuple[str, int]]:
    """The arrays of a view that hold a number that is not finite, each with the first such clip's place in it."""
    for name in ("probs", "mc_probs", "embeddings", "labelled_embeddings"):
        array = getattr(view, name)
        if array is not None and not (finite := np.isfinite(array)).all():
            by_clip = finite.all(axis=(0, 2)) if name == "mc_probs" else finite.all(axis=1)
            yield name, int(np.argmin(by_clip))


@dataclass(frozen=True)
class Selection:
    """What a strategy chose.

    Args:
        indices: Rows of the view, best first, no row twice.
        scores: One number per chosen row, larger = more wanted; empty where the strategy has none.
    """

    indices: Int64
    scores: Floating = field(default_factory=lambda: np.empty(0))


class Strategy(Protocol):
    """Chooses k clips of the pool. Never sees raw sequences, fits no model, changes nothing that it is given.

    `samples` is how many passes or members `mc_probs` shall have, 1 or more; 0 where `needs` does not name them.
    """

    needs: Needs
    samples: int

    def looks_at(self, size: int, k: int, rng: np.random.Generator) -> Int64 | None:
        """Rows of a pool of that size, at least min(k, size), that it wants to look at; None: all.

        Asked before the model scores anything, so that other rows cost nothing. `select` is given a view of these rows alone, in
        this order, and the same generator.
        """

    def select(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """The k rows most worth asking about (all of them where the pool is smaller)."""


STRATEGIES: Registry[Strategy] = Registry("strategy", "gesture_al.active.strategies.base:STRATEGIES")


class WholePool:
    """A strategy that looks at every clip that may be asked about."""

    def looks_at(self, size: int, k: int, rng: np.random.Generator) -> Int64 | None:
        """All."""
        return None


class ScoreStrategy(WholePool):
    """A strategy that scores every clip by itself and takes the k largest; ties are broken at random."""

    needs = Needs.PROBS
    samples = 0

    def score(self, view: PoolView) -> Floating:
        """One number per row of the view, (N,), larger = more wanted."""
        raise TypeError(f"{type(self).__name__} must define score()")

    def select(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """The k largest scores, best first."""
        if len(view) == 0:
            return Selection(np.empty(0, dtype=np.int64))
        scores = self.score(view)
        chosen = largest(scores, k, rng)
        return Selection(chosen, scores[chosen])


class BatchStrategy(WholePool):
    """A strategy whose picks depend on each other: it writes `choose`, and is spared the odd cases."""

    needs = Needs.EMBEDDINGS
    samples = 0

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """Exactly k different rows of a view that has at least k, and k at least 1."""
        raise TypeError(f"{type(self).__name__} must define choose()")

    def select(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """The k rows most worth asking about (all of them where the pool is smaller)."""
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if len(view) == 0:
            return Selection(np.empty(0, dtype=np.int64))
        return self.choose(view, min(k, len(view)), rng)


def largest(scores_N: Floating, k: int, rng: np.random.Generator) -> Int64:
    """Rows of the k largest scores, best first, ties in random order.

    Args:
        scores_N: Finite scores, shape (N,).
        k: How many, at least 1; more than N means all.
        rng: Breaks ties.

    Returns:
        Rows, shape (min(k, N),).

    Raises:
        ValueError: k below 1, or a score that is not finite; the message names the row.

    >>> largest(np.array([0.1, 0.9, 0.5]), 2, np.random.default_rng(0)).tolist()
    [1, 2]
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    finite = np.isfinite(scores_N)
    if not finite.all():
        raise ValueError(f"row {int(np.argmin(finite))} has a score that is not finite")
    count = len(scores_N)
    if k < count:
        # The cut may fall inside a tie: keep all that are strictly better, and draw the rest from those that tie.
        cut = np.partition(scores_N, count - k)[count - k]
        better = np.flatnonzero(scores_N > cut)
        tied = np.flatnonzero(scores_N == cut)
        rows = np.concatenate([better, rng.choice(tied, size=k - len(better), replace=False)])
    else:
        rows = np.arange(count)
    shuffled = rng.permutation(rows)
    return shuffled[np.argsort(-scores_N[shuffled], kind="stable")].astype(np.int64)


def checked_probs(view: PoolView) -> Floating:
    """The view's class probabilities, refused where they are no probabilities.

    Raises:
        ValueError: Absent, not (N, C), not finite, or a row that does not sum to 1; the message names the row.
    """
    if view.probs is None:
        raise ValueError("this strategy needs class probabilities and was given none")
    check_rows(view.probs)
    return view.probs


def check_rows(probs_N_C: Floating) -> None:
    """Refuse an array that is not (N, C) with rows that sum to 1."""
    if probs_N_C.ndim != 2:
        raise ValueError(f"class probabilities must be (N, C), not {probs_N_C.shape}")
    off = not_one(probs_N_C)
    if off.any():
        raise ValueError(f"row {int(np.argmax(off))} of the class probabilities does not sum to 1")


def not_one(probs_X_C: Floating) -> Bool:
    """Which rows, (...,), do not sum to 1 within 0.001; not-a-number and infinity never do."""
    with np.errstate(invalid="ignore"):
        # A product is several times faster than a sum over so short an axis.
        return np.asarray(~(np.abs(probs_X_C @ np.ones(probs_X_C.shape[-1], dtype=probs_X_C.dtype) - 1) < 1e-3))


Samples = Annotated[int, Ge(2), Le(1000)]
"""Predictions of every clip; one alone agrees with itself."""


class CommitteeStrategy(ScoreStrategy):
    """A score from S predictions of every clip, by passes with dropout or by the members of an ensemble.

    Args:
        samples: S, at least 2.
    """

    needs = Needs.MC_PROBS

    def __init__(self, samples: Samples = 10) -> None:
        self.samples = samples


def checked_mc_probs(view: PoolView) -> Floating:
    """The view's sampled class probabilities, (S, N, C), refused where they are no probabilities.

    Raises:
        ValueError: Absent, not (S, N, C), not finite, or a row that does not sum to 1; the message names the row.
    """
    if view.mc_probs is None:
        raise ValueError("this strategy needs class probabilities of several passes (mc_probs) and was given none")
    check_members(view.mc_probs)
    return view.mc_probs


def check_members(mc_probs_S_N_C: Floating) -> None:
    """Refuse an array that is not (S, N, C) with S at least 1 and rows that sum to 1."""
    if mc_probs_S_N_C.ndim != 3 or not len(mc_probs_S_N_C):
        raise ValueError(f"class probabilities of several passes must be (S, N, C), not {mc_probs_S_N_C.shape}")
    off = not_one(mc_probs_S_N_C).any(axis=0)
    if off.any():
        raise ValueError(f"row {int(np.argmax(off))} of the class probabilities does not sum to 1 in every pass")
