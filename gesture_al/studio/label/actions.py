"""What the page may ask the session to do, each from the fields of one request to the fields of the reply."""

from __future__ import annotations

from typing import Any

from gesture_al.active.annotation.entry import Entry, Operation
from gesture_al.active.annotation.items import Item
from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.questions import Purpose
from gesture_al.core.errors import Refused
from gesture_al.studio.label.thought import afterthought, guesses
from gesture_al.studio.server.body import Body

_ANSWERS = ("label", "unsure", "skip", "bad")
_SOURCES = ("keys", "mouse", "touch", "grid")
_MOST_ITEMS = 24
_NAME = 60


def next_items(session: LabelSession, body: Body) -> dict[str, Any]:
    """The questions of a tab, leased to it; asked again and again, so that the lease does not run out."""
    most = int(body.number("most", 3, high=_MOST_ITEMS))
    # Read first: the reply knows of everything up to this version at least.
    version = session.version
    holding, annotator = body.text("holding", "", most=64), body.text("annotator", "", most=_NAME)
    items = session.next_items(body.text("tab", most=64), most, holding, annotator)
    return {"items": [_told(item) for item in items], "version": version}


def answer(session: LabelSession, body: Body) -> dict[str, Any]:
    """A class, or why there is none; on disk when the reply comes."""
    operation = Operation(body.word("operation", _ANSWERS))
    entry = Entry(
        uuid=body.uuid(),
        operation=operation,
        time="",
        annotator=body.text("annotator", "", most=_NAME),
        name=body.text("name", most=_NAME) if operation is Operation.LABEL else None,
        guess_shown=body.maybe("guess_shown"),
        milliseconds=round(body.number("milliseconds", 0.0), 1),
        replays=int(body.number("replays", 0)),
        source=body.word("source", _SOURCES, "keys"),
        start=body.maybe("start"),
        end=body.maybe("end"),
        reason=body.text("reason", "", most=_NAME),
    )
    _wait_for_the_loop(session, body.text("handle", most=64))
    kept = session.keep(entry, body.text("handle", most=64), body.text("tab", "", most=64), body.flag("revises"))
    return {"uuid": kept.uuid, "version": session.version, **afterthought(session, kept)}


def undo(session: LabelSession, body: Body) -> dict[str, Any]:
    """Take back an answer; the clip is asked again at once."""
    undoes = body.uuid("undoes")
    _wait_for_the_loop(session, "")
    kept = session.keep(Entry(uuid=body.uuid(), operation=Operation.UNDO, time="", undoes=undoes))
    return {"uuid": kept.uuid, "version": session.version}


def new_class(session: LabelSession, body: Body) -> dict[str, Any]:
    """One class more, behind the others."""
    name = body.text("name", most=_NAME).strip()
    kept = session.keep(Entry(uuid=body.uuid(), operation=Operation.NEW_CLASS, time="", name=name))
    return {"uuid": kept.uuid, "version": session.version}


def rename_class(session: LabelSession, body: Body) -> dict[str, Any]:
    """Another name for a class; its answers stay."""
    name, renamed = body.text("name", most=_NAME).strip(), body.text("renamed", most=_NAME)
    kept = session.keep(Entry(uuid=body.uuid(), operation=Operation.RENAME_CLASS, time="", name=name, renamed=renamed))
    return {"uuid": kept.uuid, "version": session.version}


def reveal(session: LabelSession, body: Body) -> dict[str, Any]:
    """The model's guess before the answer; that it was asked for stands in the log."""
    return {"guesses": guesses(session, session.reveal(body.text("handle", most=64)))}


def leave(session: LabelSession, body: Body) -> dict[str, Any]:
    """A tab is closed, so others may have its clips."""
    session.leases.release(body.text("tab", most=64))
    return {}


def _told(item: Item) -> dict[str, Any]:
    purpose = item.question.purpose
    return {"handle": item.handle, "purpose": {Purpose.VALIDATION: "audit", Purpose.INITIAL: "start"}.get(purpose, "query")}


def _wait_for_the_loop(session: LabelSession, handle: str) -> None:
    """After a restart answers may come before the run has got to where it was; the page tries again.

    Raises:
        Refused: With 503, as long as that may be.
    """
    if not session.began and handle not in session.known:
        raise Refused(503, "the run is still starting; the answer is kept in the page and sent again")
