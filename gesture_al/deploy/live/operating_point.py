"""Operating point of a live recogniser: when probabilities become an event; `gesture-al live tune` chooses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Annotated, Any

from annotated_types import Ge, Le

from gesture_al.core.errors import UserError
from gesture_al.core.messages import not_among
from gesture_al.core.parameters import Count, check_values, declared

Threshold = Annotated[float, Ge(0.01), Le(1)]


@dataclass(frozen=True)
class OperatingPoint:
    """Windows, smoothing and thresholds with which a recogniser fires.

    Args:
        window: Seconds that the recogniser looks back.
        hop: Seconds from one window to the next.
        frames: Instants of a window: what a prediction costs at the most.
        smoothing: Time constant of the exponential mean of the probabilities, seconds; 0: none.
        threshold: Smoothed probability that a class must have.
        thresholds: Of single classes, where they differ.
        agree: Of the last `of` windows so many must name the class, at most `of`.
        of: Windows that vote.
        refractory: Seconds after an event without another one. The same class, moreover, must have fallen below half of
            its threshold in between: a gesture that is held fires once.

    Raises:
        UserError: A value outside its range.
    """

    window: Annotated[float, Ge(0.2), Le(10)] = 1.2
    hop: Annotated[float, Ge(0.01), Le(2)] = 0.1
    frames: Annotated[int, Ge(8), Le(256)] = 24
    smoothing: Annotated[float, Ge(0), Le(5)] = 0.1
    threshold: Threshold = 0.7
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    agree: Count = 2
    of: Annotated[int, Ge(1), Le(50)] = 3
    refractory: Annotated[float, Ge(0), Le(30)] = 0.6

    def __post_init__(self) -> None:
        check_values(vars(self), declared(OperatingPoint), "operating point: ")
        if self.agree > self.of:
            raise UserError(f"operating point: agree={self.agree}: must be {self.of} (of) or less")

    def of_class(self, name: str) -> float:
        """The threshold of a class."""
        return self.thresholds.get(name, self.threshold)

    def to_json(self) -> dict[str, Any]:
        """As a table of plain values."""
        return {**asdict(self), "thresholds": dict(self.thresholds)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> OperatingPoint:
        """From such a table; what it does not say keeps its default.

        Raises:
            UserError: A key that is none, or a value outside its range.
        """
        names = [entry.name for entry in fields(cls)]
        unknown = sorted(set(values) - set(names))
        if unknown:
            raise UserError(f"operating point: no setting {not_among(unknown[0], names)}")
        return cls(**values)


LOWEST_THRESHOLD, HIGHEST_THRESHOLD = 0.05, 1.0


def shift_thresholds(point: OperatingPoint, threshold: float) -> OperatingPoint:
    """The point with another threshold; those that single classes have of their own move by as much, inside their range.

    >>> shift_thresholds(OperatingPoint(threshold=0.9, thresholds={"Heart": 0.8}), 0.7).of_class("Heart")
    0.6
    """
    by = threshold - point.threshold
    own = {name: round(min(HIGHEST_THRESHOLD, max(LOWEST_THRESHOLD, value + by)), 4) for name, value in point.thresholds.items()}
    return replace(point, threshold=threshold, thresholds=own)
