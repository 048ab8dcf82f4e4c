"""What is to be thought of a take before anybody keeps it: was a hand seen often enough, and was everything recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gesture_al.studio.record.plan import is_none


@dataclass(frozen=True)
class TakeVerdict:
    """A take, judged.

    Args:
        label: Class; None for a free recording.
        frames: Of the take.
        seen: Frames in which a hand was seen.
        lost: Frames that are missing.
        gate: Share of frames in which a hand must be seen, 0 to 1.
    """

    label: str | None
    frames: int
    seen: int
    lost: int
    gate: float

    @property
    def good(self) -> bool:
        """Whether a hand was seen in at least this share of the frames.

        In ordinary movement none need be seen, in a free recording, which is mostly rest, once will do.
        """
        wanted = self.gate * self.frames if self.label is not None else 1
        return is_none(self.label) or self.seen >= wanted - 1e-9

    def told(self) -> tuple[str, str]:
        """A sentence for the person, and its tone: `good`, `doubt` or `bad`."""
        lost = f" · {self.lost} frame{'s' * (self.lost != 1)} lost" if self.lost else ""
        seen = f"Hand seen {self.seen}/{self.frames}"
        if not self.good and self.label is None:
            return f"{seen}{lost} · nothing to learn from: better once more", "bad"
        if not self.good:
            wanted = math.ceil(self.gate * self.frames - 1e-9)
            return f"{seen}, {wanted} wanted{lost} · better once more: whole hand in the picture, more light", "bad"
        if is_none(self.label):
            return f"{seen}{lost} · for {self.label} any number will do", "doubt" if lost else "good"
        return seen + lost, "doubt" if lost else "good"
