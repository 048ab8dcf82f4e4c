"""The journal of a run (what the loop records) and its callbacks: both contracts and their records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gesture_al.active.questions import Answer, Question
from gesture_al.active.records.round_row import RoundRow
from gesture_al.core.arrays import Float32, Int64, Strings
from gesture_al.data.clip_set import ClipSet

STRIP_FRAMES = 16
NOTHING_MOVED: Mapping[int, ClipSet] = {}


@dataclass(frozen=True)
class Fit:
    """A trained model: its state, and how training went."""

    round: int
    state: bytes
    steps: int
    loss: float
    seconds: float
    note: str = ""


@dataclass(frozen=True)
class Query:
    """What the model of a round asked for; scores are empty where the strategy has none."""

    round: int
    clips: list[str]
    scores: list[float]
    seconds: float


@dataclass(frozen=True)
class Asked:
    """The clips of a query, thinned for pictures, and what the model believed of them.

    Args:
        ids: (k,)
        positions: float16 (k, 16 frames, J, C), in heights of the picture where its aspect is known; NaN where not seen.
        probs: (k, classes)
    """

    ids: Strings
    positions: NDArray[np.float16]
    probs: Float32

    @classmethod
    def of(cls, clips: ClipSet, rows: Int64, probs: Float32, moved: Mapping[int, ClipSet] = NOTHING_MOVED) -> Asked:
        """The clips at these rows, each thinned to evenly spread frames from the first to the last in which anything is seen.

        `moved` has, by row, those whose ends were moved, each as a set of its own.
        """
        thinned = np.full((len(rows), STRIP_FRAMES, *clips.positions.shape[2:]), np.nan, dtype=np.float32)
        for place, row in enumerate(rows):
            shown, at = (moved[row], 0) if row in moved else (clips, row)
            seen = np.flatnonzero(np.isfinite(shown.positions[at, : shown.lengths[at]]).any(axis=(1, 2)))
            first, last = (seen[0], seen[-1]) if len(seen) else (0, shown.lengths[at] - 1)
            frames = np.linspace(first, last, STRIP_FRAMES).round().astype(int)
            thinned[place] = shown.positions[at, frames]
            if clips.aspect is not None:
                thinned[place, ..., 0] *= clips.aspect[row]
        # Millimetres or pixels can be more than 16 bits hold; for a picture, size does not matter.
        largest = np.nanmax(np.abs(thinned), axis=(1, 2, 3), keepdims=True, initial=0)
        return cls(clips.ids[rows], (thinned / np.maximum(largest / 1000, 1)).astype(np.float16), probs)


class Journal(Protocol):
    """The memory of a run. Whatever was recorded survives a kill; whatever was not is done again."""

    def record_classes(self) -> None:
        """Write down the class names after one was added."""

    def answers(self) -> Sequence[tuple[Question, Answer]]:
        """All answers so far, in the order in which they came."""

    def answered(self, clip: str, round: int) -> bool:
        """Whether this clip has an answer to this round's question."""

    def record_answer(self, question: Question, answer: Answer, source: str) -> None:
        """Write an answer down before it is used."""

    def oracle_seconds(self, round: int) -> float:
        """Time that the answers of a round took."""

    def rounds(self) -> Sequence[RoundRow]:
        """The rows of the rounds that were measured."""

    def record_round(self, row: RoundRow) -> None:
        """Write a round's row."""

    def query(self, round: int) -> Query | None:
        """What a round asked for, or None before it did."""

    def record_query(self, query: Query, asked: Asked) -> None:
        """Write a query down before it is put to the oracle."""

    def fit(self, round: int) -> Fit | None:
        """The trained model of a round, if it is still there."""

    def record_fit(self, fit: Fit) -> None:
        """Keep a trained model."""

    def predictions(self, round: int) -> Int64 | None:
        """A round's predicted classes on the stopping set."""

    def record_predictions(self, round: int, classes: Int64) -> None:
        """Keep them for the next round."""


class Callback(Protocol):
    """Callbacks of a run: progress in the terminal, status, experiment loggers. They never change the run."""

    def phase(self, name: str, round: int) -> None:
        """The loop begins with `training`, `measuring`, `selecting` or `asking`."""

    def step(self, round: int, step: int, steps: int, loss: float) -> None:
        """An optimiser step was taken."""

    def scored(self, round: int, what: str, done: int, clips: int) -> None:
        """So many clips, out of so many, were put through the model for `what`; told after every batch."""

    def answered(self, question: Question, answer: Answer) -> None:
        """An answer came in."""

    def asked(self, query: Query, asked: Asked) -> None:
        """The strategy has chosen."""

    def round(self, row: RoundRow) -> None:
        """A round was measured."""

    def ended(self, reason: str) -> None:
        """The run is over and its report is written."""
