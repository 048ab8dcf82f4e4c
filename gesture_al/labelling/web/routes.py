"""Which address of the page's server does what."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gesture_al.errors import Refused
from gesture_al.labelling.session import Session
from gesture_al.labelling.web import deeds
from gesture_al.labelling.web.clip_picture import around_picture, shown_picture, video_of
from gesture_al.labelling.web.gallery import Gallery
from gesture_al.labelling.web.state import Board
from gesture_al.labelling.web.stream import Audience
from gesture_al.web.body import Body
from gesture_al.web.endpoints import deed, page, read, stored

STATIC = Path(__file__).with_name("static")
_DEEDS = {
    "next": deeds.next_items,
    "answer": deeds.answer,
    "undo": deeds.undo,
    "reveal": deeds.reveal,
    "class": deeds.new_class,
    "rename": deeds.rename_class,
    "leave": deeds.leave,
}


def routes(session: Session, board: Board, audience: Audience, folder: Path) -> list[BaseRoute]:
    """All of them.

    Args:
        session: What the page works on.
        board: Draws its state.
        audience: The open pages.
        folder: The run's, with its report.
    """
    gallery = Gallery(session)

    def pause(body: Body) -> dict[str, Any]:
        session.pause()
        audience.dismiss()
        return {}

    def clip(request: Request) -> dict[str, Any]:
        return shown_picture(session, gallery.row(request.path_params["handle"]))

    def surroundings(request: Request) -> dict[str, Any]:
        return around_picture(session, gallery.row(request.path_params["handle"]))

    def cell(request: Request) -> dict[str, Any]:
        return {"clips": gallery.cell(*(_index(request, name) for name in ("true", "predicted")))}

    async def events(request: Request) -> Response:
        return audience.stream()

    async def video(request: Request) -> Response:
        return stored(video_of(session.clips, gallery.row(request.path_params["handle"])), "this clip has no video")

    async def report(request: Request) -> Response:
        return stored(folder / "report.html", "the report is written at the end")

    return [
        page(STATIC / "index.html"),
        Route("/about", read(lambda request: board.about())),
        Route("/state", read(lambda request: board.state())),
        Route("/events", events),
        Route("/clip/{handle}", read(clip)),
        Route("/around/{handle}", read(surroundings)),
        Route("/video/{handle}", video),
        Route("/cell", read(cell)),
        Route("/report", report),
        *(deed(name, partial(do, session)) for name, do in _DEEDS.items()),
        deed("pause", pause),
    ]


def _index(request: Request, name: str) -> int:
    value = request.query_params.get(name, "")
    if not value.isdecimal() or len(value) > 4:
        raise Refused(422, f"{name} must be the number of a class")
    return int(value)
