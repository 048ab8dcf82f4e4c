"""Stopping rules: their contract, the history that they see, their registry, and the first reason of several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gesture_al.core.registry import Registry

Confusion = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class RoundRecord:
    """What one round left behind, after fitting and measuring and before asking.

    Args:
        round: 0 for the fit on the initial clips; r after r queries.
        labels: Labels the model was fitted on: initial and queried.
        validation_labels: Labels spent on validation clips.
        pool: Clips left that could be asked.
        val_confusion: Counts on the validation clips, (C, C), true classes in rows; None without such clips.
        pool_kappa: Agreement (Cohen's kappa) of this round's predictions with the last round's on the stopping set; None in
            the first round or where no rule needs it.
        pool_entropy: Mean over the pool of entropy / ln C, 0 to 1; None where no rule needs it.
        test_confusion: Counts on the test clips, for rules that reproduce a published experiment only.
        val_design_effect: How many validation clips are worth one independent clip; 1 where they do not overlap in time.
        test_design_effect: Likewise of the test clips.
    """

    round: int
    labels: int
    validation_labels: int
    pool: int
    val_confusion: Confusion | None = None
    pool_kappa: float | None = None
    pool_entropy: float | None = None
    test_confusion: Confusion | None = None
    val_design_effect: float = 1.0
    test_design_effect: float = 1.0


@dataclass(frozen=True)
class StopVerdict:
    """What a rule says after a round.

    Args:
        stop: Whether the run should end here.
        reason: One line for a person, also where the run goes on.
        state: What the report shows, e.g. `reached`, `proven`, `lower_bound`, `needed`.
    """

    stop: bool
    reason: str
    state: Mapping[str, float | int | bool | str] = field(default_factory=dict)


class StoppingRule(Protocol):
    """Decides from the history of rounds alone: the same history always gives the same verdict."""

    @property
    def needs_validation(self) -> bool:
        """Whether validation clips must be drawn for this rule."""

    @property
    def needs_pool_predictions(self) -> bool:
        """Whether the pool must be predicted every round, for `pool_kappa` and `pool_entropy`."""

    def check(self, history: Sequence[RoundRecord]) -> StopVerdict:
        """The verdict after the last round of the history, which holds every round from 0 on and is never empty."""

    def warn(self, validation_clips: int, classes: int = 2) -> str | None:
        """One line for the start of a run about what this rule will not be able to do with so many clips; else None."""


STOPPING_RULES: Registry[StoppingRule] = Registry("stopping rule", "gesture_al.active.stopping.base:STOPPING_RULES")


class CountingRule:
    """A base for rules that look at counts only: they need nothing and have nothing to warn about."""

    needs_validation = False
    needs_pool_predictions = False

    def warn(self, validation_clips: int, classes: int = 2) -> str | None:
        """Nothing to say."""
        return None


def first_reason(rules: Iterable[StoppingRule], history: Sequence[RoundRecord]) -> StopVerdict | None:
    """The verdict of the first rule that says stop, in the order given; None where the run goes on."""
    return next((verdict for verdict in (rule.check(history) for rule in rules) if verdict.stop), None)
