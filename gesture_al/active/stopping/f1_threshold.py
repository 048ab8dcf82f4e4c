"""F1 threshold: stop when the F1 score on validation clips is above the one that the user asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from annotated_types import Gt, Lt

from gesture_al.active.stopping.base import STOPPING_RULES, RoundRecord, StopVerdict
from gesture_al.core.arrays import Float64
from gesture_al.core.parameters import Count, Share
from gesture_al.learning.metrics import TOO_FEW, f1_lower_bound, macro_f1, weighted_f1

# More clips than this nobody labels to prove a score.
_MOST_CLIPS = 1_000_000


@STOPPING_RULES.register("f1_threshold")
class F1Threshold:
    """Stops when F1 is above a threshold, and says whether that is only reached or also proven.

    *Reached*: the point estimate is above the threshold on at least `least_clips` clips, `patience` rounds in a row.
    *Proven*: a lower bound of F1 is above it. Every round is another chance to be lucky on the same clips, so round r gets
    the part 6 / (pi (r + 1))**2 of the error 1 - confidence; these parts add up to all of it over any number of rounds.
    Neither holds of macro-F1 while a class has no clip to judge it by: the score leaves that class out, which may be anything.
    `needed` is the number of further clips, drawn like those there are, that would prove the score as it stands.

    Args:
        threshold: F1 to get above, 0 to 1.
        average: `macro` (each class counts the same) or `weighted` (by its true clips).
        prove: Stop when proven instead of when reached.
        least_clips: Fewer clips than this never count as reached.
        patience: Rounds in a row that the point estimate must be above the threshold.
        confidence: Of the proof, above 0.5 and below 1.
        judged_on: The clips that decide: `validation`, or `test` - only to reproduce an experiment that stopped on its test
            clips; scores of such a run on those clips are no estimate of anything.

    Source:
        Bonferroni's inequality with weights 1 / r**2 (Robbins, "Statistical methods related to the law of the iterated
        logarithm", Ann. Math. Statist. 41 (1970), treats looking again and again); the bound: `gesture_al.learning.metrics`.
    """

    needs_pool_predictions = False

    def __init__(
        self,
        threshold: Share,
        average: Literal["macro", "weighted"] = "macro",
        prove: bool = False,
        least_clips: Count = 30,
        patience: Count = 2,
        confidence: Annotated[float, Gt(0.5), Lt(1)] = 0.95,
        judged_on: Literal["validation", "test"] = "validation",
    ) -> None:
        self.threshold, self.average, self.prove = threshold, average, prove
        self.least_clips, self.patience, self.confidence, self.judged_on = least_clips, patience, confidence, judged_on

    @property
    def needs_validation(self) -> bool:
        """True unless the test clips decide."""
        return self.judged_on == "validation"

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """Judge the last rounds; the state holds `f1`, `clips`, `reached`, `proven`, `lower_bound` and `confidence_now`.

        `lower_bound` is absent where there are too few clips for one. `classes_without_clips` is how many classes the score
        leaves out because no clip is of them, absent for none.
        It also holds `needed`, further clips that would prove the score: 0 when proven, absent while the score is not above
        the threshold (no number of clips proves that) or a class has no clip.
        """
        confusion = self._confusion(history[-1])
        clips = int(confusion.sum())
        if not clips:
            return StopVerdict(
                False, f"no {self.judged_on} clips to judge F1 by", {"clips": 0, "reached": False, "proven": False}
            )
        score = self._score(confusion)
        reached = len(history) >= self.patience and all(self._above(record) for record in history[-self.patience :])
        confidence = self._confidence(len(history))
        effect = self._design_effect(history[-1])
        bound = self._bound(confusion / effect, confidence)
        without = self._classes_without_clips(confusion)
        proven = bound is not None and bound > self.threshold and not without
        needed = 0 if proven else None if without else self._needed(confusion, score, confidence, effect)
        state: dict[str, float | int | bool | str] = {
            "f1": score,
            "clips": clips,
            "reached": reached,
            "proven": proven,
            "confidence_now": confidence,
        }
        if bound is not None:
            state["lower_bound"] = bound
        proof = "proven" if proven else "not proven" if bound is not None else f"{TOO_FEW} for a proof"
        if needed is not None:
            state["needed"] = needed
            proof += "" if proven else f": {needed} further random clips at this score would"
        said = f"{self.average} F1 {score:.3f} on {clips} {self.judged_on} clips, threshold {self.threshold:g}"
        if without:
            state["classes_without_clips"] = without
            said += f", {without} of {len(confusion)} classes without any,"
        place = "reached" if reached else "not reached"
        return StopVerdict(proven if self.prove else reached, f"{said} {place} ({proof})", state)

    def warn(self, validation_clips: int, classes: int = 2) -> str | None:
        """Say at the start what so many validation clips can never show, even if every one of them is right."""
        if self.judged_on == "test":
            return "stopping.params.judged_on is test: the test clips decide when to stop, so their scores are no honest estimate"
        warnings = []
        if validation_clips < self.least_clips and not self.prove:
            warnings.append(f"F1 never counts as reached (least_clips {self.least_clips}), so this rule will not stop the run")
        perfect = np.diag(np.full(classes, validation_clips / classes))
        # The first round has the loosest bound, so what it cannot prove no later round can.
        if not self._proves(perfect, self._confidence(1)):
            never = f"F1 > {self.threshold:g} cannot be proven, even with all of them right"
            warnings.append(never + (", so this rule will not stop the run" if self.prove else ""))
        if not warnings:
            return None
        return f"only {validation_clips} validation clips: {'; '.join(warnings)}; label more validation clips to change that"

    def _confusion(self, record: RoundRecord) -> Float64:
        counts = record.val_confusion if self.judged_on == "validation" else record.test_confusion
        return np.asarray(counts if counts is not None else [[0]], dtype=np.float64)

    def _design_effect(self, record: RoundRecord) -> float:
        return record.val_design_effect if self.judged_on == "validation" else record.test_design_effect

    def _score(self, confusion: Float64) -> float:
        return float(macro_f1(confusion) if self.average == "macro" else weighted_f1(confusion))

    def _above(self, record: RoundRecord) -> bool:
        confusion = self._confusion(record)
        judged = confusion.sum() >= self.least_clips and not self._classes_without_clips(confusion)
        return bool(judged) and self._score(confusion) > self.threshold

    def _classes_without_clips(self, confusion: Float64) -> int:
        """How many classes of macro-F1 there is nothing to judge by; weighted F1 gives them no weight."""
        return int((confusion.sum(axis=1) == 0).sum()) if self.average == "macro" else 0

    def _confidence(self, looks: int) -> float:
        """The confidence of the bound at the given look, 1 for the first."""
        return 1 - (1 - self.confidence) * 6 / (math.pi * looks) ** 2

    def _bound(self, confusion: Float64, confidence: float) -> float | None:
        return f1_lower_bound(confusion, self.average, confidence)

    def _proves(self, confusion: Float64, confidence: float) -> bool:
        bound = self._bound(confusion, confidence)
        return bound is not None and bound > self.threshold

    def _needed(self, confusion: Float64, score: float, confidence: float, effect: float) -> int | None:
        """Further clips with the same shares of right and wrong that lift the bound above the threshold; None for never.

        Where clips overlap in time (their design effect is above 1) they are thought to come in further blocks such as these.
        """
        clips = confusion.sum()
        if score <= self.threshold:
            return None

        def proves(further: int) -> bool:
            return self._proves(confusion / effect * (1 + further / clips), confidence)

        low, high = 0, 16
        while not proves(high):
            low, high = high, high * 2
            if high > _MOST_CLIPS:
                return None
        while high - low > max(1, low // 50):
            middle = (low + high) // 2
            low, high = (low, middle) if proves(middle) else (middle, high)
        return high
