"""How a session asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SessionConfig:
    """What may be chosen beforehand.

    Args:
        annotator: Who answers where a face does not say.
        audit_each_round: Audit clips put between a round's queries until there are enough of them to judge by.
        repeats: Share of hidden repeats among queries, 0 to 1.
        repeats_from: Labels from which on they come.
        second_opinions: Share of the labelled clips that a second person names too, 0 to 1.
    """

    annotator: str = ""
    audit_each_round: int = 5
    repeats: float = 0.05
    repeats_from: int = 100
    second_opinions: float = 0.0
