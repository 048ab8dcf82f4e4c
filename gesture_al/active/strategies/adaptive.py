"""Adaptive strategy: one strategy while labels are few, another from then on."""

from __future__ import annotations

import numpy as np

from gesture_al.active.strategies.base import STRATEGIES, Needs, PoolView, Selection, Strategy, checked_probs
from gesture_al.active.strategies.inner import Wrapper
from gesture_al.core.arrays import Int64
from gesture_al.core.parameters import Positive


@STRATEGIES.register("adaptive")
class Adaptive(Wrapper):
    """Diversity while labels are few, uncertainty from then on.

    The rule is the mean number of labels a class. How sure the model is cannot be the rule: nets are as sure of the pool with
    8 labels as with 40 (experiments/adaptive). It has no memory, so a resumed run switches where an unbroken one does.

    Args:
        early: Picks while labels are few, built; None: typiclust.
        inner: Picks from then on, built; None: margin.
        labels_per_class: The switch comes when labels / classes reach this, above 0.

    Source:
        Hacohen, Dekel and Weinshall, "Active Learning on a Budget: Opposite Strategies Suit High and Low Budgets" (2022): typical
        clips suit few labels, uncertain ones many. TypiClust followed by margin is the pair of Doucet et al., "Bridging Diversity
        and Uncertainty in Active Learning with Self-Supervised Pre-Training" (2024); the rule by labels a class is not theirs.
    """

    def __init__(self, early: Strategy | None = None, inner: Strategy | None = None, labels_per_class: Positive = 4.0) -> None:
        super().__init__(STRATEGIES.build("margin") if inner is None else inner, also=Needs.PROBS)
        self.early = STRATEGIES.build("typiclust") if early is None else early
        self.needs |= self.early.needs
        self.samples = max(self.samples, self.early.samples)
        self.labels_per_class = labels_per_class

    def looks_at(self, size: int, k: int, rng: np.random.Generator) -> Int64 | None:
        """All: which of the two will pick is not known before the clips are scored."""
        return None

    def choose(self, view: PoolView, k: int, rng: np.random.Generator) -> Selection:
        """What the strategy of this stage picks."""
        return self.stage(view).select(view, k, rng)

    def stage(self, view: PoolView) -> Strategy:
        """The strategy whose turn it is: the later one where nobody says which clips are labelled."""
        classes = checked_probs(view).shape[1]
        labels = view.labelled_classes
        few = labels is not None and len(labels) < self.labels_per_class * classes
        return self.early if few else self.inner
