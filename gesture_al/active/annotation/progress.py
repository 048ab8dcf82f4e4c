"""Progress of the run as a session shows it: what the loop does, what the model believes, the rounds so far."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gesture_al.active.records.round_row import RoundRow


class RunProgress:
    """Callback of the run that keeps its progress for the frontends; every method is called from the loop's thread.

    Args:
        checkpoint: The file of the last trained model, whose checksum stands in the log; None: it stays empty.
        on_change: Called after every change.
    """

    def __init__(self, checkpoint: Path | None = None, on_change: Callable[[], None] = lambda: None) -> None:
        self._checkpoint, self._on_change = checkpoint, on_change
        self.phase_name, self.round_number = "starting", -1
        self.training: dict[str, float] = {}
        self.rounds: list[dict[str, Any]] = []
        self.model = ""
        self._guesses: dict[str, list[float]] = {}
        self._scores: dict[tuple[str, int], float] = {}
        self.finished: str | None = None

    def phase(self, name: str, round: int) -> None:
        """The loop begins with `training`, `measuring`, `selecting` or `asking`."""
        self.phase_name, self.round_number, self.training = name, round, {"began": time.monotonic()}
        self._on_change()

    def step(self, round: int, step: int, steps: int, loss: float) -> None:
        """A training step."""
        self._advance(step, steps, loss=loss)

    def asked(self, query: Any, asked: Any) -> None:
        """What the model believed of the clips that it asks about, and how much it wants each."""
        if self._checkpoint is not None and self._checkpoint.exists():
            self.model = hashlib.sha256(self._checkpoint.read_bytes()).hexdigest()[:16]
        self._guesses.update(zip(asked.ids.tolist(), asked.probs.tolist(), strict=True))
        if len(query.scores) == len(query.clips):
            self._scores.update({(clip, query.round): score for clip, score in zip(query.clips, query.scores, strict=True)})
        self._on_change()

    def scored(self, round: int, what: str, done: int, clips: int) -> None:
        """A large pool is being scored; what is done of it stands in the place of the training's steps."""
        self._advance(done, clips)

    def answered(self, question: object, answer: object) -> None:
        """Nothing: the session has the answer already."""

    def round(self, row: RoundRow) -> None:
        """A round was measured."""
        self.rounds.append({**row.to_json(), "at": time.time()})
        self._on_change()

    def ended(self, reason: str) -> None:
        """The run is over, its report written."""
        self.finished = reason
        self._on_change()

    def _advance(self, done: int, of: int, **more: float) -> None:
        """Report ten times a second at the most: drawing takes time from the work itself."""
        now = time.monotonic()
        if now - self.training.get("drawn", 0.0) < 0.1 and done < of:
            return
        began = self.training.get("began", now)
        left = (now - began) / done * (of - done) if done else 0.0
        self.training = {"began": began, "drawn": now, "step": done, "steps": of, "seconds_left": left, **more}
        self._on_change()

    def guess(self, clip: str) -> list[float] | None:
        """Class probabilities of a clip by the model that asked about it."""
        return self._guesses.get(clip)

    def score(self, clip: str, round_: int) -> float | None:
        """How much the strategy wanted the clip."""
        return self._scores.get((clip, round_))
