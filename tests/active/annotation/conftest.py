"""Sessions at a place on disk, and the loop's side of them."""

from __future__ import annotations

import threading

import pytest
from labelling_world import Loop, some_clips

from gesture_al.active.annotation.answer_log import AnswerLog
from gesture_al.active.annotation.session import LabelSession, SessionConfig
from gesture_al.active.questions import Question
from gesture_al.core.seeds import RandomStreams


@pytest.fixture
def session_at():
    """A session whose log is at a place; opened again, it is the same session after a kill."""

    def open_(path, **config) -> LabelSession:
        return LabelSession(AnswerLog(path / "session.jsonl"), some_clips(), SessionConfig(**config), RandomStreams(0))

    return open_


@pytest.fixture
def asked():
    """Put a batch and wait until frontends can see it."""

    def put(session: LabelSession, batch: list[Question]) -> Loop:
        loop = Loop(session, batch)
        for _ in range(500):
            if session.batch_progress() != (0, 0):
                return loop
            threading.Event().wait(0.01)
        raise AssertionError("the batch never came")

    return put
