"""A small session, and people who answer it."""

from __future__ import annotations

import contextlib
import threading
import uuid

import numpy as np

from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.questions import Purpose, Question
from gesture_al.data.clip_set import ClipSet
from gesture_al.data.skeleton import SKELETONS

CLASSES = ("Like", "Fire works", "Heart")


def some_clips(count: int = 40) -> ClipSet:
    rng = np.random.default_rng(0)
    return ClipSet(
        positions=rng.random((count, 12, 42, 3), dtype=np.float32),
        lengths=np.full(count, 12),
        ids=np.array([f"c{n:02d}" for n in range(count)]),
        labels=np.arange(count) % 3,
        classes=CLASSES,
        skeleton=SKELETONS["hands"],
        fps=15.0,
    )


def questions(*rows: int, round_: int = 0, purpose: Purpose = Purpose.QUERY) -> list[Question]:
    return [Question(f"c{row:02d}", row, round_, purpose) for row in rows]


def entry(operation: Operation = Operation.LABEL, name: str | None = "Like", **more: object) -> Entry:
    return Entry(uuid=str(uuid.uuid4()), operation=operation, time="", name=name, **more)


class Loop(threading.Thread):
    """The loop's side of one batch, in a thread of its own."""

    def __init__(self, session: LabelSession, asked: list[Question]) -> None:
        super().__init__(daemon=True)
        self.session, self.asked, self.answers = session, asked, None
        self.start()

    def run(self) -> None:
        # A pause ends the wait as Ctrl-C would.
        with contextlib.suppress(KeyboardInterrupt):
            self.answers = self.session.ask(self.asked)

    def result(self):
        self.join(5)
        assert not self.is_alive(), "the batch still waits"
        return self.answers
