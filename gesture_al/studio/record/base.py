"""The states of a recording session, and what it asks of the place where takes go."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from gesture_al.capture.video.base import Frame
from gesture_al.studio.record.take import Take


class State(StrEnum):
    """What the person is doing."""

    CHOOSE = "choose"
    COUNT_IN = "count_in"
    RECORDING = "recording"
    FREE = "free"
    REVIEW = "review"
    LOST = "lost"
    OVER = "over"


class Keeper(Protocol):
    """Where takes go. All but `counts` and `drop` raise UserError when there is no room, and nothing is half kept then."""

    def counts(self) -> Mapping[str, int]:
        """Clips that there are, by class."""

    def begin(self) -> None:
        """A take begins."""

    def write(self, frame: Frame) -> None:
        """A frame of it, its time counted from the take's start."""

    def keep(self, take: Take) -> str:
        """Put the take where it stays, whole or not at all; its name. May be called again after it was refused."""

    def drop(self) -> None:
        """Forget the take."""

    def undo(self) -> str | None:
        """Remove what was kept last; its name, or None where nothing is left to undo."""
