"""Description of a run for whoever takes part in it: data, strategy, budget, threshold, sides of the split."""

from __future__ import annotations

from dataclasses import dataclass

from gesture_al.core.arrays import Int8


@dataclass(frozen=True)
class RunInfo:
    """What a run is about.

    Args:
        data: Name of the data set.
        strategy: Who chooses the questions.
        k: Clips asked per round.
        budget: Labels that may be spent; 0: nobody said.
        threshold: The F1 score that ends it; None where no rule looks at one.
        known_start: Whether there were labels that came with the data.
        audited: Whether people name the clips that measure, too.
        tested: Rows of the test clips, in the order of a round's `test_predicted`.
        sides: int8 (N,), what each clip of the data set is for: 0 nothing, 1 training, 2 test, 3 validation; None: nobody said.
    """

    data: str = ""
    strategy: str = ""
    k: int = 0
    budget: int = 0
    threshold: float | None = None
    known_start: bool = True
    audited: bool = False
    tested: tuple[int, ...] = ()
    sides: Int8 | None = None
