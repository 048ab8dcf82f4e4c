"""Scores of a round's model on the test and validation clips, as values of RoundRow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gesture_al.core.arrays import Float32, Int64, Strings
from gesture_al.learning.metrics import (
    accuracy,
    brier_score,
    cohen_kappa,
    confusion_matrix,
    expected_calibration_error,
    interval_effect,
    macro_f1,
    macro_f1_interval,
    mean_normalised_entropy,
    negative_log_likelihood,
    unscored_classes,
    weighted_f1,
)

if TYPE_CHECKING:
    from gesture_al.learning.learner import Learner


@dataclass(frozen=True)
class Evaluator:
    """Scores a model on the test and validation clips.

    Args:
        test: Rows of the test clips; may be empty.
        test_labels: Their classes.
        classes: Class names; they may grow.
        blocks: Block of each clip of the set, where held-out clips overlap in time; None where each clip counts by itself.
    """

    test: Int64
    test_labels: Int64
    classes: Sequence[str]
    blocks: Strings | None = None

    def scores(
        self, learner: Learner, validation_labels: tuple[Int64, Int64], on_batch: Callable[[int, int], None] | None = None
    ) -> dict[str, Any]:
        """Test and validation scores, as fields of RoundRow; None where there are no labelled clips to score on.

        The ends of the interval are also None where the test clips are too few for one.

        `on_batch` is called with how many test clips are predicted, and how many there are.
        """
        probs = learner.predict_probs(self.test, on_batch) if len(self.test) else None
        test = self._confusion(probs, self.test_labels)
        val_probs = learner.predict_probs(validation_labels[0]) if len(validation_labels[0]) else None
        validation = self._confusion(val_probs, validation_labels[1])
        val_predicted = None if val_probs is None else val_probs.argmax(axis=1)
        effects = {
            "test_design_effect": self._design_effect(self.test, self.test_labels, probs),
            "val_design_effect": self._design_effect(*validation_labels, val_probs),
        }
        interval = None if test is None else macro_f1_interval(test / effects["test_design_effect"])
        low, high = interval or (None, None)
        return {
            "test_macro_f1": None if test is None else macro_f1(test),
            "test_macro_f1_low": low,
            "test_macro_f1_high": high,
            "test_unscored": "" if test is None else ", ".join(unscored_classes(test, self.classes)),
            "test_weighted_f1": None if test is None else weighted_f1(test),
            "test_accuracy": None if test is None else accuracy(test),
            "test_ece": None if probs is None else expected_calibration_error(probs, self.test_labels),
            "test_brier": None if probs is None else brier_score(probs, self.test_labels),
            "test_nll": None if probs is None else negative_log_likelihood(probs, self.test_labels),
            "val_macro_f1": None if validation is None else macro_f1(validation),
            "val_weighted_f1": None if validation is None else weighted_f1(validation),
            **self._without_temperature(learner),
            "test_confusion": None if test is None else test.tolist(),
            "test_predicted": None if probs is None else probs.argmax(axis=1).tolist(),
            "val_confusion": None if validation is None else validation.tolist(),
            **effects,
            "val_predicted": None if val_predicted is None else np.column_stack([*validation_labels, val_predicted]).tolist(),
        }

    def _without_temperature(self, learner: Learner) -> dict[str, Any]:
        """The temperature, and the calibration error that the same net has without it; nothing where there is none."""
        if learner.temperature is None:
            return {}
        probs = learner.predict_probs(self.test, scaled=False) if len(self.test) else None
        error = None if probs is None else expected_calibration_error(probs, self.test_labels)
        return {"temperature": learner.temperature, "test_ece_unscaled": error}

    def stability(self, probs_N_C: Float32, before_N: Int64 | None) -> dict[str, Any]:
        """How sure the model is of the stopping set, and how far it agrees with the round before."""
        kappa = None if before_N is None else cohen_kappa(before_N, probs_N_C.argmax(axis=1))
        return {"pool_kappa": kappa, "pool_entropy": mean_normalised_entropy(probs_N_C)}

    def _confusion(self, probs_N_C: Float32 | None, labels_N: Int64) -> Int64 | None:
        return None if probs_N_C is None else confusion_matrix(labels_N, probs_N_C.argmax(axis=1), len(self.classes))

    def _design_effect(self, rows_N: Int64, labels_N: Int64, probs_N_C: Float32 | None) -> float:
        """How many of these clips are worth one independent clip; 1 where they do not overlap."""
        if self.blocks is None or probs_N_C is None:
            return 1.0
        return interval_effect(probs_N_C.argmax(axis=1) == labels_N, self.blocks[rows_N])
