"""A round's row: everything that was measured in one round, as rounds.jsonl, rounds.csv and the report have it.

A new number has two places: where it is computed (active/evaluation.py or active/loop.py), and here, with its title. One that
follows from the others has only this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from gesture_al.active.stopping.base import RoundRecord
from gesture_al.data.classes import pad_classes
from gesture_al.learning.metrics import TOO_FEW, balanced_accuracy, per_class_f1

Counts = Sequence[Sequence[int]]


def _column(default: Any, title: str = "") -> Any:
    """A column of rounds.csv; with a title, also one of the report's table."""
    return field(default=default, metadata={"csv": True, "title": title})


@dataclass(frozen=True)
class RoundRow:
    """What one round came to. None: there was nothing to compute it from, or the run is from before it was written down.

    Args:
        test_macro_f1_low: Of the 95% interval; None beside a score: too few clips for one.
        test_unscored: Names of the classes without test clips, which do not enter test macro-F1.
        questions: Clips that were asked about, or came with a label: labels and those put off or thrown out; not for validation.
        of_no_class: Of these, clips of no class of interest: labelled `none`, or thrown out as bad.
        class_counts: Labels by class, of the classes that the round's model knows.
        test_predicted: Predicted class of each test clip, in the order of test_clips.csv.
        val_predicted: Row, label and predicted class of each labelled validation clip.
        temperature: By which the net's logits are divided; None: by nothing.
        test_ece_unscaled: `test_ece` of the same net without the temperature; None where there is none.
        test_design_effect: How many test clips are worth one independent clip; 1 where they do not overlap in time.
        val_design_effect: Likewise of the validation clips.
        pool_kappa: Agreement with the predictions of the round before on the stopping set.
        pool_entropy: Mean over the pool of entropy / ln C, 0 to 1; None where no stopping rule needs it.
        stopping: What the stopping rules say of their state.
    """

    round: int = _column(0, "round")
    labels: int = _column(0, "labels")
    validation_labels: int = _column(0, "validation labels")
    pool: int = _column(0, "left in pool")
    questions: int | None = _column(None)
    of_no_class: int | None = _column(None, "of no class")
    class_counts: Sequence[int] = ()
    test_macro_f1: float | None = _column(None, "test macro-F1")
    test_macro_f1_low: float | None = _column(None, "from")
    test_macro_f1_high: float | None = _column(None, "to")
    test_unscored: str = _column("")
    test_weighted_f1: float | None = _column(None, "weighted F1")
    test_accuracy: float | None = _column(None, "accuracy")
    test_ece: float | None = _column(None, "calibration error")
    test_brier: float | None = _column(None)
    test_nll: float | None = _column(None, "NLL")
    val_macro_f1: float | None = _column(None, "validation macro-F1")
    val_weighted_f1: float | None = _column(None)
    temperature: float | None = _column(None, "temperature")
    test_ece_unscaled: float | None = _column(None, "calibration error without it")
    test_confusion: Counts | None = None
    test_predicted: Sequence[int] | None = None
    val_confusion: Counts | None = None
    val_predicted: Sequence[Sequence[int]] | None = None
    test_design_effect: float = 1.0
    val_design_effect: float = 1.0
    pool_kappa: float | None = _column(None, "kappa")
    pool_entropy: float | None = _column(None, "entropy")
    fit_steps: int = _column(0, "steps")
    fit_loss: float | None = _column(None, "loss")
    fit_note: str = _column("", "remark")
    fit_seconds: float = _column(0.0)
    predict_seconds: float = _column(0.0)
    select_seconds: float = _column(0.0)
    oracle_seconds: float = _column(0.0)
    stopping: Mapping[str, Any] = field(default_factory=dict)

    @property
    def test_balanced_accuracy(self) -> float | None:
        """Mean recall over the classes with test clips."""
        return None if self.test_confusion is None else balanced_accuracy(self.test_confusion)

    @property
    def test_class_f1(self) -> str | None:
        """F1 of each class on the test clips, in the order of the classes, with a dash where a class has no test clip."""
        if self.test_confusion is None:
            return None
        scores = zip(per_class_f1(self.test_confusion), self.test_confusion, strict=True)
        return " ".join(f"{score:.4f}" if sum(clips) else "-" for score, clips in scores)

    @property
    def round_seconds(self) -> float:
        """Seconds that the machine took for the round: training, measuring and selecting, not the time of who answers."""
        return (self.fit_seconds or 0.0) + (self.predict_seconds or 0.0) + (self.select_seconds or 0.0)

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> RoundRow:
        """A line of rounds.jsonl; keys of other versions are left out, missing ones have their defaults."""
        return cls(**{one.name: line[one.name] for one in fields(cls) if one.name in line})

    def to_json(self) -> dict[str, Any]:
        """The line of rounds.jsonl."""
        line = {one.name: getattr(self, one.name) for one in fields(self)}
        if self.pool_entropy is None:
            del line["pool_kappa"], line["pool_entropy"]
        return line

    def csv_values(self) -> dict[str, Any]:
        """The columns of rounds.csv."""
        return {name: getattr(self, name) for name in CSV_COLUMNS}

    def test_interval(self) -> str:
        """The interval of test macro-F1 in words, or why there is none; empty without a score."""
        if self.test_macro_f1 is None:
            return ""
        if self.test_macro_f1_low is None or self.test_macro_f1_high is None:
            return f"{TOO_FEW} for an interval"
        return f"95% interval {self.test_macro_f1_low:.3f} to {self.test_macro_f1_high:.3f}"

    def to_record(self) -> RoundRecord:
        """The part of the row that a stopping rule may see."""
        test, validation = (
            None if counts is None else tuple(map(tuple, counts)) for counts in (self.test_confusion, self.val_confusion)
        )
        return RoundRecord(
            round=self.round,
            labels=self.labels,
            validation_labels=self.validation_labels,
            pool=self.pool,
            val_confusion=validation,
            test_confusion=test,
            pool_kappa=self.pool_kappa,
            pool_entropy=self.pool_entropy,
            val_design_effect=self.val_design_effect,
            test_design_effect=self.test_design_effect,
        )

    def with_classes(self, classes: int) -> RoundRow:
        """The row with zeros in its confusion matrices for the classes that were added after its round."""
        test, validation = (
            None if counts is None else pad_classes(counts, classes, axes=2).tolist()
            for counts in (self.test_confusion, self.val_confusion)
        )
        return replace(self, test_confusion=test, val_confusion=validation)


# Columns that follow from others, with their titles in the report, so that rows of earlier versions have them too.
_DERIVED = {"test_balanced_accuracy": "balanced accuracy", "test_class_f1": "", "round_seconds": "seconds"}
CSV_COLUMNS = (*(one.name for one in fields(RoundRow) if one.metadata.get("csv")), *_DERIVED)
# Column and title in the report's table of rounds.
TITLES = {one.name: str(one.metadata["title"]) for one in fields(RoundRow) if one.metadata.get("title")}
TITLES |= {name: title for name, title in _DERIVED.items() if title}


def best_round(rows: Iterable[RoundRow]) -> RoundRow:
    """The round whose model counts as best: highest macro-F1 on the validation clips, the later of equals; else the last.

    Only models that know all classes count: one from before a class was added could never name it.
    """
    return max(rows, key=lambda row: (len(row.class_counts), row.val_macro_f1 or 0.0, row.round))
