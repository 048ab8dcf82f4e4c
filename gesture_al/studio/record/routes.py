"""Which address of the recorder's server does what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from gesture_al.data.track import UNLABELLED
from gesture_al.studio.record.board import RecordBoard
from gesture_al.studio.record.lease import RecordLease
from gesture_al.studio.record.receiving import receiving
from gesture_al.studio.server.body import Body
from gesture_al.studio.server.endpoints import deed, page, read

STATIC = Path(__file__).with_name("static")


def routes(board: RecordBoard, seat: RecordLease) -> list[BaseRoute]:
    """All of them.

    Args:
        board: Draws the state, and knows all that has one.
        seat: Who records.
    """
    takes, classes, plan = board.takes, board.classes, board.plan

    def state(**more: Any) -> dict[str, Any]:
        return {"seated": True, **board.state(), **more}

    def sit(body: Body) -> dict[str, Any]:
        # Loaded while the person reads.
        board.looker.warm()
        return state(seated=seat.sit(body.text("tab"), body.flag("take_over")))

    def rise(body: Body) -> dict[str, Any]:
        seat.rise(body.text("tab"))
        return {}

    def keep(body: Body) -> dict[str, Any]:
        seat.check(body.text("tab"))
        kept = takes.keep(body.uuid())
        label = kept["name"].partition("/")[0]
        if label != UNLABELLED:
            # Recorded in an earlier life of the recorder, in which the class was added.
            classes.add(label)
        return state(take=kept)

    def discard(body: Body) -> dict[str, Any]:
        seat.check(body.text("tab"))
        takes.discard(body.uuid())
        return state()

    def undo(body: Body) -> dict[str, Any]:
        seat.check(body.text("tab"))
        return state(take=takes.undo(body.uuid()))

    def add(body: Body) -> dict[str, Any]:
        seat.check(body.text("tab"))
        classes.add(body.text("name", most=80))
        return state()

    def remove(body: Body) -> dict[str, Any]:
        seat.check(body.text("tab"))
        name = body.text("name", most=80)
        classes.remove(name, takes.stock.counts().get(name, 0))
        return state()

    def leave(body: Body) -> dict[str, Any]:
        seat.check(body.text("tab"))
        board.ending.ask(body.flag("label"))
        return state()

    def stay(body: Body) -> dict[str, Any]:
        board.ending.stay()
        return state()

    def warm(body: Body) -> dict[str, Any]:
        board.looker.warm(again=True)
        return state()

    def take(request: Request) -> dict[str, Any]:
        return takes.state(request.path_params["uuid"])

    def joints(request: Request) -> dict[str, Any]:
        return board.joints(takes.track(request.path_params["uuid"]))

    longest = max(plan.seconds, plan.free_seconds)
    deeds = (sit, rise, keep, discard, undo, leave, stay, warm)
    return [
        page(STATIC / "index.html"),
        Route("/about", read(lambda request: board.about())),
        Route("/take/{uuid}", read(take), methods=["GET"]),
        Route("/take/{uuid}/joints", read(joints)),
        receiving(takes, seat, longest, board.video),
        *(deed(do.__name__, do) for do in deeds),
        deed("class", add),
        deed("unclass", remove),
    ]
