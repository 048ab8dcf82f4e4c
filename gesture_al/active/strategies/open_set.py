"""Open-set wrapper: another strategy's picks among the clips that look like a class of interest."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from annotated_types import Gt, Le

from gesture_al.active.strategies.base import STRATEGIES, Needs, PoolView, Selection, Strategy, checked_probs
from gesture_al.active.strategies.inner import Wrapper, rows_of
from gesture_al.core.arrays import Floating, Int64

PurestShare = Annotated[float, Gt(0), Le(1)]


def purest(background_N: Floating, share: float, k: int) -> Int64:
    """The rows that look least like the background.

    Args:
        background_N: Probability that a clip is of no class of interest, shape (N,), 0 to 1.
        share: Of as many rows as the model expects to be of a class of interest, which is the sum of 1 - p; above 0, up to 1.
        k: Rows to keep at least, 1 to N.

    Returns:
        Rows, shape (M,), ascending. Rows that tie with the last one all stay, so that their order in the pool decides nothing.

    >>> purest(np.array([0.9, 0.1, 0.2, 0.8]), 1.0, 1).tolist()
    [1, 2]
    """
    expected = float(np.sum(1 - background_N, dtype=np.float64))
    count = max(k, round(share * expected))
    return np.flatnonzero(background_N <= np.partition(background_N, count - 1)[count - 1])


def without_column(probs_X_C: Floating, column: int) -> Floating:
    """Probabilities of the other classes given that it is one of them.

    Args:
        probs_X_C: Class probabilities, shape (..., C), C at least 2.
        column: The class that is left out.

    Returns:
        Shape (..., C - 1); all alike in a row that leaves the others nothing.

    >>> without_column(np.array([[0.3, 0.2, 0.5], [0.0, 0.0, 1.0]]), 2).tolist()
    [[0.6, 0.4], [0.5, 0.5]]
    """
    others = np.delete(probs_X_C, column, axis=-1)
    total = others.sum(axis=-1, keepdims=True)
    even = np.full_like(others, 1 / others.shape[-1])
    return np.asarray(np.divide(others, total, out=even, where=total > 0))


def closed(view: PoolView, background: int) -> PoolView:
    """The view as if there were no class of the background, whose labelled clips it leaves out.

    Args:
        view: Of clips of the pool, with the labels of others.
        background: Index of that class.
    """
    assert view.labelled_classes is not None, "somebody labelled a clip of the background"
    of_interest = view.labelled_classes != background
    classes, embeddings = view.labelled_classes[of_interest], view.labelled_embeddings
    return replace(
        view,
        probs=None if view.probs is None else without_column(view.probs, background),
        mc_probs=None if view.mc_probs is None else without_column(view.mc_probs, background),
        labelled_embeddings=None if embeddings is None else embeddings[of_interest],
        labelled_classes=classes - (classes > background),
        background=None,
    )


@STRATEGIES.register("open_set")
class OpenSet(Wrapper):
    """The inner strategy's picks among the clips that look least like the class `none`, judged by the other classes.

    The model learns that class from the answers that a clip is none of those of interest. Where there is no such class, or
    nothing was labelled so yet, the inner strategy picks as it would alone.

    Args:
        inner: Picks among them, built; None: margin.
        share: They are so many of the clips that the model expects to be of a class of interest, above 0, up to 1. The smaller,
            the fewer questions are spent on clips of none, and the surer the model is of what it asks.

    Source:
        The aim, fewer questions about clips of no class of interest by a net with an output for them, is that of Ning et al.,
        "Active Learning for Open-Set Annotation" (2022); there the largest activation of a class ranks the clips.
    """

    def __init__(self, inner: Strategy | None = None, share: PurestShare = 0.5) -> None:
        super().__init__(STRATEGIES.build("margin") if inner is None else inner, also=Needs.PROBS)
        self.share = share

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """What the inner strategy picks of the clips shown to it, with its scores."""
        probs, background = checked_probs(view), view.background
        # The model may be from before there was such a class.
        if background is None or background >= probs.shape[1] or not np.any(view.labelled_classes == background):
            return self.inner.select(view, k, rng)
        rows = purest(probs[:, background], self.share, k)
        chosen = self.inner.select(closed(rows_of(view, rows), background), k, rng)
        return Selection(rows[chosen.indices], chosen.scores)
