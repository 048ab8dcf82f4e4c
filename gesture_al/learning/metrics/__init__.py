"""Scores: how good a recogniser is, how sure that is, how few labels it took, how far predictions agree."""

from gesture_al.learning.metrics.classification import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    macro_f1,
    per_class_f1,
    unscored_classes,
    weighted_f1,
)
from gesture_al.learning.metrics.clustered_clips import interval_effect
from gesture_al.learning.metrics.interval import (
    TOO_FEW,
    f1_intervals,
    f1_lower_bound,
    f1_lower_bounds,
    macro_f1_interval,
    macro_f1_lower_bound,
)
from gesture_al.learning.metrics.label_efficiency import (
    TargetReached,
    aulc,
    class_balance,
    labels_to_target,
    redundancy,
    summarise_target,
)
from gesture_al.learning.metrics.predictions import (
    brier_score,
    cohen_kappa,
    expected_calibration_error,
    mean_normalised_entropy,
    negative_log_likelihood,
)

__all__ = [
    "TOO_FEW",
    "TargetReached",
    "accuracy",
    "aulc",
    "balanced_accuracy",
    "brier_score",
    "class_balance",
    "cohen_kappa",
    "confusion_matrix",
    "expected_calibration_error",
    "f1_intervals",
    "f1_lower_bound",
    "f1_lower_bounds",
    "labels_to_target",
    "interval_effect",
    "macro_f1",
    "macro_f1_interval",
    "macro_f1_lower_bound",
    "mean_normalised_entropy",
    "negative_log_likelihood",
    "per_class_f1",
    "redundancy",
    "summarise_target",
    "unscored_classes",
    "weighted_f1",
]
