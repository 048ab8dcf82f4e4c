"""Scores of the pool by a round's model: the probabilities and embeddings that a strategy needs, as a PoolView."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gesture_al.active.strategies.base import Needs, PoolView, Strategy, not_finite
from gesture_al.core.arrays import Int64
from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import ClipSet

if TYPE_CHECKING:
    from gesture_al.learning.learner import Learner
    from gesture_al.learning.pretraining.pool_encoder import PoolEncoder

OnScored = Callable[[str, int, int], None]


@dataclass(frozen=True)
class PoolScorer:
    """Scores clips with the model of a round.

    Args:
        learner: With the model that ranks.
        clips: The whole clip set.
        round: Seeds the Monte-Carlo passes.
        on_scored: Called with what is computed, how many clips are done and how many there are.
        background: Index of the class of clips that are of no class of interest; None: there is no such class.
        encoder: Embeds the pool for strategies that need `Needs.PRETRAINED`; None: the model of the round does.
    """

    learner: Learner
    clips: ClipSet
    round: int
    on_scored: OnScored
    background: int | None = None
    encoder: PoolEncoder | None = None

    def view(self, strategy: Strategy, rows: Int64, labelled: tuple[Int64, Int64]) -> PoolView:
        """What the strategy asked to see of these rows, and of the labelled ones.

        Args:
            strategy: Says what it needs.
            rows: Clips to choose from, (n,).
            labelled: Rows of the labelled clips and their classes, (L,) each.

        Raises:
            UserError: A number of the model is not finite; the message names the clip.
        """
        needs = strategy.needs
        values: dict[str, Any] = {"size": len(rows), "labelled_classes": labelled[1], "background": self.background}
        if self.encoder is not None and Needs.PRETRAINED in needs:
            values["embeddings"] = self.encoder.embed(rows)
            if Needs.LABELLED_EMBEDDINGS in needs:
                values["labelled_embeddings"] = self.encoder.embed(labelled[0])
            needs &= ~(Needs.EMBEDDINGS | Needs.LABELLED_EMBEDDINGS)
        if Needs.PROBS | Needs.EMBEDDINGS in needs:
            values["probs"], values["embeddings"] = self.learner.predict_and_embed(
                rows, self._on_batch("predicting and embedding")
            )
        elif Needs.PROBS in needs:
            values["probs"] = self.learner.predict_probs(rows, self._on_batch("predicting"))
        elif Needs.EMBEDDINGS in needs:
            values["embeddings"] = self.learner.embed(rows, self._on_batch("embedding"))
        if Needs.MC_PROBS in needs:
            passes = self._on_batch("asking the committee")
            values["mc_probs"] = self.learner.mc_probs(rows, samples=strategy.samples, round=self.round, on_batch=passes)
        if Needs.LABELLED_EMBEDDINGS in needs:
            values["labelled_embeddings"] = self.learner.embed(labelled[0])
        view = PoolView(**values)
        for name, row in not_finite(view):
            clip = self.clips.ids[(labelled[0] if name == "labelled_embeddings" else rows)[row]]
            raise UserError(f"clip {clip}: the model's {name} are not finite; lower trainer.params.lr")
        return view

    def _on_batch(self, what: str) -> Callable[[int, int], None]:
        return lambda done, rows: self.on_scored(what, done, rows)
