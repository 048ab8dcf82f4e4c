"""The server of the recorder's page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gesture_al.capture.landmarks.base import Extractor
from gesture_al.studio.record.board import RecordBoard, SessionEnd, TargetClasses
from gesture_al.studio.record.clip_store import ClipStore
from gesture_al.studio.record.plan import RecordingPlan
from gesture_al.studio.record.routes import STATIC, routes
from gesture_al.studio.record.take_review import TakeReviewer
from gesture_al.studio.record.takes import Takes
from gesture_al.studio.server.address import Address
from gesture_al.studio.server.application import application
from gesture_al.studio.server.lease import Lease
from gesture_al.studio.server.opening import Opening
from gesture_al.studio.server.server import served

# So long a page that asks every second has to hear that it is over.
_FAREWELL = 1.5


@dataclass(frozen=True)
class Recorder:
    """An open recorder, as whoever opened it sees it.

    Args:
        address: Where its page is.
        board: What is on it.
    """

    address: Address
    board: RecordBoard

    def wait(self) -> bool:
        """Wait until the person wants to go; gives whether to label."""
        return self.board.ending.wait()

    def refuse(self, why: str) -> None:
        """Tell the page that labelling cannot begin; then wait again."""
        self.board.ending.refuse(why)

    def counts(self) -> dict[str, int]:
        """Clips by class."""
        return self.board.takes.store.counts()


@dataclass(frozen=True)
class Recording:
    """What is recorded, and where it goes.

    Args:
        folder: The data set's.
        plan: Classes and times.
        target: Clips wanted of a class that is added on the page.
        extractor: Finds the landmarks.
        video: Whether pictures are kept.
    """

    folder: Path
    plan: RecordingPlan
    target: int
    extractor: Extractor
    video: bool = True


@contextmanager
def recorder(what: Recording, opening: Opening, labels: bool = False) -> Iterator[Recorder]:
    """Open the page inside a `with`.

    Args:
        what: What is recorded.
        opening: How the page is opened.
        labels: Whether labelling follows at its address.

    Raises:
        UserError: The folder cannot be written or another recorder has it, or the host cannot be listened at.
    """
    plan, extractor = what.plan, what.extractor
    reviewer, ending = TakeReviewer(extractor), SessionEnd()
    with ClipStore(what.folder) as store:
        takes = Takes(store, reviewer, extractor.settings, plan.gate, what.video)
        classes = TargetClasses(plan.targets, what.target)
        board = RecordBoard(plan, classes, takes, reviewer, ending, extractor.skeleton, what.video, labels)
        app = application(routes(board, Lease("the recorder is open in another tab")), STATIC)
        with takes.open(), served(app, store.workshop, opening, "record", lambda: None) as address:
            yield Recorder(address, board)
            if not labels:
                time.sleep(_FAREWELL)
