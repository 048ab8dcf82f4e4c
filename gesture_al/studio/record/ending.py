"""How the recorder ends: the person has done, or goes on to label, or cannot yet."""

from __future__ import annotations

import threading
from typing import Any


class Ending:
    """What the page asked for, and what became of it."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._label = False
        self._told: dict[str, str] | None = None

    def ask(self, label: bool) -> None:
        """The person wants to go: to label, or for now."""
        self._label, self._told = label, {"how": "preparing" if label else "done"}
        self._asked.set()

    def wait(self) -> bool:
        """Wait until the person wants to go; gives whether to label."""
        # In small steps, since Ctrl-C interrupts no long wait on Windows.
        while not self._asked.wait(0.5):
            pass
        self._asked.clear()
        return self._label

    def refuse(self, why: str) -> None:
        """Labelling cannot begin; the person may go on recording."""
        self._told = {"how": "refused", "why": why}

    def stay(self) -> None:
        """The person has read that."""
        self._told = None

    def told(self) -> dict[str, Any] | None:
        """What the page shows of it; None while nobody wants to go."""
        return self._told
