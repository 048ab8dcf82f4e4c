"""Questions to an oracle, and its answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gesture_al.data.track import Stretch


class Purpose(StrEnum):
    """What an answer is wanted for."""

    INITIAL = "initial"
    QUERY = "query"
    VALIDATION = "validation"


class AnswerKind(StrEnum):
    """What kind of answer was given; only `LABEL` counts as a label."""

    LABEL = "label"
    UNSURE = "unsure"
    SKIP = "skip"
    BAD = "bad"


@dataclass(frozen=True)
class Question:
    """A clip to be named.

    Args:
        clip: The clip's id.
        index: Its row in the clip set.
        round: The round whose model asks; -1 before the first.
        purpose: What the answer is for.
        attempt: How often the clip was asked before, 0 or more.
    """

    clip: str
    index: int
    round: int
    purpose: Purpose
    attempt: int = 0


@dataclass(frozen=True)
class Answer:
    """What the oracle said of a clip.

    Args:
        clip: The clip's id.
        kind: `label`, `unsure` and `skip` (asked again when the rest has been asked) or `bad` (leaves the pool).
        label: Index of the class; None unless `kind` is `label`.
        seconds: Time that the answer took.
        cost: What it cost, in the oracle's unit.
        ends: The stretch of the clip's recording that the answer holds for; None: the clip as the data set has it.
        reason: Why a clip is bad, in a word; empty where nobody said.
    """

    clip: str
    kind: AnswerKind
    label: int | None = None
    seconds: float = 0.0
    cost: float = 1.0
    ends: Stretch | None = None
    reason: str = ""
