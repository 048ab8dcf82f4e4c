"""Sessions at a place on disk, and the loop's side of them."""

from __future__ import annotations

import threading

import pytest
from labelling_world import Loop, some_clips

from gesture_al.labelling.log import AnswerLog
from gesture_al.labelling.manner import Manner
from gesture_al.labelling.session import Session
from gesture_al.questions import Question
from gesture_al.seeds import Streams


@pytest.fixture
def session_at():
    """A session whose log is at a place; opened again, it is the same session after a kill."""

    def open_(path, **manner) -> Session:
        return Session(AnswerLog(path / "session.jsonl"), some_clips(), Manner(**manner), Streams(0))

    return open_


@pytest.fixture
def asked():
    """Put a batch and wait until faces can see it."""

    def put(session: Session, batch: list[Question]) -> Loop:
        loop = Loop(session, batch)
        for _ in range(500):
            if session.asking:
                return loop
            threading.Event().wait(0.01)
        raise AssertionError("the batch never came")

    return put
