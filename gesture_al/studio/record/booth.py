"""Camera, extractor, session and a face put together, until the person is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gesture_al.capture.landmarks.base import Extractor, HandTracker
from gesture_al.capture.video.base import Frame
from gesture_al.core.errors import UserError
from gesture_al.data.track import FrameJoints
from gesture_al.studio.record.base import State
from gesture_al.studio.record.feed import CameraLost, Source
from gesture_al.studio.record.keys import CLOSE, Script
from gesture_al.studio.record.session import RecordSession


class Face(Protocol):
    """What shows a session to a person and hears what they want."""

    def show(self, session: RecordSession, frame: Frame | None, seen: FrameJoints | None) -> None:
        """Draw the session's screen; frame and seen are those of now, None where there are none."""

    def key(self, session: RecordSession) -> str | None:
        """The key that was pressed, `close` where the window was closed, None for neither. Waits for nothing."""

    def rest(self) -> float:
        """Let a little time pass, because there is no frame; the seconds that passed."""


class Scripted:
    """No window: a script's keys, and no pictures."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def show(self, session: RecordSession, frame: Frame | None, seen: FrameJoints | None) -> None:
        """Nobody looks."""

    def key(self, session: RecordSession) -> str | None:
        """The script's next key, when it is due."""
        return self._script.next(session.clock, session.waits)

    def rest(self) -> float:
        """A frame's time passes without waiting for it."""
        return 1 / 30


def run_session(session: RecordSession, extractor: Extractor, open_source: Callable[[], Source], face: Face) -> None:
    """Record until the person has had enough; a camera that goes away is opened again when they ask for it.

    Args:
        session: Goes from its beginning to `over`.
        extractor: Sees the unmirrored frames.
        open_source: Opens the camera.
        face: The window, or a script.

    Raises:
        UserError: The camera cannot be opened to begin with, or the extractor cannot work.
    """
    source: Source | None = open_source()
    while session.state is not State.OVER:
        if source is not None:
            try:
                with source, extractor.track() as tracker:
                    session.find_camera()
                    _attend(session, source, tracker, face)
            except CameraLost as err:
                session.lose_camera(str(err))
        _wait_for_camera(session, face)
        try:
            source = open_source() if session.retry else None
        except UserError as err:
            source, session.retry = None, False
            session.lose_camera(str(err))


def _attend(session: RecordSession, source: Source, tracker: HandTracker, face: Face) -> None:
    """The camera's loop: see, step, show."""
    for frame in source:
        key = face.key(session)
        if key == CLOSE:
            session.close()
        elif frame is None:
            session.press(key)
        else:
            # Counted in, the first frame of a take may be any: from here on all are wanted.
            source.keep_all = session.state in (State.COUNT_IN, State.RECORDING, State.FREE)
            seen = tracker.see(frame)
            session.step(frame, seen, key, source.dropped)
            if not source.behind:
                face.show(session, frame, seen)
        if session.state is State.OVER:
            return


def _wait_for_camera(session: RecordSession, face: Face) -> None:
    """What is on the screen still can be kept or left; ends when the camera is wanted again or the person goes."""
    while session.state is not State.OVER and not session.retry:
        face.show(session, None, None)
        key = face.key(session)
        if key == CLOSE:
            session.close()
        else:
            session.idle(face.rest(), key)
