"""Actions of the page on the session, each from the fields of one request to the fields of the reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gesture_al.active.annotation.answer_log import Entry, Operation
from gesture_al.active.annotation.items import Item
from gesture_al.active.annotation.session import LabelSession
from gesture_al.active.questions import Purpose
from gesture_al.core.errors import Refused
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
    return {"items": [_item_fields(item) for item in items], "version": version}


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
    stored = session.keep(entry, body.text("handle", most=64), body.text("tab", "", most=64), body.flag("revises"))
    return {"uuid": stored.uuid, "version": session.version, **_explanation(session, stored)}


def undo(session: LabelSession, body: Body) -> dict[str, Any]:
    """Take back an answer; the clip is asked again at once."""
    undoes = body.uuid("undoes")
    _wait_for_the_loop(session, "")
    stored = session.keep(Entry(uuid=body.uuid(), operation=Operation.UNDO, time="", undoes=undoes))
    return {"uuid": stored.uuid, "version": session.version}


def new_class(session: LabelSession, body: Body) -> dict[str, Any]:
    """One class more, behind the others."""
    name = body.text("name", most=_NAME).strip()
    stored = session.keep(Entry(uuid=body.uuid(), operation=Operation.NEW_CLASS, time="", name=name))
    return {"uuid": stored.uuid, "version": session.version}


def rename_class(session: LabelSession, body: Body) -> dict[str, Any]:
    """Another name for a class; its answers stay."""
    name, renamed = body.text("name", most=_NAME).strip(), body.text("renamed", most=_NAME)
    stored = session.keep(Entry(uuid=body.uuid(), operation=Operation.RENAME_CLASS, time="", name=name, renamed=renamed))
    return {"uuid": stored.uuid, "version": session.version}


def reveal(session: LabelSession, body: Body) -> dict[str, Any]:
    """The model's guess before the answer; that it was asked for stands in the log."""
    return {"guesses": _guesses(session, session.reveal(body.text("handle", most=64)))}


def leave(session: LabelSession, body: Body) -> dict[str, Any]:
    """A tab is closed, so others may have its clips."""
    session.leases.release(body.text("tab", most=64))
    return {}


def _item_fields(item: Item) -> dict[str, Any]:
    purpose = item.question.purpose
    return {"handle": item.handle, "purpose": {Purpose.VALIDATION: "audit", Purpose.INITIAL: "start"}.get(purpose, "query")}


def _wait_for_the_loop(session: LabelSession, handle: str) -> None:
    """After a restart answers may come before the run has got to where it was; the page tries again.

    Raises:
        Refused: With 503, as long as that may be.
    """
    if not session.has_begun and handle not in session.items:
        raise Refused(503, "the run is still starting; the answer is kept in the page and sent again")


def _guesses(session: LabelSession, probs: Sequence[float] | None, most: int = 3) -> list[dict[str, Any]]:
    """The likeliest classes with their probabilities; empty where no model has seen the clip."""
    ranked = sorted(zip(session.decisions.classes, probs or (), strict=False), key=lambda pair: -pair[1])
    return [{"name": name, "probability": round(float(probability), 4)} for name, probability in ranked[:most]]


def _explanation(session: LabelSession, entry: Entry) -> dict[str, Any]:
    """What the model thought of a clip and why it was asked, once the answer is in and never before."""
    score = entry.score
    if score is None:
        # A hidden repeat or second opinion must not be told from a first one.
        score = session.log.first_score(entry.clip)
    return {
        "guesses": _guesses(session, session.progress.guess(entry.clip)),
        "purpose": "audit" if entry.purpose == "validation" else "start" if entry.purpose == "initial" else "query",
        "strategy": session.run_info.strategy,
        "score": None if score is None else round(score, 4),
    }
